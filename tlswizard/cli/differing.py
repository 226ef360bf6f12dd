"""`check --differ A B`: the report, and in it why these two programs differ."""

import json
from typing import Any

from tlswizard.content.library import Content
from tlswizard.core.blocks import Block, Conclusion, Heading, Mark, Paragraph
from tlswizard.core.finding import ClientVerdict, Diagnosis
from tlswizard.diagnosis.diagnose import diagnose
from tlswizard.diagnosis.differ import differences, why
from tlswizard.report.json import document
from tlswizard.report.markdown import markdown
from tlswizard.report.sections import looked_at, whole
from tlswizard.report.text import text


def printed(diagnosis: Diagnosis, form: str, ids: tuple[str, str], content: Content) -> str:
    """The whole report with the difference; JSON is one line, so that several targets give JSON lines."""
    told = _with_both(diagnosis, ids, content)
    one, two = (told.client(id_) for id_ in ids)
    if one is None or two is None:
        raise ValueError(f"not judged: {ids}")
    if form == "json":
        return json.dumps(document(diagnosis) | {"difference": _rows(told, one, two)}) + "\n"
    first, *rest = whole(diagnosis)
    blocks = (first, *_section(told, one, two), *rest, Paragraph(looked_at(diagnosis)))
    return markdown(blocks) if form == "markdown" else text(blocks)


def _with_both(diagnosis: Diagnosis, ids: tuple[str, str], content: Content) -> Diagnosis:
    """A diagnosis that has both programs: one that does not count may have been left out of the first."""
    if all(diagnosis.client(id_) for id_ in ids):
        return diagnosis
    return diagnose(diagnosis.case, content, (*(c.id for c in diagnosis.counting), *ids))


def _section(told: Diagnosis, one: ClientVerdict, two: ClientVerdict) -> tuple[Block, ...]:
    heading = Heading(f"{one.title} · {two.title}")
    if told.case.chain:
        answer = why(told, one, two)
        return (heading, *answer)
    return (heading, Conclusion(Mark.NOT_CHECKED, "There is no chain that a program could judge"))


def _rows(told: Diagnosis, one: ClientVerdict, two: ClientVerdict) -> list[dict[str, Any]]:
    ids = {one.title: one.id, two.title: two.id}
    return [
        {
            "cause": d.fault.cause,
            "refuses": ids[d.refusing],
            "does_not_mind": ids[d.other],
            "why": d.why,
            "because": d.because,
        }
        for d in differences(told, one, two)
    ]
