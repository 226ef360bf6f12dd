from collections.abc import Mapping

import pytest

from tlswizard.content.fixes import FixText
from tlswizard.content.library import Content
from tlswizard.core.case import PARTS

CATALOGUE = """
send-full-chain reorder-chain renew-certificate reissue-with-names reissue-with-stronger-key
reissue-for-servers replace-self-signed use-listed-name add-root add-intermediate
copy-to-machine-store mark-trusted update-roots replace-root-same-name remove-override set-clock
present-client-certificate enable-protocol open-revocation-path use-inspection-root reload-server
ask-owner manual
"""
"""The ids of the design: they are an API."""


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
