"""The pictures of the README show what the program shows now."""

import importlib.metadata
import importlib.util
from pathlib import Path

import pytest

HERE = Path(__file__).parents[2] / "screenshots"
SPEC = importlib.util.spec_from_file_location("make_screenshots", HERE / "make.py")
assert SPEC
assert SPEC.loader
make = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(make)


@pytest.mark.parametrize("name", make.PICTURES)
def test_a_picture_is_not_stale(name):
    textual = importlib.metadata.version("textual")
    if textual != make.TEXTUAL:
        pytest.skip(f"drawn with Textual {make.TEXTUAL}, here is {textual}: the drawing may differ by itself")
    drawn = make.svg(make.PICTURES[name])
    assert drawn == (HERE / name).read_text(encoding="utf-8"), "run: python screenshots/make.py"


@pytest.mark.parametrize("name", make.PICTURES)
def test_a_picture_fetches_nothing(name):
    drawn = (HERE / name).read_text(encoding="utf-8")
    assert "Contoso Root CA" in drawn.replace("&#160;", " ")
    assert "url(http" not in drawn
    assert "@font-face" not in drawn
