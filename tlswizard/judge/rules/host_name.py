"""Will every program ask for a name like this one? (RFC 1123 section 2.1; measured: Java refuses a `_`)"""

from collections.abc import Iterator

from tlswizard.core.names import is_address
from tlswizard.core.verdict import Fault, Situation
from tlswizard.judge.walk import Route


def faults(route: Route, situation: Situation) -> Iterator[Fault]:
    name = situation.name
    if name is None or is_address(name):
        return
    labels = name.split(".")
    kind = (
        "underscore" if "_" in name
        else "hyphen" if any(label.startswith("-") or label.endswith("-") for label in labels)
        else None
    )  # fmt: skip
    if kind:
        yield Fault(
            "host-name-refused", kind, "leaf", route.certificates[0],
            expected="letters, digits and hyphens alone, as some programs demand", found=name,
        )  # fmt: skip
