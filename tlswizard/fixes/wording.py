"""A fix's words from the table, filled with what is at hand."""

from collections.abc import Iterable

from tlswizard.content.library import Content
from tlswizard.core.certificate import Certificate
from tlswizard.core.edit import AddMissing, AddToStore, Edit, Reissue, SendChain
from tlswizard.core.finding import Findings, Fix, Found
from tlswizard.core.store import Store
from tlswizard.stores.change import Change, file_stem
from tlswizard.stores.siblings import kind_of

WIRE = (
    "This certificate came from the server itself. Compare its fingerprint with the one that its owner gives "
    "you by phone or on paper, before anybody trusts it."
)
ITSELF = (
    "It vouches for itself alone: whoever sits between you and the server can send one that looks the same. "
    "It has to be trusted anew each time that it is replaced."
)
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
    traps: tuple[str, ...] = (),
    verify: tuple[str, ...] = (),
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
        traps=traps,
        verify=verify,
    )


def anew(
    content: Content, id_: str, causes: Iterable[Found], edit: Reissue, *, title: str = "", text: str = "",
    who: str = "", danger: str = "",
) -> Fix:  # fmt: skip
    """A fix that gets a new certificate."""
    return worded(content, id_, causes, title=title, text=text, who=who, edits=(edit,), danger=danger)


def sending(
    content: Content, id_: str, causes: Iterable[Found], findings: Findings, chain: tuple[Certificate, ...]
) -> Fix:
    """A fix that lets the server send `chain`, all of which is at hand."""
    sent = findings.case.chain
    more = [c for c in chain[1:] if c not in sent]
    less = [c for c in sent if c not in chain and isinstance(c, Certificate) and not c.is_self_signed]
    if sent and sent[0] != chain[0]:
        title = "Let the server send its own certificate first"
    elif more:
        title = f"Let the server send {' and '.join(f'“{c.title}”' for c in more)} too"
    elif less:
        title = f"Let the server no longer send {' and '.join(dict.fromkeys(f'“{c.title}”' for c in less))}"
    else:
        title = "Let the server send its chain in order, and nothing else"
    files = ("server.pem", *(f"{file_stem(c)}.pem" for c in chain[1:]))
    return worded(
        content,
        id_,
        causes,
        title=title,
        edits=(SendChain(chain),),
        commands=("# the server's chain file, leaf first:", f"cat {' '.join(files)} > chain.pem"),
        certificate=more[0] if more else None,
    )


def getting(content: Content, id_: str, causes: Iterable[Found], store: Store, below: Certificate) -> Fix:
    """A fix that puts the root above `below` into `store`, which nobody here holds."""
    where, who = _whose(store)
    return worded(
        content,
        id_,
        causes,
        title=f"Get the root “{below.issuer_title}”, and put it into {store.title}",
        text=f"Nobody here holds “{below.issuer_title}”, which issued “{below.title}”. Get it from those who "
        "run that authority, and compare its fingerprint over another channel.",
        edits=(AddMissing(store.id, below),),
        where=where,
        who=who,
        danger=TRUST,
    )


def _whose(store: Store) -> tuple[str, str]:
    """Where a change of this store takes place, and who makes it."""
    match store.scope:
        case "machine":
            return "machine-store", "administrator"
        case "program":
            return "program", "caller"
    return "client-store", "caller"


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
    title: str = "",
    change: Change | None = None,
) -> Fix:
    """A fix that puts `certificate` into `store`, with the commands that this kind of store takes, or by
    another `change`."""
    kind = kind_of(store.id)
    change = change or (kind.adding(store, certificate) if kind else None)
    administrator = change is not None and change.privilege == "administrator"
    return worded(
        content,
        id_,
        causes,
        title=title or f"Put “{certificate.title}” into {store.title}",
        edits=(AddToStore(store.id, certificate, anchor),),
        commands=(*before, *change.commands) if change else (),
        undo=change.undo if change else (),
        takes_effect=change.takes_effect if change else "",
        who="administrator" if administrator else "caller",
        where=_whose(store)[0],
        danger=danger,
        certificate=certificate,
        traps=change.traps if change else (),
        verify=change.verify if change else (),
    )
