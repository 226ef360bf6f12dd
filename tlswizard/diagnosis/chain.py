"""The chain as a picture: the path that the first counting client uses, and whatever else was sent."""

from datetime import datetime

from tlswizard.core.blocks import Cell, Mark, Node, Tree
from tlswizard.core.certificate import Certificate, Malformed
from tlswizard.core.finding import Diagnosis
from tlswizard.core.text import listed

BAR = 16
"""Columns of the line that shows where in its lifetime a certificate is."""


def shown_path(diagnosis: Diagnosis) -> tuple[Certificate, ...]:
    """Leaf to the top: the longest path that a judged client uses, the counting ones first."""
    paths = [c.verdict.path.certificates for c in diagnosis.clients if c.verdict.path]
    if not paths:
        return ()
    own = paths[0]
    # A client that finds the root in a store shows more of the same chain than one that does not.
    return max((p for p in paths if p[: len(own)] == own), key=len)


def chain_tree(diagnosis: Diagnosis) -> Tree:
    """Top first, as in SCREENS: each with where it comes from and what is wrong with it."""
    path = shown_path(diagnosis)
    sent = diagnosis.case.chain
    nodes = [_node(diagnosis, path, i) for i in range(len(path))][::-1]
    if path and not path[-1].names_itself and not _is_trusted(diagnosis, path[-1]):
        why = Cell("its certificate was not sent, and no store that is read holds it", Mark.REFUSED)
        nodes.insert(0, Node(path[-1].issuer_title, "missing", (why,)))
    for index, stray in enumerate(sent):
        if isinstance(stray, Malformed):
            why = Cell(f"this is no certificate that can be read: {stray.why}", Mark.REFUSED)
            nodes.append(Node("(unreadable)", f"sent, position {index}", (why,)))
        elif stray not in path:
            nodes.append(
                Node(stray.title, f"sent, position {index}", (Cell("on no path that is used", Mark.INFO),))
            )
    return Tree(tuple(nodes))


def _is_trusted(diagnosis: Diagnosis, certificate: Certificate) -> bool:
    return any(c.verdict.path and c.verdict.path.anchor == certificate for c in diagnosis.clients)


def _node(diagnosis: Diagnosis, path: tuple[Certificate, ...], index: int) -> Node:
    certificate = path[index]
    lines: list[Cell] = [Cell(_facts(certificate, diagnosis))]
    faults = [f for f in diagnosis.urgent if f.certificate == certificate]
    if index == 0 and certificate.listed_names:
        lines.append(Cell(f"for {listed(certificate.listed_names)}"))
    lines += [Cell(f.title, Mark.REFUSED if f.severity == "problem" else Mark.WARNING) for f in faults]
    if not faults:
        lines.append(Cell("nothing wrong found", Mark.FINE))
    if index:
        lines.append(Cell(_link(certificate, path[index - 1])))
    return Node(certificate.title, _origin(diagnosis, certificate), tuple(lines), current=index == 0)


def _facts(certificate: Certificate, diagnosis: Diagnosis) -> str:
    key = str(certificate.key) if not hasattr(certificate.key, "why") else "unreadable key"
    kind = "self-signed · " if certificate.is_self_signed else ""
    since, until = _short_day(certificate.not_before), _short_day(certificate.not_after)
    return f"{kind}{key} · {since} {_bar(certificate, diagnosis)} {until}"


def _bar(certificate: Certificate, diagnosis: Diagnosis) -> str:
    """├────●──┤ with now in its place; outside of the dates the dot stands outside."""
    whole = (certificate.not_after - certificate.not_before).total_seconds() or 1
    share = (diagnosis.case.at - certificate.not_before).total_seconds() / whole
    if share < 0:
        return "● ├" + "─" * BAR + "┤"
    if share > 1:
        return "├" + "─" * BAR + "┤ ●"
    at = min(BAR - 1, int(share * BAR))
    return "├" + "─" * at + "●" + "─" * (BAR - 1 - at) + "┤"


def _origin(diagnosis: Diagnosis, certificate: Certificate) -> str:
    for index, sent in enumerate(diagnosis.case.chain):
        if sent == certificate:
            return f"sent, position {index}"
    holder = next((s for s in diagnosis.case.all_stores if s.holds(certificate)), None)
    return f"not sent; from {holder.title}" if holder else "not sent"


def _link(issuer: Certificate, child: Certificate) -> str:
    signed = issuer.verifies(child)
    same = issuer.subject_key_id is not None and issuer.subject_key_id == child.authority_key_id
    ids = f"key id {_short(issuer.subject_key_id)} matches, " if same else ""
    return f"↓ name matches, {ids}signature {'fits' if signed else 'does not fit'}"


def _short_day(moment: datetime) -> str:
    return f"{moment.day} {moment:%b %Y}"


def _short(key_id: bytes | None) -> str:
    return ":".join(f"{b:02X}" for b in (key_id or b"")[:2]) + "…"
