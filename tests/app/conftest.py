"""Walks and screens are driven as in their own tests."""

import sys
from pathlib import Path

sys.path.extend(str(Path(__file__).parents[1] / folder) for folder in ("diagnosis", "wizard", "tui"))
