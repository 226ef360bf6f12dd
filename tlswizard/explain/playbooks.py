"""Which playbook to open for a cause: the one that lists it."""

import re
from collections.abc import Callable, Iterator

from tlswizard.content.library import SHIPPED, Content
from tlswizard.content.messages import MessageKind
from tlswizard.content.reader import BadFile, List, Scalar, Table, read

USUAL = "remote-certificate-invalid"
"""It looks at everything, so it is right for every cause that no other one lists."""

_CAUSES = re.compile(rb"^causes:.*\n(?:(?:[ \t#-].*)?\n)*", re.M)
"""The part of a playbook that is needed here; its steps are many times as long."""


Runs = Callable[[str], bool]
"""Whether the playbook with this id can be run: whoever knows the checks proves it."""


def prove_first(content: Content, runs: Runs) -> None:
    """From now on a playbook that is not shipped is named for its causes only if it runs."""
    vars(content)["playbook_runs"] = runs


def playbook_for(kind: MessageKind, causes: tuple[str, ...], content: Content) -> str | None:
    """The id of a playbook; None for what is not ours."""
    if kind == "not-ours":
        return None
    if not causes:
        return USUAL
    runs: Runs = vars(content).get("playbook_runs", lambda _: True)
    claims = _claims(content).get(causes[0], ())
    sound = (id_ for id_ in claims if content.playbooks[id_].origin == SHIPPED or runs(id_))
    return next(sound, USUAL)


def _claims(content: Content) -> dict[str, list[str]]:
    """By cause, the ids of the playbooks that list it: a site's own before a shipped one."""
    kept = vars(content)
    if "playbooks_of_cause" not in kept:
        found: dict[str, list[str]] = {}
        for file in sorted(content.playbooks.values(), key=lambda file: file.origin == SHIPPED):
            for cause in _listed(file.id, content):
                found.setdefault(cause, []).append(file.id)
        kept["playbooks_of_cause"] = found
    claims: dict[str, list[str]] = kept["playbooks_of_cause"]
    return claims


def _listed(id_: str, content: Content) -> Iterator[str]:
    try:
        file, data = content.playbook_file(id_)
    except OSError:
        return  # who opens it is told why it cannot be read
    part = _CAUSES.search(data.replace(b"\r\n", b"\n"))
    if not part:
        return
    try:
        top = read(part[0], file)
    except BadFile:
        return  # `playbooks check` says what is wrong with it
    node = top.get("causes") if isinstance(top, Table) else None
    for item in node.items if isinstance(node, List) else (node,):
        if isinstance(item, Scalar):
            yield item.text
