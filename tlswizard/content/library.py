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
from tlswizard.content.glossary import Word, read_words
from tlswizard.content.messages import Message, read_messages
from tlswizard.content.reader import MAX_BYTES
from tlswizard.content.site import Site, read_site

if TYPE_CHECKING:
    from tlswizard.content.clients import ClientRow

PLAYBOOK = ".playbook.yaml"
MISNAMED = (".playbook.yml", f"{PLAYBOOK}.txt")
"""How a playbook is called by mistake, in small letters; editors write the second one."""
SITE = "site.yaml"
ADDED = ("clients", "messages")
"""The tables to which a site adds files."""

SHIPPED = "shipped with tlswizard"
"""Where a playbook came from that is in no folder of a site or a person."""


@dataclass(frozen=True, slots=True)
class PlaybookFile:
    """A playbook that can be opened by its id."""

    id: str
    file: Traversable
    origin: str
    """where it came from, as the screen says it"""
    hides: tuple[str, ...] = ()
    """where others of the same id lie, which it hides"""


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
        """The same with what these folders add. Raises BadFile, and OSError for what cannot be read, at once
        and not in the middle of a walk. A playbook itself is read when it is opened."""
        content = Content(self.root, sites)
        if sites:
            _ = content.clients, content.site, content.playbooks
            _ = tuple(read_messages(content._added("messages")))
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
    def glossary(self) -> Mapping[str, Word]:
        """By id, in the order of the file."""
        file = self.root / "glossary.yaml"
        found = read_words([(str(file), file.read_bytes())] if file.is_file() else ())
        return MappingProxyType({word.id: word for word in found})

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
            rows = tuple(read_messages([(str(found[1]), _bytes(found[1]))])) if found else ()
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
    def site(self) -> Site:
        """What this organisation says of itself."""
        files = [root / SITE for root in (self.root, *self.sites)]
        return read_site((str(file), _bytes(file)) for file in files if file.is_file())

    @cached_property
    def playbooks(self) -> Mapping[str, PlaybookFile]:
        """By id, in the order of the start screen. A later folder hides what an earlier one has under the
        same id. Raises OSError for a folder that cannot be listed."""
        found: dict[str, PlaybookFile] = {}
        for root in (self.root, *self.sites):
            origin = SHIPPED if root is self.root else str(root)
            for entry in sorted(root.iterdir(), key=lambda entry: entry.name):
                id_ = entry.name.removesuffix(PLAYBOOK)
                if entry.name.endswith(PLAYBOOK) and id_ and entry.is_file():
                    below = found.get(id_)
                    hides = (below.origin, *below.hides) if below else ()
                    found[id_] = PlaybookFile(id_, entry, origin, hides)
        listed = [id_ for id_ in self.site.start if id_ in found]
        own = [id_ for id_ in found if id_ not in listed]  # a site's, of which its site.yaml says nothing
        return MappingProxyType({id_: found[id_] for id_ in (*listed[:1], *own, *listed[1:])})

    @property
    def misnamed(self) -> tuple[Traversable, ...]:
        """Files in the folders of a site or a person that nobody finds, as the end of their name is wrong."""
        entries = (e for site in self.sites for e in sorted(site.iterdir(), key=lambda e: e.name))
        return tuple(e for e in entries if _is_misnamed(e.name) and e.is_file())

    @property
    def playbook_ids(self) -> tuple[str, ...]:
        return tuple(self.playbooks)

    def playbook_file(self, id_: str) -> tuple[str, bytes]:
        """Name and content of the file of one playbook. Raises KeyError for an id that is not here, OSError
        for a file that cannot be read."""
        file = self.playbooks[id_].file
        return str(file), _bytes(file)

    def _files(self, folder: str) -> Iterator[tuple[str, bytes]]:
        yield from _yaml(self.root / folder)
        yield from self._added(folder)

    def _added(self, folder: str) -> Iterator[tuple[str, bytes]]:
        for site in self.sites if folder in ADDED else ():
            yield from _yaml(site / folder)


def _is_misnamed(name: str) -> bool:
    return not name.endswith(PLAYBOOK) and name.lower().endswith((PLAYBOOK, *MISNAMED))


def _yaml(folder: Traversable) -> Iterator[tuple[str, bytes]]:
    entries = folder.iterdir() if folder.is_dir() else ()
    files = (e for e in entries if e.name.endswith(".yaml") and e.is_file())
    for entry in sorted(files, key=lambda entry: entry.name):
        yield str(entry), _bytes(entry)


def _bytes(file: Traversable) -> bytes:
    """No more than the reader takes: it says itself that a file is too large."""
    with file.open("rb") as opened:
        return opened.read(MAX_BYTES + 1)
