"""The cases that the tests of the diagnosis are about are looked at here, too."""

import sys
from pathlib import Path

sys.path += [str(Path(__file__).parents[1] / "diagnosis"), str(Path(__file__).parents[1] / "judge")]
