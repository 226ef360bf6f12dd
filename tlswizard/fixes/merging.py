"""One entry for what one action repairs: a new certificate has the right dates and the right name at once."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from tlswizard.content.library import Content
from tlswizard.core.certificate import Certificate
from tlswizard.core.edit import Edit, Reissue
from tlswizard.core.finding import Fix
from tlswizard.core.text import listed


@dataclass(frozen=True, slots=True)
class Action:
    """What is done at once, and what it is made of: each part could also be done by itself."""

    fix: Fix
    parts: tuple[Fix, ...]
    """the fix alone where nothing was put together"""
    instead: object = None
    """the same for actions of which one is enough, the one to prefer first"""


def actions(offers: Iterable[Fix], content: Content) -> tuple[Action, ...]:
    """The offers, those together that get a new certificate in the same place or make the same change.

    In their order, each where its first part stands.
    """
    table: dict[object, list[Fix]] = {}
    for place, offer in enumerate(offers):
        table.setdefault(_same(offer) or place, []).append(offer)
    return tuple(
        Action(_together(parts, content), tuple(parts), same)
        for same, every in table.items()
        for parts in _alternatives(every)
    )


def _alternatives(every: list[Fix]) -> list[list[Fix]]:
    """From the present issuer, or from another one: both ways where either may be enough for a cause."""
    moved = [fix for fix in every if any(isinstance(e, Reissue) and e.trusted for e in fix.edits)]
    kept = [fix for fix in every if fix not in moved]
    causes = {c for fix in moved for c in fix.causes}
    if not moved or not any(causes & set(fix.causes) for fix in kept):
        return [every]
    return [kept, [*moved, *(fix for fix in kept if not causes >= set(fix.causes))]]


def _same(offer: Fix) -> object:
    match offer.edits:
        case ():
            return None
        case (Reissue(certificate=certificate),):
            return ("issued anew", certificate)
        case edits:
            return edits


def _together(parts: list[Fix], content: Content) -> Fix:
    if len(parts) == 1:
        return parts[0]
    place = {cause.id: cause.place for cause in content.causes.values()}
    urgent = sorted(parts, key=lambda fix: min((place[c] for c in fix.causes), default=0))
    first = urgent[0]
    edits, phrases = first.edits, _phrases(urgent)
    certificate = None
    if isinstance(edits[0], Reissue):
        edits = (_all_of([e for fix in urgent for e in fix.edits if isinstance(e, Reissue)]),)
        certificate = edits[0].certificate
    causes = tuple(dict.fromkeys(c for fix in urgent for c in fix.causes))
    return replace(
        first,
        title=_title(certificate, phrases) if phrases and len(phrases) > 1 else first.title,
        causes=tuple(sorted(causes, key=lambda c: place[c])),
        text=_joined((fix.text for fix in urgent), "\n\n"),
        risk=_joined((fix.risk for fix in urgent), " "),
        check=_joined((fix.check for fix in urgent), " "),
        danger=_joined((fix.danger for fix in urgent), " "),
        traps=tuple(dict.fromkeys(trap for fix in urgent for trap in fix.traps)),
        verify=tuple(dict.fromkeys(line for fix in urgent for line in fix.verify)),
        edits=edits,
        changes=tuple(dict.fromkeys(c for fix in urgent for c in fix.changes)),
        also=tuple(dict.fromkeys(fix.id for fix in urgent if fix.id != first.id)),
    )


def _all_of(edits: list[Reissue]) -> Reissue:
    return Reissue(
        names=tuple(dict.fromkeys(n for e in edits for n in e.names)),
        certificate=edits[0].certificate,
        trusted=any(e.trusted for e in edits),
        only=any(e.only for e in edits),
        servers=any(e.servers for e in edits),
        stronger=any(e.stronger for e in edits),
        plain=any(e.plain for e in edits),
    )


def _title(certificate: Certificate | None, phrases: list[str]) -> str:
    whose = f"for the authority “{certificate.title}”" if certificate else "for the server"
    return f"Get a new certificate {whose} that {listed(phrases)}"


def _phrases(parts: list[Fix]) -> list[str]:
    """What the new certificate has that the old one had not: `that …`."""
    found = [phrase for fix in parts for edit in fix.edits for phrase in _promises(fix, edit)]
    return list(dict.fromkeys(found))


def _promises(fix: Fix, edit: Edit) -> Iterable[str]:
    if not isinstance(edit, Reissue):
        return
    if edit.trusted:
        yield "comes from an authority that is trusted"
    if {"expired", "not-yet-valid", "expires-soon", "cross-sign-expired"} & set(fix.causes):
        yield "is valid now"
    if "revoked" in fix.causes:
        yield "was not withdrawn"
    if edit.plain or "bad-signature" in fix.causes:
        yield "is made as it should be"
    if edit.names and not edit.trusted:
        yield f"carries {listed(edit.names)}" + (" and no other name" if edit.only else "")
    if edit.servers:
        yield "is meant for servers"
    if edit.stronger:
        yield "has a stronger key and signature"


def _joined(texts: Iterable[str], between: str) -> str:
    return between.join(dict.fromkeys(text for text in texts if text))
