"""All content as one value that is passed around: the shipped `playbooks/` folder, read on demand.

Only the files that a run needs are opened: `check` never reads a playbook, `playbooks list` no client.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from tlswizard.content.causes import Cause, read_causes
from tlswizard.content.fixes import FixText, read_fixes
from tlswizard.content.messages import Message, read_messages

if TYPE_CHECKING:
    from tlswizard.content.clients import ClientRow

PLAYBOOK = ".playbook.yaml"
ADDED = ("clients", "messages")
"""The tables to which a site adds files."""


@dataclass(frozen=True)
class Content:
    """The tables and playbooks under one folder. Each table is read once, when it is first asked for.

    Every table raises BadFile if its files have mistakes.
    """

    root: Traversable
    sites: tuple[Traversable, ...] = ()
    """folders of a site or a person, whose `clients/` and `messages/` are added to the shipped ones"""

    @classmethod
    def shipped(cls) -> "Content":
        """The content of this installation: inside the package, or beside it in a checkout."""
        package = files("tlswizard")
        inside = package / "playbooks"
        return cls(inside if inside.is_dir() else Path(str(package)).parent / "playbooks")

    def with_added(self, sites: tuple[Traversable, ...]) -> "Content":
        """The same with what these folders add. Raises BadFile at once, and not in the middle of a walk."""
        content = Content(self.root, sites)
        if sites:
            _ = content.clients, tuple(read_messages(content._added("messages")))
        return content

    @cached_property
    def causes(self) -> Mapping[str, Cause]:
        """By id, the most urgent first."""
        found = sorted(read_causes(self._files("causes")), key=lambda cause: cause.place)
        return MappingProxyType({cause.id: cause for cause in found})

    @cached_property
    def fixes(self) -> Mapping[str, FixText]:
        return MappingProxyType({fix.id: fix for fix in read_fixes(self._files("fixes"))})

    @cached_property
    def messages(self) -> tuple[Message, ...]:
        return tuple(read_messages(self._files("messages")))

    def words(self, client: str) -> tuple[Message, ...]:
        """The messages of one client. Only its own file is read: the one that is named like it, or like it
        without its last part (`java` for java-17); rows of the whole id count, else those of the part."""
        if client not in self._words:
            names = (name for name in (client, client.rpartition("-")[0]) if name)
            roots = (self.root, *self.sites)
            places = ((name, root / "messages" / f"{name}.yaml") for name in names for root in roots)
            found = next(((name, file) for name, file in places if file.is_file()), None)
            rows = tuple(read_messages([(str(found[1]), found[1].read_bytes())])) if found else ()
            own = tuple(m for m in rows if m.client == client)
            self._words[client] = own or tuple(m for m in rows if found and m.client == found[0])
        return self._words[client]

    @cached_property
    def _words(self) -> dict[str, tuple[Message, ...]]:
        return {}

    @cached_property
    def clients(self) -> "Mapping[str, ClientRow]":
        from tlswizard.content.clients import read_clients  # noqa: PLC0415 - only who judges needs it

        return read_clients(self._files("clients"))

    @cached_property
    def playbook_ids(self) -> tuple[str, ...]:
        names = sorted(entry.name for entry in self.root.iterdir())
        return tuple(name.removesuffix(PLAYBOOK) for name in names if name.endswith(PLAYBOOK))

    def playbook_file(self, id_: str) -> tuple[str, bytes]:
        """Name and content of the file of one playbook. Raises KeyError for an id that is not here."""
        if id_ not in self.playbook_ids:
            raise KeyError(id_)
        file = self.root / f"{id_}{PLAYBOOK}"
        return str(file), file.read_bytes()

    def _files(self, folder: str) -> Iterator[tuple[str, bytes]]:
        yield from _yaml(self.root / folder)
        yield from self._added(folder)

    def _added(self, folder: str) -> Iterator[tuple[str, bytes]]:
        for site in self.sites if folder in ADDED else ():
            yield from _yaml(site / folder)


def _yaml(folder: Traversable) -> Iterator[tuple[str, bytes]]:
    entries = folder.iterdir() if folder.is_dir() else ()
    for entry in sorted((e for e in entries if e.name.endswith(".yaml")), key=lambda entry: entry.name):
        yield str(entry), entry.read_bytes()
