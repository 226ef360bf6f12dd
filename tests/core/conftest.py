"""Certificates, lists and answers are made where the tests of the judge make theirs."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "judge"))
