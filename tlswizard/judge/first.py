"""Is the first certificate the server's own? (RFC 8446 section 4.4.2, RFC 5246 section 7.4.2)

Programs judge the first one, and refuse it for another name and whatever else is wrong with it: all of that
comes from the order alone. So the order is told, and the faults of the certificate that was meant.
"""

from dataclasses import replace

from tlswizard.core.certificate import Certificate
from tlswizard.core.names import why_not
from tlswizard.core.verdict import Fault, Situation


def misplaced(situation: Situation) -> Fault | None:
    """The fault, where another certificate that was sent carries the name that is asked for and the first one
    does not; without a name nobody can tell. Its `other` is the one that was meant."""
    name, first = situation.name, situation.chain[0] if situation.chain else None
    if name is None or not isinstance(first, Certificate) or why_not(name, first) is None:
        return None
    for position, other in enumerate(situation.chain[1:], start=1):
        if isinstance(other, Certificate) and not other.is_ca and why_not(name, other) is None:
            return Fault(
                "leaf-not-first", None, "leaf", first,
                expected=f"“{other.title}” first",
                found=f"“{first.title}” is first, and “{other.title}”, which carries {name}, stands at "
                f"position {position}",
                other=other,
            )  # fmt: skip
    return None


def as_meant(situation: Situation, fault: Fault) -> Situation:
    """The situation with the certificate first that was meant to be."""
    others = tuple(c for c in situation.chain if c != fault.other)
    return replace(situation, chain=(fault.other, *others)) if fault.other else situation
