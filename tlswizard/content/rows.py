"""Takes typed values out of the rows of a table file, and notes all that is wrong with them.

A table file is one Table: the row's id, and under it the row's keys.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from tlswizard.content.reader import BadFile, List, Node, Place, Problem, Scalar, Table, pointed, read
from tlswizard.core.text import visible

R = TypeVar("R")


class Row:
    """One row while it is read. A key that was never asked for is an unknown one (see `finish`)."""

    def __init__(self, id_: Scalar, node: Node, problems: list[Problem]) -> None:
        self.id = id_.text
        self.place = id_.place
        self._problems = problems
        self._asked: list[str] = []
        self._table = node if isinstance(node, Table) else Table((), node.place)
        if not isinstance(node, Table):
            self.wrong(
                node.place, f"Under “{visible(self.id, 60)}” its keys are missing.", "key: text", "wrong-type"
            )

    def text(self, key: str, default: str | None = None) -> str:
        """The text of `key`, without spaces around it; required unless there is a `default`."""
        node = self._take(key, required=default is None)
        if node is None:
            return default or ""
        if not isinstance(node, Scalar) or not node.text.strip():
            self.wrong(node.place, f"“{key}” is a text.", f"{key}: text", "wrong-type")
            return ""
        return node.text.strip()

    def words(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        """The list of texts of `key`; one text stands for a list of one."""
        node = self._take(key, required)
        if node is None:
            return ()
        items = node.items if isinstance(node, List) else (node,)
        texts = [item.text.strip() for item in items if isinstance(item, Scalar) and item.text.strip()]
        if len(texts) < len(items):
            self.wrong(node.place, f"“{key}” is a list of texts.", f"{key}: [one, two]", "wrong-type")
        return tuple(texts)

    def choice(self, key: str, choices: Iterable[str], default: str | None = None) -> str:
        """The text of `key`, which must be one of `choices`."""
        text = self.text(key, default)
        allowed = tuple(choices)
        if text and text not in allowed:
            what = f"“{visible(text, 60)}” is not known for “{key}”."
            self.wrong(self._place(key), what, ", ".join(allowed), "unknown-value")
        return text

    def table(self, key: str) -> tuple[tuple[str, Node], ...]:
        """The entries of the table of `key`; none if it is not there."""
        node = self._take(key, required=False)
        if node is None:
            return ()
        if not isinstance(node, Table):
            self.wrong(node.place, f"“{key}” is a table.", f"{key}:", "wrong-type")
            return ()
        return tuple((name.text, value) for name, value in node.entries)

    def yes(self, key: str) -> bool:
        return self.choice(key, ("yes", "no")) == "yes"

    def number(self, key: str) -> int:
        text = self.text(key)
        if text and not (text.isascii() and text.isdigit() and len(text) < 10):
            self.wrong(self._place(key), f"“{key}” is a whole number.", f"{key}: 10", "wrong-type")
            return 0
        return int(text or 0)

    def wrong(self, place: Place, what: str, instead: str, code: str) -> None:
        self._problems.append(Problem(place, visible(what), visible(instead), code))

    def finish(self) -> None:
        """Notes the keys that were never asked for."""
        for key, _ in self._table.entries:
            if key.text not in self._asked:
                what = f"“{visible(key.text, 60)}” is no key of a row here."
                self.wrong(key.place, what, ", ".join(self._asked), "unknown-key")

    def _take(self, key: str, required: bool) -> Node | None:
        self._asked.append(key)
        node = self._table.get(key)
        if node is None and required and self._table.entries:
            what = f"“{visible(self.id, 60)}” has no “{key}”."
            self.wrong(self.place, what, f"{key}: …", "missing-key")
        return node

    def _place(self, key: str) -> Place:
        node = self._table.get(key)
        return node.place if node else self.place


def read_rows(
    files: Iterable[tuple[str, bytes]], build: Callable[[Row], R], *, lists: bool = False
) -> Iterator[tuple[str, R]]:
    """The (id, value) of all rows of `files` (name, content), in their order.

    `lists`: under each id stands a list of rows instead of one row, and several files may add to one id.
    Raises BadFile with all problems of the first file that has any, or that repeats an id.
    """
    seen: dict[str, Place] = {}
    for file, data in files:
        top = read(data, file)
        problems: list[Problem] = []
        values: list[tuple[str, R]] = []
        if not isinstance(top, Table):
            what = "A table of rows is expected: an id with a colon, and its keys indented below."
            raise BadFile(pointed([Problem(top.place, what, "id:", "wrong-type")], data))
        for key, node in top.entries:
            if key.text in seen and not lists:
                what = f"“{visible(key.text, 60)}” stands in {seen[key.text]} already."
                problems.append(Problem(key.place, what, "keep one of them", "duplicate"))
            seen[key.text] = key.place
            for item in node.items if lists and isinstance(node, List) else (node,):
                row = Row(Scalar(key.text, item.place if lists else key.place), item, problems)
                values.append((key.text, build(row)))
                row.finish()
        if problems:
            raise BadFile(pointed(problems, data))
        yield from values
