"""The end of the path: a self-signed certificate that nobody trusts, or an anchor that is no root.

RFC 5280 section 6.1.1 (d) leaves open what a trust anchor looks like; clients differ, so the last two
are facts for their policies.
"""

from collections.abc import Iterator

from tlswizard.core.certificate import Certificate
from tlswizard.core.verdict import Fault, Situation
from tlswizard.judge.walk import Route


def faults(route: Route, situation: Situation) -> Iterator[Fault]:
    last, alone = route.last, len(route.links) == 1
    if route.end == "stop":
        if last.is_self_signed and alone:
            yield Fault(
                "self-signed", None, "leaf", last,
                expected="a certificate that a trusted authority issued",
                found="subject and issuer are the same, and it is signed with its own key",
            )  # fmt: skip
        elif last.is_self_signed:
            sent = last in situation.chain
            yield Fault(
                "untrusted-root", "sent" if sent else "found", route.role(len(route.links) - 1), last,
                expected=f"“{last.title}” among the trusted roots",
                found=f"it {'was sent, and ' if sent else ''}is in no store of trusted roots that is read",
            )  # fmt: skip
    elif alone:
        constraints = last.basic_constraints
        kind = (
            ("issued-below" if _issuer_sent(last, situation) else "issued") if not last.is_self_signed
            else _unconstrained(last) if constraints is None
            else "ca-true" if constraints.ca else "ca-false"
        )  # fmt: skip
        yield Fault(
            "leaf-pinned",
            kind,
            "anchor",
            last,
            expected="a root",
            found="the server's own certificate is trusted itself",
        )
    elif not last.names_itself:
        yield Fault(
            "anchor-is-intermediate", None, "anchor", last,
            expected="a root, signed with its own key",
            found=f"an intermediate, issued by “{last.issuer_title}”",
        )  # fmt: skip


def _unconstrained(leaf: Certificate) -> str:
    """Without basic constraints its key usage alone can say that it is no authority (measured: Chromium)."""
    signs = leaf.key_usage is None or "key_cert_sign" in leaf.key_usage
    return "no-bc" if signs else "no-bc-no-signing"


def _issuer_sent(leaf: Certificate, situation: Situation) -> bool:
    """Whether the chain goes on beyond a trusted leaf: GnuTLS then looks at its end alone (verify_crt2)."""
    sent = (c for c in situation.chain[1:] if isinstance(c, Certificate))
    return any(c.subject_name == leaf.issuer_name for c in sent)
