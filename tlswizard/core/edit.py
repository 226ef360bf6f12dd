"""One change as a value. The same value is a fix, its proof, what the lab repairs, and what it undoes.

`edited(case, edit)` is the Case after the change, without observing anything: the judge is then asked
again. Edits that need a certificate which nobody here holds have no `edited`: they are made on a copy of
the case, in which such certificates can be issued.
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
class RemoveStore:
    """Take back what makes programs read the store `store` in the place of another one."""

    store: str


@dataclass(frozen=True, slots=True)
class Reissue:
    """Get a new certificate in the place of the server's: with a new serial number, and valid now.

    All else stays as it is, but for what is asked for here.
    """

    names: tuple[str, ...] = ()
    """names that it carries too"""
    trusted: bool = False
    """from an authority that the machine already trusts, not from the present issuer"""
    certificate: Certificate | None = None
    """the authority's certificate that is issued anew instead of the server's"""
    only: bool = False
    """for `names` and no others"""
    servers: bool = False
    """its usage is that of a server's certificate"""
    stronger: bool = False
    """with a key and a signature of today's strength"""
    plain: bool = False
    """with nothing in it but what such a certificate needs"""


@dataclass(frozen=True, slots=True)
class SendMissing:
    """Let the server send these certificates, leaf first, and the issuer of the last one."""

    chain: tuple[Certificate, ...]


@dataclass(frozen=True, slots=True)
class AddMissing:
    """Put the root that issued `below` into the store `store`."""

    store: str
    below: Certificate


OnOriginal = AddToStore | SendChain | AskForName | SetClock | RemoveStore
"""Edits that are proven with the very certificates that exist."""

OnCopy = Reissue | SendMissing | AddMissing
"""Edits that need a certificate which nobody here holds."""

Edit = OnOriginal | OnCopy


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
        case RemoveStore():
            return _with_stores(case, tuple(s for s in case.all_stores if s.id != edit.store))


def _with_store(case: Case, edit: AddToStore) -> Case:
    named = case.store(edit.store)
    place = named.location if named else ""

    def changed(store: Store) -> Store:
        if store.location != place:
            return store
        if edit.anchor:
            return replace(store, anchors=(*store.anchors, edit.certificate))
        return replace(store, intermediates=(*store.intermediates, edit.certificate))

    # Two stores may be one file, such as a variable that names the system's bundle: both change.
    return _with_stores(case, tuple(changed(s) for s in case.all_stores))


def _with_stores(case: Case, stores: tuple[Store, ...]) -> Case:
    if case.stores is None or case.stores.result is None:
        return case
    return case.with_part("stores", replace(case.stores, result=stores))


def _with_chain(case: Case, chain: tuple[Certificate | Malformed, ...]) -> Case:
    first = case.handshake
    if first is None or case.handshakes is None or case.handshakes.result is None:
        return case
    shakes = (replace(first, chain=chain), *case.handshakes.result[1:])
    return case.with_part("handshakes", replace(case.handshakes, result=shakes))
