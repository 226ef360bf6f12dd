"""The trust stores of this machine: what they hold, how fresh they are, who reads them."""

import argparse
import difflib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tlswizard import __version__
from tlswizard.cli import exits
from tlswizard.cli.main import Parser
from tlswizard.cli.printing import FORMATS, put
from tlswizard.cli.tables import tables
from tlswizard.cli.whose import add_whose, whose
from tlswizard.clients.reading import every_reads
from tlswizard.content.clients import ClientRow
from tlswizard.core.blocks import Block, Cell, Conclusion, Heading, Mark, Paragraph, Rows
from tlswizard.core.case import Case, Part
from tlswizard.core.certificate import Certificate, Malformed, day, utc
from tlswizard.core.pem import MAX_FILE, certificates_in
from tlswizard.core.store import Store
from tlswizard.core.target import Target
from tlswizard.core.text import fingerprint, listed, visible
from tlswizard.core.trouble import Trouble
from tlswizard.machine.door import Machine
from tlswizard.machine.this import ThisMachine
from tlswizard.report.markdown import markdown
from tlswizard.report.text import text
from tlswizard.stores.finding import Holding, Wanted, by_digest, by_words, digits, holding, in_store
from tlswizard.stores.freshness import Compared, Freshness, Pair, compared, freshness
from tlswizard.stores.gather import read_all
from tlswizard.stores.reading import Reader

FORMAT = 1

MOST_SHOWN = 20
"""Certificates of one search on a screen: one word such as “root” is in hundreds of subjects."""

KEY_LOOKED_FOR = 64 * 1024
"""Bytes of a file without a certificate that are searched for a private key: the largest have 13 KB."""

_WHOSE = {
    "user": "yours", "machine": "this machine's", "program": "a program's", "process": "set by a variable",
}  # fmt: skip
_FILE_ENDINGS = (".pem", ".crt", ".cer", ".der")


def add_arguments(parser: Parser) -> None:
    parser.add_argument(
        "--find", metavar="FILE|SHA256|TEXT", help="who holds this certificate, or one with these words"
    )
    parser.add_argument("--diff", metavar=("A", "B"), nargs=2, help="how two stores differ, by their ids")
    parser.add_argument("--format", choices=FORMATS, default="text")
    parser.add_argument(
        "--environment", metavar="FOLDER", action="append", default=[],
        help="look at this Python environment, too (repeatable)",
    )  # fmt: skip
    add_whose(parser)


def run(args: argparse.Namespace, parser: Parser) -> int:
    if args.find is not None and args.diff:
        parser.error("--find and --diff are two questions: ask one")
    if args.find is not None and not args.find.strip():
        parser.error("--find wants a file, a fingerprint or words of a subject")
    machine = whose(args, ThisMachine())
    at = machine.now()
    given = None if args.find is None else _given(machine, args.find)  # what is wrong with it is told first
    head = _header(machine, at)
    if args.format == "text":
        put(text((head,)) + "\n")  # at once; reading all stores comes after it
    stores = read_all(machine, tuple(args.environment))
    if args.find is not None:
        answer = _found(args.find, given, stores)
    elif args.diff:
        answer = _differing(stores, *(_named(word, stores) for word in args.diff))
    else:
        answer = _all(machine, at, stores)
    put(_printed(answer, head, args.format, machine, at))
    return answer.code


@dataclass(frozen=True, slots=True)
class _Answer:
    blocks: tuple[Block, ...]
    document: dict[str, Any]
    code: int = exits.ACCEPTED


def _printed(answer: _Answer, head: Heading, form: str, machine: Machine, at: datetime) -> str:
    if form == "json":
        seen = machine.observed
        start = {"tlswizard": __version__, "format": FORMAT, "at": utc(at)}
        looked_at = {"machine": seen.machine, "account": seen.account}
        return json.dumps({**start, **looked_at, **answer.document}) + "\n"
    return markdown((head, *answer.blocks)) if form == "markdown" else text(answer.blocks)


def _header(machine: Machine, at: datetime) -> Heading:
    seen = machine.observed
    return Heading(f"Trust stores of {seen.machine}, seen as {seen.account}, {day(at)} {at:%H:%M} UTC")


# ── all stores ──────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Current:
    """The current list of public roots, as this interpreter's packages have it."""

    name: str
    location: str
    roots: tuple[Certificate, ...]


@dataclass(frozen=True, slots=True)
class _Readers:
    """Client ids that read one store, and those that would if no variable pointed elsewhere."""

    by: tuple[str, ...]
    displaced: tuple[str, ...]


def _all(machine: Machine, at: datetime, stores: tuple[Store, ...]) -> _Answer:
    clients = tables().clients
    current = _current(machine)
    readers = _readers(machine, at, stores, clients)
    installed = frozenset(
        id_
        for id_ in {id_ for r in readers.values() for id_ in (*r.by, *r.displaced)}
        if any(machine.has(sign) for sign in clients[id_].found_by)
    )
    titles = {id_: visible(row.title) for id_, row in clients.items()}
    blocks: list[Block] = []
    documents = []
    first: dict[tuple[str, frozenset[str]], str] = {}
    for store in stores:
        fresh = freshness(store, current.roots) if current else None
        told = first.setdefault((store.location, store.hashes), store.id)
        how_fresh = (
            _fresh(store, fresh, current) if told == store.id or not fresh else [f"as {visible(told)}"]
        )
        blocks += _one(store, how_fresh, _read_by(store, readers[store.id], installed, titles))
        documents.append(_document(store, fresh, current, readers[store.id]))
    return _Answer((*blocks, *_closing(stores, current)), {"stores": documents})


def _closing(stores: tuple[Store, ...], current: _Current | None) -> Iterator[Block]:
    if unreadable := [s for s in stores if s.unreadable]:
        yield Conclusion(Mark.NOT_CHECKED, f"{len(unreadable)} of {len(stores)} stores could not be read.")
    if current:
        yield Paragraph(
            f"“How fresh” compares with {current.name}, {_count(len(current.roots), 'public root')} "
            f"in {current.location}."
        )
    else:
        yield Paragraph("How fresh they are was not checked: there is no certifi here to compare with.")


def _current(machine: Machine) -> _Current | None:
    path = machine.certifi()
    if path is None:
        return None
    try:
        roots, _ = Reader(machine).file(path)
    except OSError:
        return None
    return _Current(_version(machine, path), visible(machine.real(path)), roots) if roots else None


def _version(machine: Machine, bundle: str) -> str:
    """`certifi 2026.1.4`, by the folder that an installation leaves beside it (PEP 376)."""
    packages = bundle.replace("\\", "/").rpartition("/")[0].rpartition("/")[0]
    try:
        names = machine.names_in(packages)
    except OSError:
        names = ()
    ours = [n for n in names if n.startswith("certifi-") and n.endswith(".dist-info")]
    return visible(ours[0].removesuffix(".dist-info").replace("-", " ", 1)) if ours else "certifi"


def _readers(
    machine: Machine, at: datetime, stores: tuple[Store, ...], clients: Mapping[str, ClientRow]
) -> dict[str, _Readers]:
    """By store id, as `check` would choose among them."""
    seen = Case(Target("", "", 0, None, None, ""), machine.observed, at, stores=Part(at, stores))
    by: dict[str, list[str]] = {s.id: [] for s in stores}
    displaced: dict[str, list[str]] = {s.id: [] for s in stores}
    for id_, row in clients.items():
        ways = every_reads(row, seen)
        read = {s.id for way in ways for s in way.stores}
        for one in read:
            by[one].append(id_)
        for one in {s.id for way in ways for s in way.displaced} - read:
            displaced[one].append(id_)
    return {id_: _Readers(tuple(by[id_]), tuple(displaced[id_])) for id_ in by}


def _read_by(
    store: Store, readers: _Readers, installed: frozenset[str], titles: Mapping[str, str]
) -> Iterator[str]:
    here = [titles[id_] for id_ in readers.by if id_ in installed]
    if store.read_by:
        here.append(visible(store.read_by))
    if here:
        yield listed(here, len(here))
    if others := len(readers.by) - sum(id_ in installed for id_ in readers.by):
        yield f"{_count(others, 'program')} that {_be(others)} not found here"
    if kept := [titles[id_] for id_ in readers.displaced if id_ in installed]:
        yield f"not by {listed(kept)}: a variable or a setting points elsewhere"
    if not readers.by and not readers.displaced and not store.read_by:
        yield "no program that is known to tlswizard"


def _one(store: Store, how_fresh: Iterable[str], read_by: Iterable[str]) -> Iterator[Block]:
    yield Heading(visible(store.title))
    labelled: list[tuple[str, Iterable[str | Cell]]] = [
        ("id", [visible(store.id)]),
        ("where", [visible(store.location)] if store.location else []),
        ("whose", [_WHOSE[store.scope]]),
        ("holds", _holds(store)),
        ("does not count", _idle(store)),
        ("how fresh", how_fresh),
        ("read by", read_by),
        ("note", map(visible, (*([store.assumed] if store.assumed else []), *store.notes))),
    ]
    yield Rows(tuple(row for label, cells in labelled for row in _labelled(label, cells)))


def _labelled(label: str, cells: Iterable[str | Cell]) -> Iterator[tuple[str, Cell]]:
    for index, cell in enumerate(cells):
        yield "" if index else label, cell if isinstance(cell, Cell) else Cell(cell)


def _holds(store: Store) -> Iterator[str | Cell]:
    if store.unreadable:
        yield Cell(f"not checked: {visible(store.unreadable)}", Mark.NOT_CHECKED)
        if store.privileged:
            yield f"to read it: {visible(store.privileged)}"
        return
    parts = [_count(len(store.anchors), "trusted root")] if store.anchors else []
    if store.intermediates:
        parts.append(_count(len(store.intermediates), "intermediate"))
    if store.distrusted:
        parts.append(f"{len(store.distrusted)} refused")
    yield ", ".join(parts) or "nothing that counts"
    if store.skipped:
        yield Cell(f"{_count(store.skipped, 'entry', 'entries')} that cannot be read", Mark.WARNING)


def _idle(store: Store) -> Iterator[str]:
    """By reason: one that stands alone by its title, more by their number."""
    by_reason: dict[str, list[Certificate]] = {}
    for idle in store.idle:
        by_reason.setdefault(visible(idle.why, 160), []).append(idle.certificate)
    for why, those in list(by_reason.items())[:3]:
        yield f"{listed([c.title for c in those], 2)}, because {why}"
    if more := sum(len(those) for those in list(by_reason.values())[3:]):
        yield f"{more} more, for other reasons"


def _fresh(store: Store, fresh: Freshness | None, current: _Current | None) -> Iterator[str]:
    if fresh is None or current is None:
        return
    if visible(store.location) == current.location:
        yield "this is the list that the others are compared with"
        return
    total = len(current.roots)
    if fresh.missing:
        yield f"{_some(fresh.missing)} of the {total} in {current.name} {_be(len(fresh.missing))} missing"
    else:
        yield f"none of the {total} in {current.name} is missing"
    if fresh.refused:
        yield f"{_some(fresh.refused)} of them {_be(len(fresh.refused))} refused here"
    if fresh.other:
        yield f"{_some([own for _, own in fresh.other])}: the same CA, in another certificate than the list's"
    if fresh.gone:
        yield (
            f"{_some(fresh.gone)} {_be(len(fresh.gone))} not in that list: removed from it since, or added "
            "on this computer, which cannot be told apart"
        )
    if fresh.added:
        yield f"{_some(fresh.added)} {'was' if len(fresh.added) == 1 else 'were'} added on this computer"


def _document(
    store: Store, fresh: Freshness | None, current: _Current | None, readers: _Readers
) -> dict[str, Any]:
    names, since = dict(store.names), dict(store.since)
    return {
        "id": visible(store.id),
        "title": visible(store.title),
        "scope": store.scope,
        "location": visible(store.location),
        "anchors": [_certificate(c, names, since) for c in store.anchors],
        "intermediates": [_certificate(c, names, since) for c in store.intermediates],
        "distrusted": list(store.distrusted),
        "present": [
            {**_short(i.certificate), "why": visible(i.why), "where": visible(i.where)} for i in store.idle
        ],
        "unreadable": store.unreadable and visible(store.unreadable),
        "privileged": visible(store.privileged),
        "notes": [visible(note) for note in store.notes],
        "version": visible(store.version),
        "assumed": visible(store.assumed),
        "skipped": store.skipped,
        "fresh": _fresh_document(fresh, current.name) if fresh and current else None,
        "read_by": list(readers.by),
        "displaced": list(readers.displaced),
        "also_read_by": visible(store.read_by),
    }


def _fresh_document(fresh: Freshness, against: str) -> dict[str, Any]:
    return {
        "against": against,
        "missing": [_short(c) for c in fresh.missing],
        "gone": [_short(c) for c in fresh.gone],
        "added": [_short(c) for c in fresh.added],
        "refused": [_short(c) for c in fresh.refused],
        "other_certificate": [{"listed": _short(a), "held": _short(b)} for a, b in fresh.other],
    }


def _short(certificate: Certificate) -> dict[str, Any]:
    return {"sha256": certificate.sha256, "subject": certificate.subject}


def _certificate(
    certificate: Certificate, names: Mapping[str, str], since: Mapping[str, str]
) -> dict[str, Any]:
    known: dict[str, Any] = {
        "sha256": certificate.sha256,
        "sha1": certificate.sha1,
        "subject": certificate.subject,
        "not_after": utc(certificate.not_after),
    }
    for key, table in (("since", since), ("name", names)):
        if certificate.sha256 in table:
            known[key] = visible(table[certificate.sha256])
    return known


# ── --find ──────────────────────────────────────────────────────────────────


def _given(machine: Machine, words: str) -> tuple[Wanted, ...] | None:
    """The certificates of the file that is meant, or of what was pasted; None for a print or words.

    Raises Trouble, which never repeats what it was given where that could be a key.
    """
    if "-----BEGIN" in words:
        return _certificates(words.encode("utf-8", "surrogateescape"), "what was pasted")
    try:
        data = machine.read(words, MAX_FILE)
    except (OSError, ValueError) as error:
        meant = len(words.split()) == 1 and ("/" in words or words.lower().endswith(_FILE_ENDINGS))
        if _holds_key(words):
            raise Trouble("that is a private key: keep it to yourself. --find wants a certificate") from None
        if meant or isinstance(error, PermissionError):
            why = getattr(error, "strerror", None) or str(error)
            raise Trouble(f"{visible(words, 120)} could not be read: {visible(why)}") from None
        return None
    return _certificates(data, visible(words, 120))


def _certificates(data: bytes, name: str) -> tuple[Wanted, ...]:
    found = certificates_in(data)
    good = tuple(dict.fromkeys(c for c in found if isinstance(c, Certificate)))
    if good:
        return tuple(Wanted(c.sha256, c) for c in good)
    if _holds_key(data[:KEY_LOOKED_FOR].decode("latin-1")) or _is_der_key(data):
        raise Trouble(f"{name} holds a private key and no certificate: keep it to yourself")
    why = next((f": {visible(c.why)}" for c in found if isinstance(c, Malformed)), "")
    raise Trouble(
        f"{name} holds no certificate that can be read{why}. "
        "Expected is PEM (-----BEGIN CERTIFICATE-----) or DER"
    )


def _holds_key(words: str) -> bool:
    from tlswizard.explain.secrets import holds_key  # noqa: PLC0415 - most calls search for nothing

    return holds_key(words)


def _is_der_key(data: bytes) -> bool:
    from tlswizard.explain.secrets import is_der_key  # noqa: PLC0415 - as above

    return is_der_key(data[:32])


def _found(words: str, given: tuple[Wanted, ...] | None, stores: tuple[Store, ...]) -> _Answer:
    wanted = _matching(words, stores) if given is None else given
    unreadable = tuple(s for s in stores if s.unreadable)
    held = [(w, tuple(h for s in stores if not s.unreadable and (h := holding(w, s)))) for w in wanted]
    found = any(h.itself for _, holdings in held for h in holdings)
    code = exits.ACCEPTED if found else exits.UNKNOWN if unreadable else exits.WARNING
    blocks = [b for w, holdings in held[:MOST_SHOWN] for b in _whereabouts(w, holdings, stores)]
    if not wanted:
        blocks.append(Conclusion(Mark.INFO, f"No certificate here fits “{visible(words, 60)}”."))
    elif not found:
        blocks.append(Conclusion(Mark.INFO, "No store that could be read holds it."))
    if len(held) > MOST_SHOWN:
        blocks.append(Paragraph(f"{len(held) - MOST_SHOWN} more certificates fit: use more words."))
    if unreadable:
        blocks.append(_not_read(unreadable))
    return _Answer(
        tuple(blocks),
        {
            "find": {
                "found": found,
                "certificates": [_held_document(w, holdings) for w, holdings in held],
                "unreadable": [visible(s.id) for s in unreadable],
            },
            "exit": code,
        },
        code,
    )


def _matching(words: str, stores: tuple[Store, ...]) -> tuple[Wanted, ...]:
    start = digits(words)
    return (by_digest(start, stores) if start else ()) or by_words(words, stores)


def _whereabouts(wanted: Wanted, holdings: tuple[Holding, ...], stores: tuple[Store, ...]) -> Iterator[Block]:
    certificate = wanted.certificate
    if certificate:
        yield Heading(certificate.title)
        yield Rows(
            (
                ("subject", Cell(certificate.subject)),
                ("valid until", Cell(day(certificate.not_after))),
                ("SHA-256", Cell(fingerprint(certificate.sha256))),
            )
        )
    else:
        yield Heading("A certificate that is known by its fingerprint alone")
        yield Rows((("fingerprint", Cell(fingerprint(wanted.digest))),))
    if holdings:
        yield Rows(tuple((visible(h.store.title), _how(h)) for h in holdings))
    holding_ids = {h.store.id for h in holdings}
    if absent := [visible(s.title) for s in stores if not s.unreadable and s.id not in holding_ids]:
        yield Paragraph(f"Not in {listed(absent, 3)}." if holdings else f"In none of {len(absent)} stores.")


def _how(held: Holding) -> Cell:
    aside = "".join(
        [f", as {visible(held.where)}" if held.where else "", f", since {held.since}" if held.since else ""]
    )
    why = f", because {visible(held.why)}" if held.why else ""
    match held.how:
        case "trusted":
            return Cell(f"trusted{aside}", Mark.FINE)
        case "intermediate":
            return Cell(f"an intermediate, which is trusted through its root alone{aside}", Mark.INFO)
        case "present":
            return Cell(f"present, and does not count{why}{aside}", Mark.WARNING)
        case "refused":
            return Cell(f"refused{why}{aside}", Mark.REFUSED)
    other = fingerprint(held.other.sha256, 4) if held.other else ""
    return Cell(f"the same CA, in another certificate: {other}", Mark.INFO)


def _not_read(stores: tuple[Store, ...]) -> Rows:
    return Rows(tuple((visible(s.title), cell) for s in stores for cell in _why_not(s)))


def _why_not(store: Store) -> Iterator[Cell]:
    yield from (c if isinstance(c, Cell) else Cell(c) for c in _holds(store))


def _held_document(wanted: Wanted, holdings: tuple[Holding, ...]) -> dict[str, Any]:
    certificate = wanted.certificate
    known = (
        _certificate(certificate, {}, {})
        if certificate
        else {"sha256": None, "sha1": None, "subject": None, "not_after": None, "fingerprint": wanted.digest}
    )
    return {
        **known,
        "stores": [
            {
                "id": visible(h.store.id), "how": h.how, "why": visible(h.why) or None,
                "where": visible(h.where) or None, "since": h.since or None,
                "other": h.other.sha256 if h.other else None,
            }
            for h in holdings
        ],
    }  # fmt: skip


# ── --diff ──────────────────────────────────────────────────────────────────


def _named(words: str, stores: tuple[Store, ...]) -> Store:
    """The store with this id, or with this in its id or title. Raises Trouble."""
    part = words.casefold()
    for fits in (
        [s for s in stores if s.id == words],
        [s for s in stores if part in s.id.casefold()],
        [s for s in stores if part in s.title.casefold()],
    ):
        if len(fits) == 1:
            return fits[0]
        if fits:
            raise Trouble(
                f"“{visible(words, 60)}” could be {listed([visible(s.id) for s in fits])}: write more of it"
            )
    by_text = {text_.casefold(): s.id for s in stores for text_ in (s.title, s.id)}
    near = difflib.get_close_matches(part, by_text, 1, 0.5)
    hint = (
        f"did you mean {visible(by_text[near[0]])}?"
        if near
        else f"there are {listed([visible(s.id) for s in stores], 8)}"
    )
    raise Trouble(f"there is no store “{visible(words, 60)}”: {hint}")


def _differing(stores: tuple[Store, ...], a: Store, b: Store) -> _Answer:
    if unreadable := tuple(s for s in dict.fromkeys((a, b)) if s.unreadable):
        neither = {"a": visible(a.id), "b": visible(b.id), "unreadable": [visible(s.id) for s in unreadable]}
        return _Answer((_not_read(unreadable),), {"diff": neither, "exit": exits.UNKNOWN}, exits.UNKNOWN)
    roots = compared(a.anchors, b.anchors)
    below = compared(a.intermediates, b.intermediates)
    known = {digest: c for s in stores for c in in_store(s) for digest in (c.sha256, c.sha1)}
    refused_a, refused_b = (_refused(s, known) for s in (a, b))
    only = ([d for d in refused_a if d not in refused_b], [d for d in refused_b if d not in refused_a])
    same = roots.same and below.same and not any(only)
    code = exits.ACCEPTED if same else exits.WARNING
    names = visible(a.title), visible(b.title)
    blocks: list[Block] = [
        Rows(
            tuple(
                (letter, Cell(f"{name} ({visible(s.id)})"))
                for letter, name, s in zip("AB", names, (a, b), strict=True)
            )
        )
    ]
    if same:
        blocks.append(Conclusion(Mark.FINE, "They hold the same."))
    blocks += _compared_blocks(roots, "Trusted", a, b)
    blocks += _compared_blocks(below, "Intermediates", a, b)
    for letter, digests in zip("AB", only, strict=True):
        blocks += _listing(f"Refused by {letter} alone", [_by_print(d, known) for d in digests])
    document: dict[str, Any] = {
        "a": visible(a.id),
        "b": visible(b.id),
        "same": same,
        **_compared_document(roots),
        "intermediates": _compared_document(below),
        "distrusted_only_a": only[0],
        "distrusted_only_b": only[1],
        "unreadable": [],
    }
    return _Answer(tuple(blocks), {"diff": document, "exit": code}, code)


def _refused(store: Store, known: Mapping[str, Certificate]) -> list[str]:
    """By SHA-256 wherever the certificate is known: stores name what they refuse by either print."""
    return list(dict.fromkeys(known[d].sha256 if d in known else d for d in store.distrusted))


def _by_print(digest: str, known: Mapping[str, Certificate]) -> tuple[str, str]:
    return known[digest].title if digest in known else "(not in any store)", fingerprint(digest, 4)


def _compared_blocks(found: Compared, what: str, a: Store, b: Store) -> Iterator[Block]:
    yield from _listing(f"{what} in A alone", [_beside(c, b) for c in found.only_a])
    yield from _listing(f"{what} in B alone", [_beside(c, a) for c in found.only_b])
    yield from _listing(
        f"{what} in both, in different certificates",
        [(x.title, f"A {fingerprint(x.sha256, 2)}, B {fingerprint(y.sha256, 2)}") for x, y in _pairs(found)],
    )


def _beside(certificate: Certificate, other: Store) -> tuple[str, str]:
    """Its title, and what the other store has of it, where that is something."""
    held = holding(Wanted(certificate.sha256, certificate), other)
    return certificate.title, f"there: {_how(held).text}" if held else fingerprint(certificate.sha256, 4)


def _pairs(found: Compared) -> list[Pair]:
    return list(dict.fromkeys((*found.other_a, *((x, y) for y, x in found.other_b))))


def _listing(title: str, rows: list[tuple[str, str]]) -> Iterator[Block]:
    if rows:
        yield Heading(f"{title}: {len(rows)}")
        yield Rows(tuple((label, Cell(said)) for label, said in rows))


def _compared_document(found: Compared) -> dict[str, Any]:
    return {
        "only_a": [_short(c) for c in found.only_a],
        "only_b": [_short(c) for c in found.only_b],
        "other_certificate": [{"a": _short(x), "b": _short(y)} for x, y in _pairs(found)],
    }


# ── words ───────────────────────────────────────────────────────────────────


def _count(number: int, one: str, more: str = "") -> str:
    return f"{number} {one if number == 1 else more or one + 's'}"


def _be(number: int) -> str:
    return "is" if number == 1 else "are"


def _some(certificates: Iterable[Certificate]) -> str:
    """`12 (A, B and 10 more)`."""
    titles = [c.title for c in certificates]
    return f"{len(titles)} ({listed(titles, 3)})"
