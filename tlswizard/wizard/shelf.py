"""Takes playbooks off the shelf: by their id or from a file, proven, with all that they use."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from tlswizard.content.library import PLAYBOOK, Content, PlaybookFile
from tlswizard.content.reader import MAX_BYTES, Node, Problem, examined
from tlswizard.core.text import visible
from tlswizard.core.trouble import Trouble
from tlswizard.playbook.declared import Declared, PlaybookDeclared
from tlswizard.playbook.format import MAX_NESTING, Playbook
from tlswizard.playbook.parse import Examined, examine
from tlswizard.playbook.summary import summarised
from tlswizard.playbook.using import expanded, with_server
from tlswizard.wizard import keeping
from tlswizard.wizard.declared import declared

Read = tuple[Node | None, tuple[Problem, ...]]
"""What the reader made of a file."""


def playbook(content: Content, name: str) -> Playbook:
    """The playbook with this id, else in this file, ready to run. Raises Trouble, which lists all that is
    wrong."""
    id_, shelf = opened(content, name)
    return shelf.runnable(id_)


def opened(content: Content, name: str) -> "tuple[str, Shelf]":
    """The id of the playbook that `name` means, an id or a file, and the shelf on which it stands: a file
    hides what has its id. Raises Trouble."""
    if name in content.playbooks:
        return name, Shelf(content)
    if not (name.endswith((".yaml", ".yml")) or "/" in name):
        if Path(name).is_file():
            raise Trouble(f"there is no playbook “{visible(name, 60)}”; for the file write ./{visible(name)}")
        known = ", ".join(content.playbook_ids)
        raise Trouble(
            f"there is no playbook “{visible(name, 60)}”; there are {known}. A file needs its path."
        )
    stem = (
        Path(name)
        .name.removesuffix(".yml")
        .removesuffix(".yaml")
        .removesuffix(PLAYBOOK.removesuffix(".yaml"))
    )
    below = content.playbooks.get(stem)
    hides = (below.origin, *below.hides) if below else ()
    return stem, Shelf(content, PlaybookFile(stem, Path(name), visible(name), hides))


class Shelf:
    """The playbooks that there are. Each is read and proven once, when it is first asked for."""

    def __init__(self, content: Content, given: PlaybookFile | None = None) -> None:
        self.files = {**content.playbooks, **({given.id: given} if given else {})}
        self._content = content
        self._data: dict[str, bytes] = {}
        self._read: dict[str, Read] = {}
        self._examined: dict[tuple[str, bool], Examined] = {}
        self._expanded: dict[str, Playbook] = {}
        self._open: set[str] = set()
        self._summing: set[str] = set()
        self.shortened = False
        """what was asked so far went too deep: for another playbook a new shelf is wanted"""

    @cached_property
    def _declared(self) -> Declared:
        return replace(declared(self._content), playbooks=_Usable(self))

    def data(self, id_: str) -> bytes:
        """The bytes of its file. Raises Trouble."""
        if id_ not in self._data:
            path = Path(str(self.files[id_].file))
            with suppress(OSError):  # whoever reads it says why it cannot be read
                if path.exists() and not (path.is_file() or path.is_dir()):  # a pipe would be waited for
                    raise Trouble(f"{visible(str(path))} is no file that can be read")
            self._data[id_] = keeping.read_bytes(str(path), MAX_BYTES)
        return self._data[id_]

    def examined(self, id_: str, *, advice: bool = True) -> Examined:
        """The playbook as its file has it, and all that is wrong with it; without `advice`, what keeps it
        from running. Raises Trouble."""
        if (id_, advice) not in self._examined:
            file, read = self.files[id_], self._node(id_)
            name = visible(str(file.file))
            self._open.add(id_)
            found = examine(
                self.data(id_), name, self._declared, file.origin, id_=id_, read=read, advice=advice
            )
            self._open.discard(id_)
            if found.playbook:
                found = replace(found, playbook=replace(found.playbook, hides=file.hides))
            self._examined[id_, advice] = found
        return self._examined[id_, advice]

    def _is_deep(self) -> bool:
        """So many playbooks use each other here that the innermost are not looked at: whoever uses them is
        refused for that, and what is kept here of those between is not the whole truth."""
        deep = len(self._summing) > MAX_NESTING
        self.shortened |= deep
        return deep

    def _known(self, id_: str) -> PlaybookDeclared | None:
        """For the summary of one that uses it: nothing while it is itself looked at, which is a circle."""
        nothing = self._is_deep() or id_ in self._summing or id_ not in self.files
        return None if nothing else self._declared.playbooks.get(id_)

    def runnable(self, id_: str) -> Playbook:
        """The playbook with the steps of all that it uses. Raises Trouble."""
        return with_server(self._whole(id_))

    def _whole(self, id_: str) -> Playbook:
        if id_ not in self._expanded:
            self._expanded[id_] = expanded(self._proven(id_), self._whole)
        return self._expanded[id_]

    def _proven(self, id_: str) -> Playbook:
        found = self.examined(id_, advice=False)
        if found.playbook is None:
            errors = (problem for problem in found.problems if problem.severity == "error")
            raise Trouble("the playbook cannot be run:\n" + "\n".join(map(str, errors)))
        return found.playbook

    def summary(self, id_: str) -> PlaybookDeclared | None:
        """What others must know of it; None for what cannot be read."""
        self._summing.add(id_)
        try:
            told = summarised(self._node(id_)[0], self._known)
            # While it is looked at itself, somebody on the way back asks: a circle, which they will see.
            # And whoever uses one that lies so deep is refused for that.
            unasked = id_ in self._open or self._is_deep()
            sound = unasked or self.examined(id_, advice=False).playbook is not None
        except Trouble:
            return None
        finally:
            self._summing.discard(id_)
        return replace(told, sound=sound) if told else None

    def _node(self, id_: str) -> Read:
        if id_ not in self._read:
            self._read[id_] = examined(self.data(id_), visible(str(self.files[id_].file)))
        return self._read[id_]


class _Usable(Mapping[str, PlaybookDeclared | None]):
    """The shelf as `use` sees it."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._told: dict[str, PlaybookDeclared | None] = {}

    def __getitem__(self, id_: str) -> PlaybookDeclared | None:
        if id_ not in self._shelf.files:
            raise KeyError(id_)
        if id_ not in self._told:
            self._told[id_] = self._shelf.summary(id_)
        return self._told[id_]

    def __iter__(self) -> Iterator[str]:
        return iter(self._shelf.files)

    def __len__(self) -> int:
        return len(self._shelf.files)
