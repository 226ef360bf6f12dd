"""The facts of an organisation, from `site.yaml`: what playbooks say without being copied and changed.

The shipped file holds a neutral word for each fact; a site's own file, in the same form, replaces what it
names.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType

from tlswizard.content.reader import BadFile, List, Node, Place, Problem, Scalar, Table, pointed, read
from tlswizard.core.terms import WHO
from tlswizard.core.text import visible

FACTS, GIVE_TO, ROOTS, START = "facts", "give-to", "roots", "start"

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Site:
    """What an organisation says of itself."""

    facts: Mapping[str, str]
    """`service-desk: IT service desk, phone 4711`, shown for `{site.service-desk}`"""
    give_to: Mapping[str, str]
    """by one of WHO, how that team is called here"""
    roots: Mapping[str, str]
    """by SHA-256 in hexadecimal, the organisation's own roots and what they are called"""
    start: tuple[str, ...]
    """ids of playbooks, in the order of the start screen; others come after them"""


def read_site(files: Iterable[tuple[str, bytes]], playbooks: Collection[str] | None = None) -> Site:
    """What these files (name, content) say together, a later one before an earlier one. `playbooks` are the
    ids that there are; None: not known. Raises BadFile."""
    facts: dict[str, str] = {}
    give_to: dict[str, str] = {}
    roots: dict[str, str] = {}
    start: tuple[str, ...] = ()
    for file, data in files:
        found = _File(read(data, file), data)
        facts |= found.texts(
            FACTS, lambda name: _NAME.fullmatch(name) is not None, "small letters and hyphens"
        )
        give_to |= found.texts(GIVE_TO, lambda name: name in WHO, ", ".join(WHO))
        roots |= found.fingerprints()
        ids = found.ids(playbooks)
        start = (*ids, *(id_ for id_ in start if id_ not in ids))
        found.settle()
    return Site(MappingProxyType(facts), MappingProxyType(give_to), MappingProxyType(roots), start)


class _File:
    """One file while it is read."""

    def __init__(self, top: Node, data: bytes) -> None:
        self._data = data
        self._problems: list[Problem] = []
        self._top = top if isinstance(top, Table) else Table((), top.place)
        if not isinstance(top, Table):
            self._wrong(top.place, "A table is expected.", f"{FACTS}:", "wrong-type")
        for key, _ in self._top.entries:
            if key.text not in (FACTS, GIVE_TO, ROOTS, START):
                what = f"“{visible(key.text, 60)}” is no key of site.yaml."
                self._wrong(key.place, what, ", ".join((FACTS, GIVE_TO, ROOTS, START)), "unknown-key")

    def texts(self, key: str, allowed: Callable[[str], bool], form: str) -> dict[str, str]:
        """The one-line texts of the table under `key`."""
        found = {}
        for name, node in self._entries(key):
            text = " ".join(node.text.split()) if isinstance(node, Scalar) else ""
            if not allowed(name.text):
                what = f"“{visible(name.text, 60)}” cannot stand under “{key}”."
                self._wrong(name.place, what, form, "unknown-value")
            elif not text:
                self._wrong(
                    node.place,
                    f"Behind “{visible(name.text, 60)}” stands no text.",
                    "name: text",
                    "wrong-type",
                )
            else:
                found[name.text] = text
        return found

    def fingerprints(self) -> dict[str, str]:
        found = {}
        for name, node in self._entries(ROOTS):
            text = node.text if isinstance(node, Scalar) else ""
            digits = re.sub(r"[\s:]", "", text).lower()
            if _SHA256.fullmatch(digits):
                found[digits] = name.text
            else:
                what = f"Behind “{visible(name.text, 60)}” stands no SHA-256 fingerprint."
                self._wrong(
                    node.place, what, "64 hexadecimal digits; colons and spaces are fine", "wrong-type"
                )
        return found

    def ids(self, playbooks: Collection[str] | None) -> tuple[str, ...]:
        node = self._top.get(START)
        items = node.items if isinstance(node, List) else ()
        if node is not None and not isinstance(node, List):
            self._wrong(
                node.place, f"“{START}” is a list of playbooks.", f"{START}: [one, two]", "wrong-type"
            )
        found = []
        for item in items:
            if not isinstance(item, Scalar) or not item.text.strip():
                what = f"The list “{START}” holds something that is no playbook's id."
                self._wrong(item.place, what, f"{START}: [one, two]", "wrong-type")
            elif playbooks is not None and item.text not in playbooks:
                meant = get_close_matches(item.text, playbooks, n=1)
                instead = f"did you mean “{meant[0]}”?" if meant else "tlswizard playbooks list"
                what = f"There is no playbook “{visible(item.text, 60)}”."
                self._wrong(item.place, what, instead, "unknown-playbook")
            else:
                found.append(item.text)
        return tuple(dict.fromkeys(found))

    def settle(self) -> None:
        if self._problems:
            raise BadFile(pointed(self._problems, self._data))

    def _entries(self, key: str) -> tuple[tuple[Scalar, Node], ...]:
        node = self._top.get(key)
        if node is not None and not isinstance(node, Table):
            self._wrong(node.place, f"Under “{key}” stands no table.", f"{key}:", "wrong-type")
        return node.entries if isinstance(node, Table) else ()

    def _wrong(self, place: Place, what: str, instead: str, code: str) -> None:
        self._problems.append(Problem(place, visible(what), visible(instead), code))
