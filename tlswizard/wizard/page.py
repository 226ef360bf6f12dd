"""One screen as a value: the app and the plain lines paint the same pages.

Order on every page: where am I (`title`, `where`), what is the case and how do I know (`blocks`), what
now (`choices`, `field`, `enter`), keys.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tlswizard.core.blocks import Block

if TYPE_CHECKING:
    from tlswizard.content.glossary import Word

Kind = Literal["question", "input", "check", "text", "fix", "retest", "finish"]


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer. `id` goes back to the walk; the label is shown with a number before it."""

    id: str
    label: str
    hint: str = ""
    group: str = ""
    """what it and the choices after it have in common, said once before it"""


@dataclass(frozen=True, slots=True)
class Field:
    """A line to type or paste text into, beside or instead of the choices."""

    label: str
    value: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    kind: Kind
    title: str
    """what is walked and on which server"""
    where: str
    """`4 of 6  Compare trust`; empty without stages"""
    observed: str
    """`dana on srv-app-02`: the account and computer that are looked at"""
    heading: str
    """the step's own title"""
    blocks: tuple[Block, ...]
    choices: tuple[Choice, ...] = ()
    selected: int = 0
    """the choice that Enter takes unless another is selected"""
    field: Field | None = None
    error: str = ""
    """why the text that was entered cannot be taken, and what to type instead"""
    enter: str = "go on"
    """what Enter does, for the key line"""
    why: str = ""
    details: str = ""
    say: str = ""
    words: "tuple[Word, ...]" = ()
    """the glossary's words in all these texts, in reading order"""
    done: tuple[str, ...] = ()
    """the done-list: `reach ✓ 12 ms`, `chain ✓ 2 sent`"""
    copy: str = ""
    """what `c` copies here: commands, or the note"""
    origin: str = ""
    """where the playbook came from: `shipped playbook`"""
    can_go_back: bool = True
    over: bool = False
    """the walk has ended: this is its last page"""

    @property
    def beside(self) -> str:
        """What stands at the head of each page: whose playbook, and whose computer."""
        return f"{self.origin} · {self.observed}" if self.origin else self.observed


@dataclass(frozen=True, slots=True)
class Look:
    """Something to look at beside the step (all findings, programs, chain): closed with Esc."""

    title: str
    observed: str
    blocks: tuple[Block, ...]
    copy: str = ""
