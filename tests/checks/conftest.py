"""The cases that the tests of the diagnosis are about are looked at here, too, and the judge's lists."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "diagnosis"))
sys.path.append(str(Path(__file__).parents[1] / "judge"))
sys.path.append(str(Path(__file__).parents[1] / "fixes"))
