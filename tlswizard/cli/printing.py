"""What goes to stdout: one rendering of the one presentation model per format."""

import json

from tlswizard.core.blocks import Block, Paragraph
from tlswizard.core.finding import Diagnosis
from tlswizard.report.json import document
from tlswizard.report.markdown import markdown
from tlswizard.report.sections import looked_at, whole
from tlswizard.report.text import text

FORMATS = ("text", "json", "markdown")


def printed(diagnosis: Diagnosis, form: str) -> str:
    """The whole report; JSON is one line, so that several targets give JSON lines."""
    if form == "json":
        return json.dumps(document(diagnosis)) + "\n"
    blocks: tuple[Block, ...] = (*whole(diagnosis), Paragraph(looked_at(diagnosis)))
    return markdown(blocks) if form == "markdown" else text(blocks)
