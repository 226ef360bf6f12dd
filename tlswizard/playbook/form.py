"""Reads one table of a playbook key by key, and says of each key what is wrong with it."""

import re
import unicodedata
from collections.abc import Iterable, Mapping

from tlswizard.content.reader import List, Node, Place, Scalar, Table
from tlswizard.playbook.format import EVERYTHING, NOT_SURE, SITE
from tlswizard.playbook.problems import Problems, near, quoted
from tlswizard.playbook.texts import references

_EXAMPLES = {
    "tlswizard": "1",
    "id": "a-name",
    "title": "a few words",
    "version": '"1"',
    "label": "a few words",
    "ask": "a question",
    "explain": "a few words",
    "text": "what to do",
}
"""What stands under a key that must not be missing; under all others that is a step."""
_BELOW = "… below it, indented"

LEADS_ON = ("next", "choices", "steps")
"""Keys without which it is not known where a step leads."""

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

_SPELLED = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "oe", "ł": "l"}
)
"""Letters that are written with others where they are missing (for German: DIN 5007-2)."""

_TYPOGRAPHIC = re.compile(r"[“”„‟«»][^“”„‟«»]+[“”„‟«»]|[‘’‚‛‹›][^‘’‚‛‹›]+[‘’‚‛‹›]")

_OTHER = "another name"
_FACTS = (SITE, f"{{{SITE}.…}} shows the facts of the organisation", _OTHER)
_RESERVED: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "an input": (_FACTS,),
    "a step": (_FACTS, (EVERYTHING, "behind “retest” it means all checks", _OTHER)),
    "an option": ((NOT_SURE, "it is the answer of who cannot tell", f"“{NOT_SURE}: yes” beside “options”"),),
}
"""Names that are not free, with why, and what to write."""


class Form:
    """A table and the keys that it may have.

    Whoever asks for a key gets a value to go on with, also if the file has none: the problem is noted,
    and the playbook is thrown away at the end.
    """

    def __init__(self, problems: Problems, table: Table, place: Place, of: str, keys: Iterable[str]) -> None:
        self.problems = problems
        self.table = table
        self.place = place
        """where the thing is named: there a missing key is reported"""
        self.of = of
        """`the step “reach”`, for the sentences"""
        self.spoilt: set[str] = set()
        """keys that are there, but misspelt or with the wrong thing under them: they are not also missing"""
        keys = tuple(keys)
        written = table.keys
        for key, _ in table.entries:
            if key.text not in keys:
                free = [k for k in keys if k not in written]
                known = free if near(key.text, free) else keys
                what = f"{quoted(key.text)} is no key of {of}."
                meant = problems.unknown(key.place, key.text, known, what, "unknown-key")
                self.spoilt |= {meant} if meant else set()

    @property
    def subject(self) -> str:
        """`of` at the start of a sentence."""
        return self.of[0].upper() + self.of[1:]

    def reads(self, key: str) -> bool:
        """Whether what was got for `key` is what the author wrote, be it nothing."""
        return key not in self.spoilt

    def place_of(self, key: str) -> Place:
        """Where the key stands, else where the thing is named."""
        return next((found.place for found, _ in self.table.entries if found.text == key), self.place)

    def scalar(self, key: str, required: bool = False, example: str = "") -> Scalar | None:
        """The text under `key` with its place; None if there is none. `example` is what could stand there."""
        node = self.table.get(key)
        if isinstance(node, Scalar) and node.text.strip():
            return node
        if isinstance(node, List | Table):
            self._wrong(key, "one text")
        elif required:
            self.missing(key, example or _EXAMPLES.get(key, "a-step"))
        return None

    def text(self, key: str, required: bool = False) -> str:
        found = self.scalar(key, required)
        return found.text.strip() if found else ""

    def plain(self, key: str, required: bool = False) -> str:
        """A text that is shown as it stands."""
        found = self.scalar(key, required)
        return self._shown(found, quoted(key)) if found else ""

    def texts(self, key: str, what: str, required: bool = False) -> dict[str, str]:
        """The table under `key`: names that the author gives, and texts that are shown as they stand."""
        found = {}
        for name, node in self.entries(key, required):
            id_ = named(self.problems, name, what)
            text = node if isinstance(node, Scalar) and node.text.strip() else None
            found[id_] = self._shown(text, quoted(id_)) if text else ""
            if not text:
                why = f"Behind {quoted(id_)} under {quoted(key)} stands no text."
                self.problems.add(node.place, why, f"{id_}: a few words", "wrong-type")
        return found

    def _shown(self, text: Scalar, where: str) -> str:
        for reference in references(text.text):
            word = "{" + reference + "}"
            what = f"{quoted(word)} cannot stand under {where} of {self.of}: nothing is filled in there."
            place = self.problems.word(text.place, word)
            self.problems.add(place, what, "say it without the value", "unknown-value")
        return text.text.strip()

    def word(
        self, key: str, known: Iterable[str], what: str, code: str, required: bool = False
    ) -> Scalar | None:
        """A text that must be one of the known words; `what` follows the word in the sentence."""
        known = tuple(known)
        found = self.scalar(key, required, next(iter(known), ""))
        if found is None or found.text in known:
            return found
        self.problems.unknown(found.place, found.text, known, f"{quoted(found.text)} {what}.", code)
        return None

    def yes(self, key: str) -> bool:
        """`yes` or `no`; no if the key is absent."""
        found = self.word(key, ("yes", "no"), f"cannot stand under {quoted(key)}", "wrong-type")
        return found is not None and found.text == "yes"

    def entries(self, key: str, required: bool = False) -> tuple[tuple[Scalar, Node], ...]:
        """The entries of the table under `key`."""
        node = self.table.get(key)
        if isinstance(node, Table) and (node.entries or not required):
            return node.entries
        if isinstance(node, List) or (isinstance(node, Scalar) and node.text.strip()):
            self._wrong(key, "“name: …” in lines of their own below it, indented")
        elif required:
            self.missing(key, _BELOW)
        return ()

    def items(self, key: str) -> tuple[Scalar, ...]:
        """The texts of the list under `key`."""
        node = self.table.get(key)
        if isinstance(node, Table) or (isinstance(node, Scalar) and node.text.strip()):
            self._wrong(key, "a list: [one, two]")
        if not isinstance(node, List):
            return ()
        for item in node.items:
            if not isinstance(item, Scalar):
                what = f"The list {quoted(key)} holds something that is no text."
                self.problems.add(item.place, what, "[one, two]", "wrong-type")
        return tuple(item for item in node.items if isinstance(item, Scalar))

    def missing(self, key: str, example: str) -> None:
        self.problems.ways_known &= key not in LEADS_ON
        if key in self.spoilt:
            return
        instead = f"{key}: {example}"
        if key == "next":
            what = f"{self.subject} leads nowhere: it has no {quoted(key)}."
            self.problems.add(self.place_of(key), what, instead, "loose-end")
        else:
            what = f"{self.subject} has no {quoted(key)}."
            self.problems.add(self.place_of(key), what, instead, "missing-key")

    def _wrong(self, key: str, wanted: str) -> None:
        node = self.table.get(key)
        self.spoilt.add(key)
        self.problems.ways_known &= key not in LEADS_ON
        if node is not None:
            what = f"Under {quoted(key)} of {self.of} stands {_KINDS[type(node)]}."
            self.problems.add(node.place, what, f"write {wanted}", "wrong-type")


_KINDS: Mapping[type, str] = {Scalar: "a text", List: "a list", Table: "a table"}


def unquoted(problems: Problems, value: Scalar) -> None:
    """Warns of typographic quotes around a whole value that is compared or passed on, and not read."""
    text = value.text.strip()
    if _TYPOGRAPHIC.fullmatch(text):
        what = f"The quotes around {text} are typographic ones, and so they are a part of the text."
        problems.warn(
            value.place, what, f'write "{text[1:-1]}", with the plain quotes of the keyboard', "unknown-value"
        )


def named(problems: Problems, key: Scalar, what: str) -> str:
    """A name that the author gives: small letters, digits and hyphens."""
    if not is_name(key.text):
        why = (
            f"{quoted(key.text)} is no name for {what}: names are made of small letters, digits and hyphens."
        )
        instead = "a line of its own for each of them" if "," in key.text else as_name(key.text)
        problems.add(key.place, why, instead or "a-name", "wrong-type")
    for name, why, instead in _RESERVED.get(what, ()):
        if key.text == name:
            problems.add(key.place, f"{quoted(name)} cannot name {what}: {why}.", instead, "wrong-type")
    return key.text


def reserved(what: str) -> tuple[str, ...]:
    """The names that are not free for such a thing."""
    return tuple(name for name, _, _ in _RESERVED.get(what, ()))


def is_name(text: str) -> bool:
    return _NAME.fullmatch(text) is not None


def as_name(text: str) -> str:
    """The name that is nearest to a text that is none; empty if there is no letter in it. Accents go away."""
    spelled = unicodedata.normalize("NFC", text).lower().translate(_SPELLED)
    plain = (c for c in unicodedata.normalize("NFKD", spelled) if not unicodedata.combining(c))
    return "-".join(re.findall(r"[a-z0-9]+", "".join(plain)))


def written(word: str, names: Iterable[str]) -> str | None:
    """The one of `names` that `word` is; also one that is no name, and would be `word` in small letters: that
    mistake was reported where it stands."""
    names = tuple(names)
    return word if word in names else next((n for n in names if not is_name(n) and as_name(n) == word), None)
