from collections.abc import Mapping

import pytest

from tlswizard.content.fixes import FixText, read_fixes
from tlswizard.content.library import Content
from tlswizard.content.reader import BadFile
from tlswizard.core.case import PARTS
from tlswizard.fixes.siblings import kinds

CATALOGUE = """
send-full-chain reorder-chain renew-certificate reissue-with-names reissue-with-stronger-key
reissue-for-servers replace-self-signed use-listed-name add-root add-intermediate
copy-to-machine-store mark-trusted update-roots replace-root-same-name remove-override set-clock
present-client-certificate enable-protocol open-revocation-path use-inspection-root reload-server
ask-owner manual
"""
"""The ids of the design: they are an API."""

WORDS_ALONE = {
    "manual": "its text stands in the playbook",
    "present-client-certificate": "a Case does not hold what programs show of themselves",
    "enable-protocol": "a Case does not hold the settings of a server",
    "open-revocation-path": "a Case does not hold the rules of a firewall",
    "reload-server": "a Case does not hold the files of a server",
}
"""Fixes without a module: a person does them, and no edit of a Case could prove them."""


@pytest.fixture(scope="module")
def fixes() -> Mapping[str, FixText]:
    return Content.shipped().fixes


def test_every_id_of_the_catalogue_has_its_text_and_no_other(fixes: Mapping[str, FixText]) -> None:
    assert sorted(fixes) == sorted(CATALOGUE.split())


def test_every_fix_changes_parts_of_the_case_or_an_input(fixes: Mapping[str, FixText]) -> None:
    for fix in fixes.values():
        assert fix.changes, fix.id
        assert set(fix.changes) <= {*PARTS, "server"}, fix.id


def test_whoever_trusts_a_certificate_is_told_to_compare_its_fingerprint(
    fixes: Mapping[str, FixText],
) -> None:
    for id_ in [
        "add-root",
        "copy-to-machine-store",
        "mark-trusted",
        "replace-root-same-name",
        "use-inspection-root",
    ]:
        assert "fingerprint" in f"{fixes[id_].text} {fixes[id_].risk} {fixes[id_].check}", id_


def test_an_intermediate_never_goes_into_a_root_store(fixes: Mapping[str, FixText]) -> None:
    assert "never to the list of roots" in fixes["add-intermediate"].text


def test_no_fix_advises_to_turn_verification_off(fixes: Mapping[str, FixText]) -> None:
    for fix in fixes.values():
        said = f"{fix.title} {fix.text} {fix.check}".lower()
        assert not [
            bad for bad in ["verify=false", "--insecure", "ignore the warning", "invalid"] if bad in said
        ]


def test_titles_are_orders_that_fit_a_line(fixes: Mapping[str, FixText]) -> None:
    for fix in fixes.values():
        assert len(fix.title) <= 70, fix.title
        assert not fix.title.endswith("."), fix.title


def test_every_fix_has_its_module_or_its_reason(fixes: Mapping[str, FixText]) -> None:
    proposed = {kind.ID for kind in kinds()}
    assert sorted(set(fixes) - proposed) == sorted(WORDS_ALONE)
    assert proposed <= set(fixes)
    assert all(WORDS_ALONE.values())


def test_every_fix_belongs_to_a_cause(fixes: Mapping[str, FixText]) -> None:
    """`manual` belongs to the playbook that names it."""
    named = {id_ for cause in Content.shipped().causes.values() for id_ in cause.fixes}
    assert set(fixes) - named == {"manual"}


def test_each_text_says_enough_to_act_on(fixes: Mapping[str, FixText]) -> None:
    for fix in fixes.values():
        for said in (fix.text, fix.risk, fix.check):
            assert len(said.split()) >= 6, (fix.id, said)
            assert said[0].isupper(), (fix.id, said)
            assert said.endswith("."), (fix.id, said)
        assert len(fix.takes_effect.split()) >= 2, fix.id
        assert fix.takes_effect[0].islower(), fix.id
        assert not fix.takes_effect.endswith("."), fix.id


def test_whoever_changes_a_list_of_trust_checks_it_with_the_program_or_the_list(
    fixes: Mapping[str, FixText],
) -> None:
    for fix in fixes.values():
        if fix.where in ("client-store", "machine-store"):
            assert {"accepts", "reaches"} & set(fix.check.split()), fix.id


def test_whatever_is_done_on_a_server_is_looked_at_on_the_server_again(fixes: Mapping[str, FixText]) -> None:
    for fix in fixes.values():
        if fix.where == "server":
            assert "handshakes" in fix.changes, fix.id


ROW = """set-clock:
  title: Set the clock right
  text: Let it take its time from the time server.
  where: clock
  who: administrator
  risk: A jump confuses tasks.
  takes-effect: at once
  check: The clock agrees.
  changes: [clock]
"""


def refused(text: str) -> list[str]:
    with pytest.raises(BadFile) as caught:
        list(read_fixes([("fixes/a.yaml", text.encode())]))
    return [problem.code for problem in caught.value.problems]


def test_a_row_is_read() -> None:
    (fix,) = read_fixes([("a.yaml", ROW.encode())])
    assert (fix.id, fix.where, fix.takes_effect, fix.changes) == ("set-clock", "clock", "at once", ("clock",))
    assert fix.parameters == ()


@pytest.mark.parametrize("key", ["title", "text", "where", "who", "risk", "takes-effect", "check"])
def test_a_row_without_one_of_its_texts_is_refused(key: str) -> None:
    without = "".join(line for line in ROW.splitlines(keepends=True) if not line.startswith(f"  {key}:"))
    assert refused(without) == ["missing-key"]


@pytest.mark.parametrize(
    ("right", "wrong"), [("where: clock", "where: moon"), ("who: administrator", "who: somebody")]
)
def test_an_unknown_place_or_person_is_refused(right: str, wrong: str) -> None:
    assert refused(ROW.replace(right, wrong)) == ["unknown-value"]
