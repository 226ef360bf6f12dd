import pytest

from tlswizard.core import version as versions


@pytest.mark.parametrize(
    ("version", "limit", "within"),
    [
        ((3, 12, 1), "<3.13", True), ((3, 13, 0), "<3.13", False), ((3, 13, 0), ">=3.13", True),
        ((24, 1, 0), ">=23", True), ((22, 9, 9), "<23", True), ((17, 0, 15), "17", True),
        ((11, 0), "17", False),
        (None, "17", False), ((17,), "what", False),
    ],
)  # fmt: skip
def test_versions_are_compared_by_number(version, limit: str, *, within: bool):
    assert versions.within(version, limit) == within
