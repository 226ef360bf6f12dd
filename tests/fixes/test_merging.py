"""One entry for what one action repairs."""

from diagnosis_cases import CONTENT
from judge_making import authority, root

from tlswizard.core.edit import AddToStore, AskForName, Edit, Reissue
from tlswizard.core.finding import Fix
from tlswizard.fixes.merging import actions

ROOT = root()
ISSUING = authority("Issuing", ROOT)


def fix(id_: str, *edits: Edit, causes: tuple[str, ...], danger: str = "") -> Fix:
    return Fix(
        id_, f"title of {id_}", causes, "server", "server-owner", f"text of {id_}", "risk", "at once", "look",
        edits, danger=danger,
    )  # fmt: skip


RENEW = fix("renew-certificate", Reissue(), causes=("expired",))
NAMES = fix("reissue-with-names", Reissue(("a.example",)), causes=("name-mismatch",))
SERVERS = fix("reissue-for-servers", Reissue(servers=True), causes=("wrong-usage",))
MOVED = fix("replace-self-signed", Reissue(trusted=True), causes=("self-signed",))


def test_requests_for_the_same_certificate_are_one():
    (one,) = actions([NAMES, RENEW, SERVERS], CONTENT)
    assert one.fix.edits == (Reissue(("a.example",), servers=True),)
    assert one.parts == (NAMES, RENEW, SERVERS)


def test_the_most_urgent_cause_gives_the_id_and_the_title_says_it_all():
    (one,) = actions([NAMES, RENEW, SERVERS], CONTENT)
    assert one.fix.ids == ("renew-certificate", "reissue-for-servers", "reissue-with-names")
    assert one.fix.causes == ("expired", "wrong-usage", "name-mismatch")
    assert one.fix.title == (
        "Get a new certificate for the server that is valid now, is meant for servers and carries a.example"
    )
    assert all(f"text of {id_}" in one.fix.text for id_ in one.fix.ids)
    assert one.fix.risk == "risk"


def test_another_issuer_does_the_rest_as_well():
    (one,) = actions([RENEW, MOVED], CONTENT)
    assert one.fix.edits == (Reissue(trusted=True),)


def test_the_present_issuer_and_another_one_are_alternatives_for_the_same_cause():
    elsewhere = fix("renew-certificate", Reissue(trusted=True), causes=("name-mismatch",))
    here, there = actions([RENEW, NAMES, elsewhere], CONTENT)
    assert here.parts == (RENEW, NAMES)
    assert set(there.parts) == {elsewhere, RENEW}
    assert here.instead == there.instead


def test_different_certificates_are_different_requests():
    above = fix("renew-certificate", Reissue(certificate=ISSUING.certificate), causes=("expired",))
    assert [a.fix for a in actions([RENEW, above], CONTENT)] == [RENEW, above]


def test_the_same_change_for_two_reasons_is_one_and_keeps_every_danger():
    edit = AddToStore("linux-system", ROOT.certificate, True)
    first = fix("add-root", edit, causes=("untrusted-root",), danger="Compare it.")
    second = fix("use-inspection-root", edit, causes=("intercepted",), danger="Ask who it is.")
    (one,) = actions([first, second], CONTENT)
    assert one.fix.ids == ("use-inspection-root", "add-root")
    assert one.fix.danger == "Ask who it is. Compare it."
    assert one.fix.edits == (edit,)


def test_what_has_nothing_in_common_stays_as_it_is():
    ask = fix("use-listed-name", AskForName("b.example"), causes=("name-mismatch",))
    told = fix("ask-owner", causes=("not-a-ca",))
    other = fix("ask-owner", causes=("path-length",))
    assert [a.fix for a in actions([ask, told, other], CONTENT)] == [ask, told, other]
