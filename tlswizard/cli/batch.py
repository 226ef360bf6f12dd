"""Offline in bulk: JSON lines in, one document out per line, in the same order.

`judged` is the whole of it without the streams: a line in, a document out. One line is in memory at a
time; what many lines share (certificates, the store that the same roots make) is kept in a `Known`, which
is bounded too.
"""

import base64
import binascii
import json
import math
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Generic, TypeVar

from tlswizard.cli import exits
from tlswizard.cli.offline import kept, moment_of
from tlswizard.content.library import Content
from tlswizard.core.case import Case, Handshake, Observed, Part, Revocation
from tlswizard.core.certificate import Certificate, Malformed
from tlswizard.core.crl import Crl, crls_in
from tlswizard.core.pem import MAX_FILE, certificates_in
from tlswizard.core.store import Store
from tlswizard.core.target import BadTarget, Target, parse_host
from tlswizard.core.text import visible
from tlswizard.core.trouble import Trouble
from tlswizard.diagnosis.diagnose import diagnose
from tlswizard.machine.door import Machine
from tlswizard.report.json import document
from tlswizard.stores.given import PREFIX

T = TypeVar("T")

MAX_LINE = 4 * MAX_FILE
"""Bytes of a line: a chain, roots, intermediates and CRLs, each as large as a file may be."""

MAX_KEPT = 4 * 1024 * 1024
"""Characters of PEM whose certificates are kept: about 2,000, some ten times the public roots."""

MAX_NAME = 253
"""The longest DNS name in text (RFC 1035 section 2.3.4, without the length of the root)."""

NOBODY = Observed("", "", "linux")
"""No computer was looked at."""

Served = Certificate | Malformed


class BadLine(ValueError):
    """The line is no case; the message says what is wrong with it."""


class Kept(Generic[T]):
    """What was made of texts, the oldest forgotten first.

    Not the one used longest ago: a certificate remembers whose signatures it has checked, so that one
    which is never forgotten would grow with every line.
    """

    def __init__(self, make: Callable[[tuple[str, ...]], T], limit: int = MAX_KEPT) -> None:
        self._make = make
        self._limit = limit
        self._held: dict[tuple[str, ...], T] = {}
        self._size = 0

    def of(self, texts: tuple[str, ...]) -> T:
        if texts in self._held:
            return self._held[texts]
        made = self._make(texts)
        size = _size(texts)
        if size <= self._limit // 8:
            self._held[texts] = made
            self._size += size
        while self._size > self._limit:
            oldest = next(iter(self._held))
            del self._held[oldest]
            self._size -= _size(oldest)
        return made


class Known:
    """What lines have in common: each certificate is parsed once, the same roots are one Store."""

    def __init__(self, limit: int = MAX_KEPT) -> None:
        self._certificates: Kept[tuple[Served, ...]] = Kept(_parsed, limit)
        self._stores: Kept[Store] = Kept(self._store, limit)
        self._lists: Kept[tuple[Crl, ...]] = Kept(_lists, limit)

    def certificates(self, texts: tuple[str, ...]) -> tuple[Served, ...]:
        """The certificates of all texts in their order; a text without any keeps its place as Malformed."""
        return tuple(c for text in texts for c in self._certificates.of((text,)))

    def store(self, roots: tuple[str, ...], intermediates: tuple[str, ...]) -> Store:
        return self._stores.of((*roots, _BORDER, *intermediates))

    def crls(self, text: str) -> tuple[Crl, ...]:
        """The revocation lists of a text; () if nothing in it looks like one."""
        return self._lists.of((text,))

    def _store(self, texts: tuple[str, ...]) -> Store:
        border = texts.index(_BORDER)
        roots, others = self.certificates(texts[:border]), self.certificates(texts[border + 1 :])
        anchors = tuple(c for c in roots if isinstance(c, Certificate))
        intermediates = tuple(c for c in others if isinstance(c, Certificate))
        skipped = len(roots) + len(others) - len(anchors) - len(intermediates)
        return Store(
            f"{PREFIX}roots", "the roots given", "process", "roots", anchors, intermediates, None, skipped
        )


_BORDER = ""
"""Between roots and intermediates: no text of a certificate is empty."""


def judged(
    line: Mapping[str, object],
    content: Content,
    now: datetime,
    *,
    observed: Observed = NOBODY,
    known: Known | None = None,
) -> dict[str, Any]:
    """The document for one line, with its `id`. Raises BadLine.

    With `profile` that client alone counts. `now` is the time where the line gives none; a caller with
    many lines gives the same `known` for all.
    """
    id_ = id_of(line)
    profile = line.get("profile")
    if profile is not None and (not isinstance(profile, str) or profile not in content.clients):
        raise BadLine(f"profile: there is no program “{_shown(profile)}”")
    case = case_of(line, now, observed=observed, known=known)
    return {"id": id_} | document(diagnose(case, content, (profile,) if profile else ()))


def case_of(
    line: Mapping[str, object], now: datetime, *, observed: Observed = NOBODY, known: Known | None = None
) -> Case:
    """The Case that a line describes. Raises BadLine."""
    known = known or Known()
    chain = known.certificates(_texts(line, "chain"))
    store = known.store(_texts(line, "roots"), _texts(line, "intermediates", ()))
    crls = _crls(_texts(line, "crls", ()), known)
    host = _name(line.get("name"))
    moment = _moment(line.get("at"), now)
    shake = Handshake(
        host, "ok", "the chain is that of the line", chain=chain, staple=_staple(line.get("staple"))
    )
    case = Case(
        target=Target(visible(str(id_of(line) or host or "")), host or "", 443, None, None, host or ""),
        observed=observed,
        at=moment,
        offline=True,
        name=host,
        handshakes=Part(moment, (shake,)),
        stores=Part(moment, (store,)),
    )
    return case.with_part("revocation", Part(moment, Revocation(crls))) if crls else case


def id_of(line: object) -> str | int | float | None:
    """The `id` of a line, None if it has none that can be repeated."""
    found = line.get("id") if isinstance(line, Mapping) else None
    if isinstance(found, float):
        return found if math.isfinite(found) else None
    return found if isinstance(found, str | int) else None


def run(path: str, machine: Machine, content: Content) -> int:
    """Answers every line of the file `path` (`-`: stdin) on stdout. Raises Trouble."""
    if path == "-":
        if sys.stdin is None:
            raise Trouble("there is no standard input to read lines from")
        return _answer(sys.stdin.buffer, machine, content)
    with _opened(path) as stream:
        return _answer(stream, machine, content)


def _opened(path: str) -> BinaryIO:
    try:
        return Path(path).open("rb")
    except OSError as error:
        raise Trouble(f"{visible(path)} could not be read: {visible(error.strerror or str(error))}") from None


def _answer(stream: BinaryIO, machine: Machine, content: Content) -> int:
    code, known = exits.ACCEPTED, Known()
    for data in lines(stream):
        said = answered(data, content, machine.now(), observed=machine.observed, known=known)
        if "error" in said:
            code = exits.UNKNOWN
        print(json.dumps(said), flush=True)
    return code


def lines(stream: BinaryIO) -> Iterator[bytes]:
    """The lines of a stream, without those that are blank; of one that is too long, MAX_LINE + 1 bytes."""
    while line := stream.readline(MAX_LINE + 1):
        end = line
        while len(line) > MAX_LINE and end and not end.endswith(b"\n"):
            end = stream.readline(MAX_LINE)  # the rest is read and dropped
        if not line.isspace():
            yield line


def answered(
    data: bytes, content: Content, now: datetime, *, observed: Observed = NOBODY, known: Known | None = None
) -> dict[str, Any]:
    """The document for a line as it was read; `{"id", "error"}` for one that is no case."""
    line: object = None
    try:
        line = _read(data)
        return judged(line, content, now, observed=observed, known=known)
    except BadLine as error:
        return {"id": id_of(line), "error": str(error)}
    except Exception as error:  # noqa: BLE001 - a certificate that breaks a rule never breaks the other lines
        why = visible(f"{type(error).__name__}: {error}")
        return {"id": id_of(line), "error": f"tlswizard broke on this line ({why}); please report it"}


def _read(data: bytes) -> dict[str, object]:
    if len(data) > MAX_LINE:
        raise BadLine(f"the line is longer than {MAX_LINE // 1024 // 1024} MB")
    try:
        line = json.loads(data)
    except RecursionError:
        raise BadLine("the line is nested too deep") from None
    except ValueError as error:
        raise BadLine(f"the line is not JSON: {visible(str(error), 120)}") from None
    if not isinstance(line, dict):
        raise BadLine("the line is no JSON object")
    return line


def _texts(line: Mapping[str, object], key: str, absent: tuple[str, ...] | None = None) -> tuple[str, ...]:
    found = line.get(key)
    if found is None and absent is not None:
        return absent
    if found is None:
        raise BadLine(f"{key} is missing")
    if not isinstance(found, list) or not all(isinstance(text, str) for text in found):
        raise BadLine(f"{key} must be a list of PEM texts")
    return tuple(text or " " for text in found)


def _crls(texts: tuple[str, ...], known: Known) -> tuple[Crl, ...]:
    found = [known.crls(text) for text in texts]
    if () in found:
        raise BadLine(f"crls[{found.index(())}] holds no certificate revocation list in PEM")
    return tuple(crl for crls in found for crl in crls)


def _staple(value: object) -> bytes | None:
    if value is None:
        return None
    try:
        return base64.b64decode(value, validate=True) if isinstance(value, str) else _no_staple()
    except (ValueError, binascii.Error):
        return _no_staple()


def _no_staple() -> bytes:
    raise BadLine("staple must be an OCSP response in base64")


def _name(value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not value.strip():
        raise BadLine("name must be a host name, an IP address or null")
    if len(value) > MAX_NAME:
        raise BadLine(f"name is longer than a host name can be ({MAX_NAME} characters)")
    try:
        return parse_host(value)
    except BadTarget as error:
        if "*" in value:
            raise BadLine(f"name: {error}") from None  # it would equal the wildcard of a certificate
        # Programs are asked for such names, too, and refuse: no certificate is for them.
        return visible(value).lower()


def _moment(value: object, now: datetime) -> datetime:
    if value is None:
        return now
    if not isinstance(value, str):
        raise BadLine("at must be a time in text, for example 2026-01-31T12:00:00Z")
    try:
        return moment_of(value)
    except Trouble as trouble:
        raise BadLine(f"at: {trouble}") from None


def _parsed(texts: tuple[str, ...]) -> tuple[Served, ...]:
    return certificates_in(_bytes("".join(texts))) or (Malformed(b"", "it holds no PEM certificate"),)


def _lists(texts: tuple[str, ...]) -> tuple[Crl, ...]:
    return kept(crls_in(_bytes("".join(texts))))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _size(texts: tuple[str, ...]) -> int:
    return sum(len(text) for text in texts)


def _shown(value: object) -> str:
    return visible(value, 40) if isinstance(value, str) else type(value).__name__
