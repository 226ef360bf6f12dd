"""Certificates with any one thing wrong in them are made where the judge is tested."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "judge"))
