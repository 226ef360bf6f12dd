"""What goes to stdout: one rendering of the one presentation model per format."""

import json
import os
import sys

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


def put(text_: str) -> None:
    """To stdout. A reader who has left (`| head`) is no failure of ours, and changes no exit code."""
    try:
        sys.stdout.write(text_)
        sys.stdout.flush()
    except BrokenPipeError:
        forget_stdout()


def forget_stdout() -> None:
    """Nothing more can be said to whoever read us."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
