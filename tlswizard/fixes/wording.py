"""A fix's words from the table, filled with what is at hand."""

from collections.abc import Iterable

from tlswizard.content.library import Content
from tlswizard.core.certificate import Certificate
from tlswizard.core.edit import AddToStore, Edit
from tlswizard.core.finding import Fix, Found
from tlswizard.core.store import Store
from tlswizard.stores.siblings import kind_of

WIRE = (
    "This certificate came from the server itself. Compare its fingerprint with the one that its owner gives "
    "you by phone or on paper, before anybody trusts it."
)
NOT_HELD = "nobody here holds the certificate that is needed; look again once it is there"
TRUST = (
    "Trusting a root means trusting everything that it will ever issue. Compare its fingerprint with the one "
    "that its owner gives you by phone or on paper."
)


def worded(
    content: Content,
    id_: str,
    causes: Iterable[Found],
    *,
    title: str = "",
    text: str = "",
    edits: tuple[Edit, ...] = (),
    commands: tuple[str, ...] = (),
    undo: tuple[str, ...] = (),
    who: str = "",
    where: str = "",
    takes_effect: str = "",
    danger: str = "",
    no_edit: str = "",
    certificate: Certificate | None = None,
) -> Fix:
    """The fix `id_` of the table; what is given here replaces what the table says in general."""
    row = content.fixes[id_]
    return Fix(
        id=id_,
        title=title or row.title,
        causes=tuple(dict.fromkeys(f.id for f in causes)),
        where=where or row.where,
        who=who or row.who,
        text=text or row.text,
        risk=row.risk,
        takes_effect=takes_effect or row.takes_effect,
        check=row.check,
        edits=edits,
        commands=commands,
        undo=undo,
        changes=row.changes,
        no_edit=no_edit,
        danger=danger,
        certificate=certificate,
    )


def putting(
    content: Content,
    id_: str,
    causes: Iterable[Found],
    store: Store,
    certificate: Certificate,
    *,
    anchor: bool,
    before: tuple[str, ...] = (),
    danger: str = "",
) -> Fix:
    """A fix that puts `certificate` into `store`, with the commands that this kind of store takes."""
    kind = kind_of(store.id)
    change = kind.adding(store, certificate) if kind else None
    administrator = change is not None and change.privilege == "administrator"
    return worded(
        content,
        id_,
        causes,
        title=f"Put “{certificate.title}” into {store.title}",
        edits=(AddToStore(store.id, certificate, anchor),),
        commands=(*before, *change.commands) if change else (),
        undo=change.undo if change else (),
        takes_effect=change.takes_effect if change else "",
        who="administrator" if administrator else "caller",
        where="machine-store"
        if store.scope == "machine"
        else "program"
        if store.scope == "program"
        else "client-store",
        danger=danger,
        certificate=certificate,
    )
