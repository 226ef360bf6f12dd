"""Copies of the shipped playbook that a helpdesk lead might have changed."""

import re
from pathlib import Path

from diagnosis_cases import CONTENT

from tlswizard.content.library import PLAYBOOK
from tlswizard.playbook.format import Playbook
from tlswizard.wizard.opening import USUAL
from tlswizard.wizard.shelf import playbook

SHIPPED = CONTENT.playbook_file(USUAL)[1].decode()

SWAPPED = {"trust": "names", "names": "trust", "time": "usage", "usage": "time"}
"""The names are looked at where trust was, and trust where the names were."""

QUESTION = """\
  who-calls:
    title: Who calls?
    stage: symptom
    ask: Is it the caller's own computer?
    why: The copy wants to know.
    choices:
      yes: seen
      somebody-elses:
        label: Somebody else's
        next: seen
      not-sure: seen

"""

ANSWER = """\
      the-full-name-does:
        label: Yes, the full name leads there
        next: use-name
"""


def changed() -> str:
    """Two steps swapped, an answer renamed, a question added."""

    def swapped(line: str) -> str:
        found = re.fullmatch(r"(\s+(?![ ]|stage:)[a-z, -]+: )(trust|names|time|usage)", line)
        return f"{found[1]}{SWAPPED[found[2]]}" if found else line

    lines = [swapped(line) for line in SHIPPED.splitlines()]
    text = "\n".join(lines) + "\n"
    text = once(text, "steps:\n", "steps:\n\n" + QUESTION)
    return once(text, "      yes: use-name\n", ANSWER)


def renamed() -> str:
    """Every step has another name, wherever it is named."""
    steps = list(playbook(CONTENT, USUAL).steps)
    head, body = SHIPPED.split("\nsteps:\n")

    def other(found: re.Match[str]) -> str:
        return found[1] + "x-" + found[2] + found[3]

    names = "|".join(map(re.escape, sorted(steps, key=len, reverse=True)))
    body = re.sub(rf"(?m)^(  )({names})(:)$", other, body)
    other_keys = "stage|fix|finish|check|retest|ask|title|who|give-to|causes|paste|change"
    leads = rf"(?m)^(\s+(?![ ]|(?:{other_keys}):)[a-z, -]+: )"
    body = re.sub(rf"{leads}({names})()$", other, body)
    body = re.sub(
        rf"(\{{)({names})(\.[a-z]+\}})(?!\w)", lambda m: m[0] if m[2] in ("server",) else other(m), body
    )
    body = re.sub(rf"(?m)^(    retest: )({names})()$", other, body)
    head = re.sub(rf"(?m)^(not-checked: )({names})()$", other, head)
    return f"{head}\nsteps:\n{body}"


def once(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1, old
    return text.replace(old, new)


def written(text: str, folder: Path) -> Path:
    file = folder / f"{USUAL}{PLAYBOOK}"
    file.write_text(text)
    return file


def book(text: str, folder: Path) -> Playbook:
    """Proven like any other, by the validator."""
    return playbook(CONTENT, str(written(text, folder)))
