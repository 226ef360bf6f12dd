"""One change as a value. The same value is a fix, its proof, what the lab repairs, and what it undoes.

`edited(case, edit)` is the Case after the change, without observing anything: the judge is then asked
again. A `Reissue` needs a certificate that does not exist yet, so it has no `edited`.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from tlswizard.core.case import Case
from tlswizard.core.certificate import Certificate, Malformed
from tlswizard.core.store import Store
from tlswizard.core.target import parse_host


@dataclass(frozen=True, slots=True)
class AddToStore:
    """Put `certificate` into the store `store`: as an anchor, or to complete chains with."""

    store: str
    certificate: Certificate
    anchor: bool


@dataclass(frozen=True, slots=True)
class SendChain:
    """Let the server send these certificates, leaf first."""

    chain: tuple[Certificate, ...]


@dataclass(frozen=True, slots=True)
class AskForName:
    """Ask the server for this name instead."""

    name: str


@dataclass(frozen=True, slots=True)
class SetClock:
    """Set the machine's clock to this moment."""

    to: datetime


@dataclass(frozen=True, slots=True)
class Reissue:
    """Get a new certificate for the server: for these names (the same ones if empty), valid now.

    `trusted`: from an authority that the machine already trusts, not from the present issuer.
    """

    names: tuple[str, ...] = ()
    trusted: bool = False


OnOriginal = AddToStore | SendChain | AskForName | SetClock
"""Edits that are proven with the very certificates that exist."""

Edit = OnOriginal | Reissue


def edited(case: Case, edit: OnOriginal) -> Case:
    """`case` as it would be after `edit`. Pure; an edit of a part that is absent changes nothing."""
    match edit:
        case AddToStore():
            return _with_store(case, edit)
        case SendChain():
            return _with_chain(case, edit.chain)
        case AskForName():
            name = parse_host(edit.name)
            return replace(case, name=name, target=replace(case.target, servername=name))
        case SetClock():
            return replace(case, at=edit.to)


def _with_store(case: Case, edit: AddToStore) -> Case:
    if case.stores is None or case.stores.result is None:
        return case

    named = case.store(edit.store)
    place = named.location if named else ""

    def changed(store: Store) -> Store:
        if store.location != place:
            return store
        if edit.anchor:
            return replace(store, anchors=(*store.anchors, edit.certificate))
        return replace(store, intermediates=(*store.intermediates, edit.certificate))

    # Two stores may be one file, such as a variable that names the system's bundle: both change.
    return case.with_part("stores", replace(case.stores, result=tuple(changed(s) for s in case.all_stores)))


def _with_chain(case: Case, chain: tuple[Certificate | Malformed, ...]) -> Case:
    first = case.handshake
    if first is None or case.handshakes is None or case.handshakes.result is None:
        return case
    shakes = (replace(first, chain=chain), *case.handshakes.result[1:])
    return case.with_part("handshakes", replace(case.handshakes, result=shakes))
