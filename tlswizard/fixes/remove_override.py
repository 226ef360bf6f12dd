"""Take back a variable that points programs to another list of roots."""

from collections.abc import Iterator

from tlswizard.content.library import Content
from tlswizard.core.edit import RemoveStore
from tlswizard.core.finding import Findings, Fix
from tlswizard.core.store import Store
from tlswizard.fixes.where import urgent
from tlswizard.fixes.wording import worded
from tlswizard.stores.change import quoted

ID = "remove-override"
VARIABLE = "env:"


def propose(findings: Findings, content: Content) -> Iterator[Fix]:
    for found in urgent(findings, {"environment-override"}):
        readers = [c for c in findings.refusing if c.id in found.clients and c.displaced]
        names = dict.fromkeys(id_ for c in readers for id_ in c.stores if id_.startswith(VARIABLE))
        stores = [s for id_ in names if (s := findings.case.store(id_))]
        if not stores:
            continue
        variables = [s.id.removeprefix(VARIABLE) for s in stores]
        windows = findings.case.observed.platform == "windows"
        yield worded(
            content,
            ID,
            [found],
            title=f"Take back {' and '.join(variables)}",
            edits=tuple(RemoveStore(s.id) for s in stores),
            commands=tuple(_taking_back(v, windows) for v in variables),
            undo=tuple(_setting(s, windows) for s in stores),
        )


def _taking_back(variable: str, windows: bool) -> str:
    return f"Remove-Item Env:{variable}" if windows else f"unset {variable}"


def _setting(store: Store, windows: bool) -> str:
    variable = store.id.removeprefix(VARIABLE)
    if windows:
        place = store.location.replace("'", "''")
        return f"$Env:{variable} = '{place}'"
    return f"export {variable}={quoted(store.location)}"
