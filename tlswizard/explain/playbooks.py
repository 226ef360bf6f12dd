"""Which playbook to open for a cause: the one that lists it."""

import re
from collections.abc import Iterator

from tlswizard.content.library import SHIPPED, Content
from tlswizard.content.messages import MessageKind
from tlswizard.content.reader import BadFile, List, Scalar, Table, read

USUAL = "remote-certificate-invalid"
"""It looks at everything, so it is right for every cause that no other one lists."""

_CAUSES = re.compile(rb"^causes:.*\n(?:(?:[ \t#-].*)?\n)*", re.M)
"""The part of a playbook that is needed here; its steps are many times as long."""


def playbook_for(kind: MessageKind, causes: tuple[str, ...], content: Content) -> str | None:
    """The id of a playbook; None for what is not ours."""
    if kind == "not-ours":
        return None
    if not causes:
        return USUAL
    kept = vars(content)
    if "playbook_of_cause" not in kept:
        # A site's own playbook comes before a shipped one that lists the same cause.
        first = sorted(content.playbooks.values(), key=lambda file: file.origin == SHIPPED)
        kept["playbook_of_cause"] = {
            cause: file.id for file in reversed(first) for cause in _listed(file.id, content)
        }
    listed: dict[str, str] = kept["playbook_of_cause"]
    return listed.get(causes[0], USUAL)


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
