"""A Case with stores, without any machine."""

from datetime import UTC, datetime

from tlswizard.core.case import Case, Handshake, Observed, Part, Platform, Programs
from tlswizard.core.certificate import Certificate
from tlswizard.core.store import Store
from tlswizard.core.target import parse_target
from tlswizard.lab.authority import Identity, root

AT = datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)
ROOT, OTHER = root("Root", at=AT), root("Other Root", at=AT)
ISSUING = ROOT.intermediate("Issuing")
LEAF = ISSUING.leaf(["a.example"])


def store(
    id_: str, *anchors: Identity, intermediates: tuple[Identity, ...] = (), unreadable: str | None = None
) -> Store:
    return Store(
        id_, f"the store {id_}", "machine", f"/{id_}", tuple(i.certificate for i in anchors),
        tuple(i.certificate for i in intermediates), unreadable,
    )  # fmt: skip


def case(
    *stores: Store,
    chain: tuple[Certificate, ...] = LEAF.chain,
    platform: Platform = "linux",
    found: tuple[str, ...] = (),
    offline: bool = False,
    name: str | None = "a.example",
    shake: Handshake | None = None,
) -> Case:
    return Case(
        parse_target("a.example"), Observed("build-07", "dana", platform), AT, offline=offline, name=name,
        handshakes=Part(AT, (shake or Handshake("a.example", "ok", "", chain=chain),)),
        stores=Part(AT, stores),
        clients=Part(AT, Programs(found)),
    )  # fmt: skip
