"""Copy what lies in the user's own store to the machine's, which services read too."""

from collections.abc import Iterator

from tlswizard.content.library import Content
from tlswizard.core.finding import Findings, Fix, Found
from tlswizard.core.store import Store
from tlswizard.fixes.narrowest import holds_intermediates
from tlswizard.fixes.wording import TRUST, putting
from tlswizard.stores.change import file_stem

ID = "copy-to-machine-store"


def propose(findings: Findings, content: Content) -> Iterator[Fix]:
    for found in findings.causes:
        if found.id not in ("root-user-only", "intermediate-user-only") or found.severity == "info":
            continue
        anchor = found.id == "root-user-only"
        target = _machine_store(findings, found, anchor)
        if found.other is None or target is None:
            continue
        yield putting(
            content, ID, [found], target, found.other, anchor=anchor,
            before=_export(findings, found), danger=TRUST if anchor else "",
        )  # fmt: skip


def _machine_store(findings: Findings, found: Found, anchor: bool) -> Store | None:
    """A store of the machine's that the refusing programs read: for intermediates only one made for them."""
    readers = [c for c in findings.clients if c.id in found.clients]
    for client in readers:
        for id_ in client.stores:
            store = findings.case.store(id_)
            if store and store.scope == "machine" and holds_intermediates(store) != anchor:
                return store
    return None


def _export(findings: Findings, found: Found) -> tuple[str, ...]:
    """How the certificate comes out of the user's store as a file, where a command does that."""
    holder = next((s for id_ in found.holders if (s := findings.case.store(id_))), None)
    if holder is None or found.other is None or not holder.id.startswith("windows-user-"):
        return ()
    name = "CA" if holder.id.endswith("-ca") else "Root"
    return (f"certutil -user -store {name} {found.other.sha1} {file_stem(found.other)}.cer",)
