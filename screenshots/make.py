"""Makes the pictures of the README from a kept session, so that they show what the program really shows.

    python screenshots/make.py            the pictures, from two-stores.session.json
    python screenshots/make.py --record   the session anew, from the lab, and then the pictures

A test renders them again and says when they are stale; it compares under the Textual named in TEXTUAL.
"""

import asyncio
import re
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from tlswizard.content.library import Content
from tlswizard.core.case import Case, Observed
from tlswizard.lab.exercise import find_exercise
from tlswizard.playbook.record import Session
from tlswizard.tui.app import TlsWizard
from tlswizard.wizard import keeping
from tlswizard.wizard.guided import Guided
from tlswizard.wizard.opening import USUAL
from tlswizard.wizard.page import Page
from tlswizard.wizard.shelf import playbook
from tlswizard.wizard.walk import Chose, GoOn

HERE = Path(__file__).parent
KEPT = HERE / "two-stores.session.json"
TEXTUAL = "8.2.8"
EXERCISE = "two-stores"
SIZE = (80, 32)
CELL = 12.2
"""Width of a character in Textual's pictures."""
PICTURES = {"two-stores-trust.svg": 0, "two-stores-fix.svg": 1}
"""Each picture, and how often Enter is pressed before it, from the kept session on."""


class Recorded:
    """A machine of which only the clock and the name are known: everything else is in the kept case."""

    def __init__(self, case: Case) -> None:
        self.case = case

    @property
    def observed(self) -> Observed:
        return self.case.observed

    def now(self) -> datetime:
        return self.case.at

    def environment(self) -> Mapping[str, str]:
        return {}


def svg(enters: int) -> str:
    """One picture."""
    return asyncio.run(_svg(enters))


async def _svg(enters: int) -> str:
    kept = keeping.load(str(KEPT))
    assert isinstance(kept, Session)
    assert kept.case is not None
    content = Content.shipped()
    walk = Guided(Recorded(kept.case), content, playbook(content, USUAL), session=kept, pretend=True)  # type: ignore[arg-type]
    app = TlsWizard(walk=walk)
    async with app.run_test(size=SIZE) as pilot:
        for key in ["", *["enter"] * enters]:
            if key:
                await pilot.press(key)
            await app.workers.wait_for_complete()
            await pilot.pause()
        drawn = app.export_screenshot(title="tlswizard")
    # The picture must not fetch anything: any monospaced font will do.
    drawn = re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.S)
    return re.sub(
        r'x="([\d.]+)" (y="[\d.]+") textLength="([\d.]+)"([^>]*)>((?:&#160;)+)(?=[^<&])', _indented, drawn
    )


def _indented(found: "re.Match[str]") -> str:
    """Spaces before a text as its place: some programs that show SVG drop them."""
    width = CELL * found[5].count(";")
    x, length = float(found[1]) + width, float(found[3]) - width
    return f'x="{x:g}" {found[2]} textLength="{length:g}"{found[4]}>'


async def record() -> None:
    """Walks the exercise up to the step that compares trust, and keeps that session."""
    exercise = find_exercise(EXERCISE)
    assert exercise is not None
    content = Content.shipped()
    book = playbook(content, USUAL)
    async with exercise.open() as world:
        asked = book.input_of("server") or ""
        walk = Guided(
            world.machine,
            content,
            book,
            inputs={asked: exercise.asked},
            message=exercise.message,
            likely=exercise.program,
            pretend=True,
        )
        page: Page = await walk.open()
        while page.kind != "check":
            page = await walk.take(Chose(page.choices[page.selected].id) if page.choices else GoOn())
        await walk._gather(("reach", "handshakes", "stores", "clients", "clock"))
        keeping.save(KEPT, walk.session)


if __name__ == "__main__":
    if "--record" in sys.argv:
        asyncio.run(record())
    for name, enters in PICTURES.items():
        (HERE / name).write_text(svg(enters), encoding="utf-8")
        print(name)
