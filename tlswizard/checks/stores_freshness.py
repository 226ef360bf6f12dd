"""How old the lists of public roots are that the programs read."""

from collections.abc import Iterator

from tlswizard.checks.check import Check, Evidence
from tlswizard.core.blocks import Cell, Mark, Rows
from tlswizard.core.finding import Diagnosis
from tlswizard.core.store import Store
from tlswizard.core.text import listed
from tlswizard.stores.freshness import Freshness, freshness, reference

OUTDATED = "outdated"

SHARE = 10
"""A list that lacks more than a tenth of today's roots is outdated: lists change by some 5 in 100 a year."""

MAX_NAMED = 3


def _lists(diagnosis: Diagnosis) -> Iterator[tuple[Store, Freshness]]:
    """The lists of public roots that a counting program reads, each beside today's."""
    today = reference(diagnosis.case.all_stores)
    read = dict.fromkeys(id_ for client in diagnosis.looked_into for id_ in client.stores)
    for id_ in read if today else ():
        store = diagnosis.case.store(id_)
        if store is None or store.unreadable or store.assumed or today is None or store.id == today.id:
            continue
        if found := freshness(store, today.anchors):
            yield store, found


def _is_old(diagnosis: Diagnosis, found: Freshness) -> bool:
    today = reference(diagnosis.case.all_stores)
    return today is not None and len(found.missing) * SHARE > len(today.anchors)


def _evidence(diagnosis: Diagnosis) -> Evidence:
    rows = []
    for store, found in _lists(diagnosis):
        names = ", ".join(c.title for c in found.missing[:MAX_NAMED])
        more = f" and {len(found.missing) - MAX_NAMED} more" if len(found.missing) > MAX_NAMED else ""
        gaps = f"lacks {len(found.missing)} of today's roots: {names}{more}"
        lacks = gaps if names else "has all of today's"
        mark = Mark.WARNING if _is_old(diagnosis, found) else Mark.FINE
        rows.append((store.title, Cell(lacks, mark)))
    lacking = dict.fromkeys(c.title for _, found in _lists(diagnosis) for c in found.missing)
    return Evidence(
        word=f"{len(rows)} lists" if rows else "",
        blocks=(Rows(tuple(rows)),) if rows else (),
        fields={"missing": listed(list(lacking), MAX_NAMED)},
    )


def _unknown(diagnosis: Diagnosis) -> str:
    if reference(diagnosis.case.all_stores) is None:
        return "no current list of public roots is here to compare with"
    if next(_lists(diagnosis), None) is None:
        return "no program that counts reads a list of public roots that could be compared"
    return ""


CHECK = Check(
    id="stores.freshness",
    title="How old the lists of roots are",
    fine="The lists of public roots that the programs read are nearly as today's is",
    needs=("stores", "clients"),
    evidence=_evidence,
    fields=("missing",),
    own_outcomes=(OUTDATED,),
    holds=lambda diagnosis: any(_is_old(diagnosis, found) for _, found in _lists(diagnosis)),
    unknown=_unknown,
)
