"""A walk: one person, one playbook, one Case that grows. No screen and no Textual.

The front ends know this interface alone. They show `page`, hand what the person did to `take`, and
show `page` again. `take` may look at the network: it reports progress through `progress` and can be
cancelled (asyncio) at any time; the walk then stands where it stood.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from tlswizard.wizard.page import Choice, Look, Page

if TYPE_CHECKING:
    from tlswizard.content.glossary import Word


@dataclass(frozen=True, slots=True)
class GoOn:
    """Enter on a page without choices."""


@dataclass(frozen=True, slots=True)
class Chose:
    """One of the page's choices, by its id."""

    choice: str


@dataclass(frozen=True, slots=True)
class Typed:
    """Text for the page's field."""

    text: str


@dataclass(frozen=True, slots=True)
class Back:
    """To the step before; answers are kept."""


@dataclass(frozen=True, slots=True)
class LookAgain:
    """Forget what this step looked at, and look anew."""


@dataclass(frozen=True, slots=True)
class StopHere:
    """End the walk with a note of how far it came."""


Action = GoOn | Chose | Typed | Back | LookAgain | StopHere


class Walk(Protocol):
    page: Page
    progress: Callable[[str], None]
    """called with one line (`looking at the chain`) whenever long work starts"""

    async def open(self) -> Page:
        """Goes to the first page. Until then `page` only says which server it is about."""

    async def take(self, action: Action) -> Page:
        """What the person did; the page that follows. Never raises for bad input: the page says it."""

    def findings(self) -> Look:
        """Everything found so far."""

    def programs(self) -> Look: ...

    def judged(self) -> tuple[Choice, ...]:
        """The programs that can be compared, by id, each with its title and its verdict."""

    def differ(self, one: str, two: str) -> Look:
        """Why these two programs differ."""

    def chain(self) -> Look: ...

    def glossary(self) -> "tuple[Word, ...]":
        """Every word that can be explained, also those that are on no page."""

    def note(self) -> str:
        """The note for the ticket, as plain text."""

    def add_to_note(self, text: str) -> None: ...

    def exit_code(self) -> int: ...
