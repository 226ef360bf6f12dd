"""Is this machine's clock right?"""

from tlswizard.checks.check import Check, Evidence
from tlswizard.core.blocks import Cell, Rows
from tlswizard.core.case import Clock
from tlswizard.core.certificate import utc
from tlswizard.core.finding import Diagnosis
from tlswizard.diagnosis.diagnose import no_clock

_SOURCES = {
    "http-date": "The server's",
    "newest-not-before": "Not before",
    "release": "Not before",
}
_WHY = {
    "newest-not-before": "the first day of the youngest certificate sent",
    "release": "the day this tlswizard was released",
}


def _clock(diagnosis: Diagnosis) -> Clock | None:
    return diagnosis.case.clock.result if diagnosis.case.clock else None


def _evidence(diagnosis: Diagnosis) -> Evidence:
    clock = _clock(diagnosis)
    if clock is None:
        return Evidence()
    rows = [("This machine's", Cell(utc(clock.machine)))]
    for source in clock.sources:
        why = f" ({_WHY[source.id]})" if source.id in _WHY else ""
        rows.append((_SOURCES[source.id], Cell(utc(source.at) + why)))
    other = clock.other
    seconds = abs((other - clock.machine).total_seconds()) if other else None
    difference = _said(seconds) if seconds is not None else "not known"
    if other:
        rows.append(("Difference", Cell(difference)))
    return Evidence(word=difference, blocks=(Rows(tuple(rows)),), fields={"difference": difference})


def _said(seconds: float) -> str:
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= 2 * size:
            return f"{int(seconds // size)} {unit}s"
    return f"{int(seconds)} s"


def _unknown(diagnosis: Diagnosis) -> str:
    clock = _clock(diagnosis)
    return "" if clock and clock.other else f"{no_clock(clock)}: compare it with your own watch"


CHECK = Check(
    id="time.clock",
    title="Check the clock",
    fine="This machine's clock agrees with the server's",
    needs=("clock",),
    evidence=_evidence,
    parameters={"on-this-computer": "yes-no"},
    fields=("difference",),
    unknown=_unknown,
)
