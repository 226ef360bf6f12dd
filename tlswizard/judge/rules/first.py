"""Is the first certificate the server's own? (RFC 8446 section 4.4.2, RFC 5246 section 7.4.2)

Programs judge the first one. Told only where another one that was sent carries the name that is asked for
and the first does not; without a name nobody can tell.
"""

from collections.abc import Iterator

from tlswizard.core.certificate import Certificate
from tlswizard.core.names import why_not
from tlswizard.core.verdict import Fault, Situation
from tlswizard.judge.walk import Route


def faults(route: Route, situation: Situation) -> Iterator[Fault]:
    first = route.certificates[0]
    others = [
        (i, c) for i, c in enumerate(situation.chain) if i and isinstance(c, Certificate) and c != first
    ]
    if situation.name is None or not others or why_not(situation.name, first) is None:
        return
    for position, other in others:
        if not other.is_ca and why_not(situation.name, other) is None:
            yield Fault(
                "leaf-not-first", None, "leaf", first,
                expected=f"“{other.title}” first, which carries {situation.name}",
                found=f"it stands at position {position}, behind “{first.title}”", other=other,
            )  # fmt: skip
            return
