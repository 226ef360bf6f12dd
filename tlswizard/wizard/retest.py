"""Before and after: what became of the causes of a check."""

from dataclasses import dataclass

from tlswizard.checks.check import CRASHED, DOES_NOT_APPLY, NOT_CHECKED, Result
from tlswizard.core.blocks import Cell, Table
from tlswizard.core.finding import Diagnosis
from tlswizard.diagnosis.programs import own, whole


@dataclass(frozen=True, slots=True)
class Retest:
    """`outcome` is `fixed`, `changed`, `same`, `nothing-wrong` or `not-checked`."""

    outcome: str
    sentence: str


def compared(before: Result, now: Result, *, blind: bool = False) -> Retest:
    """For the clients that count: `fixed` only if no problem of this check is left. `blind`: the server
    showed its certificates before, and now it shows none, so that what was wrong cannot be looked at."""
    was = [
        (f.id, f.certificate.sha256 if f.certificate else None)
        for f in before.causes
        if f.severity == "problem"
    ]
    # What was a problem is not gone because it is only a warning where no program was judged again.
    is_ = [
        one
        for f in now.causes
        if (one := (f.id, f.certificate.sha256 if f.certificate else None)) in was or f.severity == "problem"
    ]
    if now.outcome in (NOT_CHECKED, CRASHED, DOES_NOT_APPLY):
        return Retest("not-checked", f"It could not be looked at again: {now.why}")
    if blind and was:
        reason = now.causes[0].title if now.causes else "the server shows no certificate now"
        return Retest("not-checked", f"Whether it is put right cannot be seen: {reason}")
    if not is_:
        if was:
            return Retest("fixed", "It is put right: nothing that was wrong before is wrong now")
        return Retest("nothing-wrong", "Nothing was wrong before, and nothing is now")
    if set(is_) < set(was):
        return Retest("same", f"Some of it is put right, and this is left: {now.causes[0].title}")
    if was and was[0] in is_:
        return Retest("same", f"It is as before: {now.causes[0].title}")
    if was and {id_ for id_, _ in was} & {id_ for id_, _ in is_}:
        return Retest("same", f"Something is left: {now.causes[0].title}")
    return Retest(
        "changed", f"What was wrong before is gone, and now something else is: {now.causes[0].title}"
    )


def side_by_side(before: Diagnosis, now: Diagnosis) -> Table:
    """The verdict of each program that counts or is installed, before and now."""
    was = {c.id: whole(c) for c in before.clients}
    mine = own(now)
    rows = tuple((Cell(c.title), was.get(c.id, Cell("was not judged")), whole(c)) for c in mine)
    judges = sorted({c.verdict.judge for c in mine})
    return Table(("Program", "before", "now"), rows, f"judged by {', '.join(judges)}")
