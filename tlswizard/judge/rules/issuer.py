"""Where a path stops because nobody here knows the issuer of its last certificate.

It stops at a certificate that is *not a CA*: the link to the issuer is missing, or the server sent
another CA instead (`missing-intermediate`, `wrong-intermediate`). It stops at a *CA*: that CA's own
issuer is nobody's anchor (`untrusted-root`). RFC 5280 section 6.1; RFC 8446 section 4.4.2.
"""

from collections.abc import Iterator

from tlswizard.core.certificate import Certificate
from tlswizard.core.verdict import Fault, Situation
from tlswizard.judge.walk import Route


def faults(route: Route, situation: Situation) -> Iterator[Fault]:
    last = route.last
    if route.end == "anchor" or last.is_self_signed:
        return
    index = len(route.links) - 1
    if route.cut_short:
        yield Fault(
            "untrusted-root", "search-ended", route.role(index), last,
            expected="a trusted root after a few authorities",
            found=f"none was met on {len(route.links)} certificates, and the search was ended there",
        )  # fmt: skip
        return
    if last.is_ca:
        yield Fault(
            "untrusted-root", "issuer-unknown", route.role(index), last,
            expected=f"an issuer “{last.issuer_title}” that is trusted",
            found="none of that name was sent or is in a store that is read",
        )  # fmt: skip
        return
    stray = _sent_for_nothing(route, situation)
    if stray:
        yield Fault(
            "wrong-intermediate", "other-name", route.role(index), last,
            expected=f"the certificate of “{last.issuer_title}”",
            found=f"the server sends “{stray.title}” instead, which issued nothing here",
            other=stray,
        )  # fmt: skip
        return
    yield Fault(
        "missing-intermediate", None, route.role(index), last,
        expected=f"the certificate of “{last.issuer_title}”",
        found=f"{_sent(situation)}, and no store that is read holds it",
    )  # fmt: skip


def _sent(situation: Situation) -> str:
    others = len(situation.chain) - 1
    return f"it is not among the {others + 1} certificates sent" if others else "nothing else was sent"


def _sent_for_nothing(route: Route, situation: Situation) -> Certificate | None:
    """A CA that was sent and is on no way from the leaf."""
    on_path = set(route.certificates)
    return next(
        (c for c in situation.chain[1:] if isinstance(c, Certificate) and c.is_ca and c not in on_path), None
    )
