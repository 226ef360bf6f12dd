"""What a store says is to be refused is refused, wherever it stands in the path, and for nobody else."""

from dataclasses import replace

import pytest
from judge_making import authority, leaf, root, situation

from tlswizard.judge.walk import walk

ROOT = root()
ISSUING = authority("Issuing", ROOT)
LEAF = leaf(ISSUING)


@pytest.mark.parametrize("which", ["sha256", "sha1"])
@pytest.mark.parametrize(("refused", "role"), [(LEAF, "leaf"), (ISSUING, "ca"), (ROOT, "anchor")])
def test_each_certificate_of_the_path_may_be_the_one(which: str, refused, role: str):
    seen = situation(LEAF, ISSUING, roots=[ROOT])
    listed = replace(seen, distrusted=frozenset({getattr(refused.certificate, which)}))
    faults = [f for path in walk(listed) for f in path.faults if f.cause == "distrusted"]
    assert [(f.on, f.role) for f in faults] == [(refused.certificate, role)]


def test_what_is_not_listed_is_not_refused():
    stranger = frozenset({"00" * 32})
    seen = replace(situation(LEAF, ISSUING, roots=[ROOT]), distrusted=stranger)
    assert not [f for path in walk(seen) for f in path.faults]
