"""A variable points the program to another list."""

from fix_cases import ends, held, told_of
from judge_making import authority, leaf, root

from tlswizard.core.edit import RemoveStore

ROOT, OTHER = root(), root("Other Root")
ISSUING = authority("Issuing", ROOT)


def test_without_the_variable_the_usual_list_is_read():
    stores = [
        held("env:SSL_CERT_FILE", OTHER, location="/home/kim/our roots.pem"), held("linux-system", ROOT),
    ]  # fmt: skip
    told = told_of([leaf(ISSUING), ISSUING], *stores)
    proven = told.fix("remove-override")
    assert proven is not None
    assert proven.fix.edits == (RemoveStore("env:SSL_CERT_FILE"),)
    assert proven.fix.commands == ("unset SSL_CERT_FILE",)
    assert proven.fix.undo == ("export SSL_CERT_FILE='/home/kim/our roots.pem'",)
    assert ends(told, "remove-override") == [("original", ("remove-override",), "accept")]


def test_a_variable_that_is_not_to_blame_stays():
    told = told_of([leaf(ISSUING), ISSUING], held("env:SSL_CERT_FILE", OTHER), held("linux-system", OTHER))
    assert told.fix("remove-override") is None


def test_a_setting_is_taken_back_by_the_programs_own_command():
    stores = [held("git:/home/kim/roots.pem", OTHER, location="/home/kim/roots.pem"),
              held("linux-system", ROOT)]  # fmt: skip
    told = told_of([leaf(ISSUING), ISSUING], *stores, program="git")
    assert [f.id for f in told.urgent] == ["environment-override"]
    proven = told.fix("remove-override")
    assert proven is not None
    assert proven.fix.commands[0].startswith("git config --global --unset http.sslCAInfo")
    assert proven.fix.undo == ("git config --global http.sslCAInfo /home/kim/roots.pem",)
    assert ends(told, "remove-override") == [("original", ("remove-override",), "accept")]
