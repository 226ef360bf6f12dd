from itertools import accumulate

import pytest
from judge_making import authority, faults_of, leaf, root, verdict_of

ROOT = root()
TOWER = list(accumulate(range(12), lambda below, n: authority(f"Floor {n}", below), initial=ROOT))


@pytest.mark.parametrize(
    ("below", "kind"),
    [(1, None), (6, None), (7, "above-6"), (8, "above-6"), (9, "above-8"), (10, "above-9"), (11, "above-10")],
)
def test_the_highest_limit_that_is_exceeded_is_named(below: int, kind: str | None):
    above = TOWER[:below]
    server = leaf(above[-1])
    found = faults_of("chain-too-long", server, *reversed(above[1:]), roots=[ROOT])
    assert [f.kind for f in found] == ([kind] if kind else [])


def test_who_has_no_limit_accepts():
    server = leaf(TOWER[-1])
    assert verdict_of("openssl", server, *reversed(TOWER[1:]), roots=[ROOT]).result == "accept"
