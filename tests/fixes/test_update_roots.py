"""The list of roots is behind: a root in it has expired, or is not in it yet."""

from fix_cases import ends, held, told_of
from judge_making import AT, DAY, authority, leaf, root

from tlswizard.core.edit import AddToStore, Reissue

OLD = root(not_after=AT - DAY)
ISSUING = authority("Issuing", OLD)
LEAF = leaf(ISSUING)


def test_a_root_that_has_expired_is_replaced_by_its_next_one():
    told = told_of([LEAF, ISSUING], held("linux-system", OLD))
    proven = told.fix("update-roots")
    assert proven is not None
    assert proven.fix.edits == (Reissue(certificate=OLD.certificate),)
    assert "another one" in proven.fix.text
    assert ends(told, "update-roots") == [("copy", ("update-roots",), "accept")]


def test_a_list_that_lacks_a_root_of_today_is_brought_up_to_date():
    new, shared = root("New Public Root"), [root(f"Public Root {n}") for n in range(3)]
    issuing = authority("Issuing", new)
    today = held("certifi:/venv", *shared, new)
    told = told_of([leaf(issuing), issuing], today, held("linux-system", *shared))
    (found,) = told.urgent
    assert (found.id, found.holders) == ("stale-roots", ("certifi:/venv",))
    assert "New Public Root" in found.evidence
    proven = told.fix("update-roots")
    assert proven is not None
    assert proven.fix.edits == (AddToStore("linux-system", new.certificate, True),)
    assert "ca-certificates" in proven.fix.commands[0]
    assert ends(told, "update-roots") == [("original", ("update-roots",), "accept")]


def test_a_list_of_ones_own_is_not_old():
    new, own = root("New Public Root"), root("Our Root")
    issuing = authority("Issuing", new)
    today = held("certifi:/venv", new, *(root(f"Public Root {n}") for n in range(3)))
    told = told_of([leaf(issuing), issuing], today, held("linux-system", own))
    assert [f.id for f in told.urgent] == ["store-disagrees"]


def test_an_authority_in_the_middle_is_no_root():
    late = authority("Late", OLD, not_after=AT - DAY)
    told = told_of([leaf(late), late], held("linux-system", root(key=OLD.key)))
    assert told.fix("update-roots") is None
