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

_SETTINGS = {
    "git": (
        "git config --global --unset http.sslCAInfo   # or --system",
        "git config --global http.sslCAInfo",
    ),
    "curl": ("# take the line “cacert” out of ~/.curlrc", "# write it again: cacert ="),
    "java-options": (
        "# take -Djavax.net.ssl.trustStore out of JAVA_TOOL_OPTIONS",
        "# put it back: -Djavax.net.ssl.trustStore",
    ),
}
"""How a setting is taken back, and what sets it again, by how the ids of the stores begin that it names."""


def propose(findings: Findings, content: Content) -> Iterator[Fix]:
    for found in urgent(findings, {"environment-override"}):
        readers = [c for c in findings.refusing if c.id in found.clients and c.displaced]
        names = dict.fromkeys(id_ for c in readers for id_ in c.stores if _overrides(id_))
        stores = [s for id_ in names if (s := findings.case.store(id_))]
        if not stores:
            continue
        windows = findings.case.observed.platform == "windows"
        yield worded(
            content,
            ID,
            [found],
            title=f"Take back {' and '.join(_called(s) for s in stores)}",
            edits=tuple(RemoveStore(s.id) for s in stores),
            commands=tuple(_taking_back(s, windows) for s in stores),
            undo=tuple(_setting(s, windows) for s in stores),
        )


def _overrides(store: str) -> bool:
    return store.startswith(VARIABLE) or _kind(store) in _SETTINGS


def _kind(store: str) -> str:
    return store.partition(":")[0]


def _called(store: Store) -> str:
    """A variable by its name, a setting by what it gives."""
    named = store.id.startswith(VARIABLE)
    return store.id.removeprefix(VARIABLE) if named else f"the setting that names {store.location}"


def _taking_back(store: Store, windows: bool) -> str:
    if _kind(store.id) in _SETTINGS:
        return _SETTINGS[_kind(store.id)][0]
    variable = store.id.removeprefix(VARIABLE)
    return f"Remove-Item Env:{variable}" if windows else f"unset {variable}"


def _setting(store: Store, windows: bool) -> str:
    if _kind(store.id) in _SETTINGS:
        return f"{_SETTINGS[_kind(store.id)][1]} {quoted(store.location)}"
    variable = store.id.removeprefix(VARIABLE)
    if windows:
        place = store.location.replace("'", "''")
        return f"$Env:{variable} = '{place}'"
    return f"export {variable}={quoted(store.location)}"
