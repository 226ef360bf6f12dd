"""A root that is here and does not count is made to count, where its program reads."""

from dataclasses import replace

from fix_cases import ends, held, told_of
from judge_making import authority, leaf, root

from tlswizard.core.edit import AddToStore
from tlswizard.core.store import Idle

ROOT = root()
ISSUING = authority("Issuing", ROOT)
LYING = replace(
    held("linux-system", root("Other Root")),
    idle=(
        Idle(ROOT.certificate, "the update command was not run", "/usr/local/share/ca-certificates/x.crt"),
    ),
)


def test_a_root_that_lies_beside_the_list_is_named_and_its_fix_proven():
    told = told_of([leaf(ISSUING), ISSUING], LYING)
    (found,) = told.urgent
    assert (found.id, found.other, found.holders) == (
        "installed-not-trusted", ROOT.certificate, ("linux-system",),
    )  # fmt: skip
    assert "the update command was not run" in found.evidence
    proven = told.fix("mark-trusted")
    assert proven is not None
    assert proven.fix.edits == (AddToStore("linux-system", ROOT.certificate, True),)
    assert proven.fix.danger
    assert ends(told, "mark-trusted") == [("original", ("mark-trusted",), "accept")]


def test_what_the_store_refuses_on_purpose_is_not_made_to_count():
    refused = replace(LYING, distrusted=(ROOT.certificate.sha256,))
    told = told_of([leaf(ISSUING), ISSUING, ROOT], refused)
    assert [f.id for f in told.urgent] == ["distrusted"]
    assert told.fix("mark-trusted") is None


def test_an_authority_in_the_middle_is_never_made_a_root():
    middle = (Idle(ISSUING.certificate, "it is trusted for other uses only", "issuing.crt"),)
    told = told_of([leaf(ISSUING), ISSUING], replace(LYING, idle=middle))
    assert [f.id for f in told.urgent] == ["untrusted-root"]
    assert told.fix("mark-trusted") is None
