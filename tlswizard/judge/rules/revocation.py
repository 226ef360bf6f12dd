"""Was a certificate on the path withdrawn, as far as given lists and the stapled answer say?

RFC 5280 section 6.3, RFC 6960 section 3.2. Where nothing was given nothing is said, but that the leaf
names nobody to ask. `crl` and `staple` as kinds tell the sources apart, and each is told for itself: most
programs that look at one do not look at the other.

For clients of the engine `openssl`, too, this rule decides, and it is RFC 5280's model: every list that is
fresh, authentic and about the certificate is asked, and an entry in any of them counts. OpenSSL asks the one
list that it scores best, so of several lists that contradict each other it may believe the other one.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tlswizard.core.extensions import CRL_DISTRIBUTION
from tlswizard.core.verdict import Fault, Situation
from tlswizard.judge.walk import Route

if TYPE_CHECKING:
    from tlswizard.judge.withdrawn import Answer

STATUS_REQUEST = 5
"""The TLS extension that a certificate may demand of its server (RFC 7633, RFC 6066 section 8)."""

_CAUSES = {"revoked": "revoked", "stale": "revocation-stale", "undetermined": "revocation-unreachable"}

_EXPECTED = {
    "revoked": "a certificate that its issuer has not withdrawn",
    "stale": "a list or an answer that is good today",
    "undetermined": "a list or an answer that speaks of this certificate",
}


def faults(route: Route, situation: Situation) -> Iterator[Fault]:
    if situation.crls or situation.staple is not None:
        from tlswizard.judge.withdrawn import answers  # noqa: PLC0415 - most situations hold neither

        for index, said in enumerate(answers(route.certificates, situation)):
            for answer in said:
                yield from _said(route, index, answer)
    leaf = route.certificates[0]
    if situation.staple_asked and situation.staple is None and STATUS_REQUEST in leaf.tls_features:
        yield Fault(
            "staple-missing", None, route.role(0), leaf,
            expected="a stapled answer, which the certificate demands", found="the server brings none along",
        )  # fmt: skip
    asked = leaf.extension(CRL_DISTRIBUTION) or leaf.ocsp_urls
    if not asked and route.role(0) == "leaf" and not leaf.is_self_signed:
        yield Fault(
            "no-revocation-information", None, "leaf", leaf,
            expected="an address to ask", found="it names nobody to ask if it was withdrawn",
        )  # fmt: skip


def _said(route: Route, index: int, answer: "Answer") -> Iterator[Fault]:
    role, certificate = route.role(index), route.certificates[index]
    if cause := _CAUSES.get(answer.state):
        yield Fault(
            cause, answer.kind, role, certificate,
            expected=_EXPECTED[answer.state], found=answer.words,
        )  # fmt: skip
    elif answer.unnumbered:
        yield Fault(
            "strict-only", "crl-number", role, certificate,
            expected="a list of withdrawn certificates that has a number",
            found="the list of its issuer has none",
        )  # fmt: skip
