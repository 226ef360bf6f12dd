"""What was found: verdicts per client, causes, fixes, proofs. Values only; `diagnosis` fills them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from tlswizard.core.case import Case
from tlswizard.core.certificate import Certificate, Malformed
from tlswizard.core.edit import Edit, OnOriginal
from tlswizard.core.terms import Certainty, Severity
from tlswizard.core.verdict import Fault, Verdict

INSTALLATION = "@"
"""Stands in the id of a client before which of several installations it is: `java-17@/opt/jdk/…`."""


@dataclass(frozen=True, slots=True)
class ClientVerdict:
    """One row of the programs table, judged."""

    id: str
    """the row's; with more behind it for an installation that decides otherwise than the usual one"""
    title: str
    family: str
    account: Literal["user", "service"]
    counts: bool
    installed: bool
    stores: tuple[str, ...]
    """ids of the stores it reads"""
    displaced: tuple[str, ...]
    """ids of those that a variable keeps it from reading"""
    verdict: Verdict
    tested: bool = True
    """whether the program itself was run in tests, beside this row; else the row is what rules say"""
    names: Fault | None = None
    """the fault that its message names, where it refuses and its words are known"""

    @property
    def row(self) -> str:
        """The id of its row in the table."""
        return self.id.partition(INSTALLATION)[0]


@dataclass(frozen=True, slots=True)
class Found:
    """A cause that holds here, on one certificate, for these clients."""

    id: str
    kind: str | None
    severity: Severity
    certainty: Certainty
    title: str
    evidence: str
    who: str
    place: int
    """its order of urgency"""
    certificate: Certificate | Malformed | None = None
    position: int | None = None
    clients: tuple[str, ...] = ()
    other: Certificate | None = None
    """the certificate that explains it: the one that a store holds, the nearest miss"""
    holders: tuple[str, ...] = ()
    """ids of the stores that hold `other`"""


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits with their text: proposed, not judged."""

    id: str
    title: str
    causes: tuple[str, ...]
    where: str
    who: str
    text: str
    risk: str
    takes_effect: str
    check: str
    edits: tuple[Edit, ...] = ()
    """() where nothing can be judged in advance: then there is no proof"""
    commands: tuple[str, ...] = ()
    undo: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    """parts that are observed anew, and inputs that are set, once it is done"""
    no_edit: str = ""
    """why nothing can be judged in advance, where there are no edits"""
    danger: str = ""
    """what must be made sure of before anybody does it"""
    certificate: Certificate | None = None
    """the certificate that it handles, to be saved as a file"""
    traps: tuple[str, ...] = ()
    """what goes wrong easily"""
    verify: tuple[str, ...] = ()
    """commands that show that it was done"""
    also: tuple[str, ...] = ()
    """ids of other fixes that are the same action, and are done with it"""

    @property
    def ids(self) -> tuple[str, ...]:
        return (self.id, *self.also)

    @property
    def on_original(self) -> tuple[OnOriginal, ...] | None:
        """The edits if all of them can be proven with certificates that exist."""
        kept = tuple(e for e in self.edits if isinstance(e, OnOriginal))
        return kept if kept and len(kept) == len(self.edits) else None


@dataclass(frozen=True, slots=True)
class ProofRow:
    """One client before and after."""

    id: str
    judge: str
    before: str
    after: str
    left: tuple[str, ...] = ()
    """causes for which it still refuses"""


On = Literal["original", "copy"]
"""What a proof is made with: the very certificates, or a copy of them with other keys."""

ORIGINAL: On = "original"
COPY: On = "copy"


@dataclass(frozen=True, slots=True)
class Proof:
    """Verdicts of the edited Case, beside those of the Case as it is."""

    on: On
    fixes: tuple[str, ...]
    """ids of the fixes that were made together"""
    clients: tuple[ProofRow, ...]
    control: tuple[ProofRow, ...] = ()
    """on a copy: each client before the fix, refusing the original (`before`) and the copy (`after`) for the
    same faults"""
    assumes: str = ""
    """what the proof takes for granted, because nobody here can know it"""


@dataclass(frozen=True, slots=True)
class ProvenFix:
    fix: Fix
    proofs: tuple[Proof, ...] = ()
    why_none: str = ""
    """why there is no proof"""


@dataclass(frozen=True, slots=True)
class NotChecked:
    part: str
    why: str


@dataclass(frozen=True, slots=True)
class Findings:
    """What is known before any fix is thought of."""

    case: Case
    clients: tuple[ClientVerdict, ...]
    causes: tuple[Found, ...]

    @property
    def counting(self) -> tuple[ClientVerdict, ...]:
        return tuple(c for c in self.clients if c.counts)

    @property
    def refusing(self) -> tuple[ClientVerdict, ...]:
        return tuple(c for c in self.counting if c.verdict.result == "refuse")


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Everything that any screen shows."""

    case: Case
    clients: tuple[ClientVerdict, ...]
    causes: tuple[Found, ...]
    fixes: tuple[ProvenFix, ...]
    not_checked: tuple[NotChecked, ...]
    exit: int
    titles: Mapping[str, str] = field(default_factory=dict, compare=False)
    """what the causes are called, by id: for the causes that a client is left with after a fix"""

    @property
    def counting(self) -> tuple[ClientVerdict, ...]:
        return tuple(c for c in self.clients if c.counts)

    @property
    def looked_into(self) -> tuple[ClientVerdict, ...]:
        """The programs that count and whose stores were looked at; all that count, if no store was. The
        others are told as not checked, and leave these their verdict."""
        return tuple(c for c in self.counting if c.stores) or self.counting

    def client(self, id_: str) -> ClientVerdict | None:
        return next((c for c in self.clients if c.id == id_), None)

    def found(self, *ids: str) -> tuple[Found, ...]:
        return tuple(f for f in self.causes if f.id in ids)

    def fix(self, id_: str) -> ProvenFix | None:
        of_its_own = next((f for f in self.fixes if f.fix.id == id_), None)
        return of_its_own or next((f for f in self.fixes if id_ in f.fix.also), None)

    @property
    def urgent(self) -> tuple[Found, ...]:
        """Problems and warnings for the clients that count: what an outcome can be."""
        return tuple(f for f in self.causes if f.severity in ("problem", "warning"))
