"""Is now between the dates of every certificate on the path? (RFC 5280 section 4.1.2.5, both inclusive)

Programs count whole seconds. An authority whose certificate has expired while another one of its, with
the same name and key, still holds, is told from one that has simply expired: `cross-sign-expired`.
"""

from collections.abc import Iterator

from tlswizard.core.certificate import Certificate, day
from tlswizard.core.verdict import Fault, Situation
from tlswizard.judge.walk import Route

EXPIRES_SOON = 0.1
"""Share of its lifetime that is left when a certificate expires *soon*: 36 days of a year, 9 of 90 days."""


def faults(route: Route, situation: Situation) -> Iterator[Fault]:
    at = situation.at.replace(microsecond=0)
    now = f"the clock says {day(at)}"
    for index, certificate in enumerate(route.certificates):
        role = route.role(index)
        if at > certificate.not_after:
            twin = _twin(certificate, situation) if index else None
            if twin:
                yield Fault(
                    "cross-sign-expired", None, role, certificate,
                    expected=f"its other certificate, which holds until {day(twin.not_after)}",
                    found=f"this one ended on {day(certificate.not_after)}", other=twin,
                )  # fmt: skip
            else:
                expected = f"days up to {day(certificate.not_after)}"
                yield Fault("expired", None, role, certificate, expected, now)
        elif at < certificate.not_before:
            expected = f"days from {day(certificate.not_before)}"
            yield Fault("not-yet-valid", None, role, certificate, expected, now)
        elif index == 0 and _share_left(certificate, situation) < EXPIRES_SOON:
            left = certificate.not_after - at
            yield Fault(
                "expires-soon", None, "leaf", certificate,
                expected="a tenth of its lifetime left at least",
                found=f"it ends in {left.days} days, on {day(certificate.not_after)}",
            )  # fmt: skip


def _share_left(certificate: Certificate, situation: Situation) -> float:
    whole = (certificate.not_after - certificate.not_before).total_seconds()
    return (certificate.not_after - situation.at).total_seconds() / whole if whole else 1


def _twin(expired: Certificate, situation: Situation) -> Certificate | None:
    """A certificate of the same name and key that holds now."""
    sent = (
        c for c in situation.chain if isinstance(c, Certificate) and c.subject_name == expired.subject_name
    )
    name = expired.subject_name
    every = (*sent, *situation.intermediates.get(name, ()), *situation.anchors.get(name, ()))
    return next(
        (c for c in every if c.key == expired.key and c.not_before <= situation.at <= c.not_after), None
    )
