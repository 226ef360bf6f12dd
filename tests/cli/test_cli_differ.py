"""`tlswizard check --differ A B`: why two programs differ, in every form of the report."""

import pytest
from real_servers import Files

from tlswizard.core.pem import pem

KEYS = {"cause", "refuses", "does_not_mind", "why", "because"}


@pytest.fixture
def partial(call, files: Files, leaf, tmp_path):
    """Only the intermediate is trusted: curl takes that for an end of the chain, OpenSSL does not."""
    roots = tmp_path / "intermediate.pem"
    roots.write_text(pem(leaf.chain[1]))

    def judged(*words: str, form: str = "json"):
        return call(
            "check", "--chain", str(files.chain), "--roots", str(roots), "--name", "localhost",
            "--format", form, *words,
        )  # fmt: skip

    return judged


def test_the_difference_is_a_key_of_the_json(partial):
    said = partial("--differ", "openssl", "curl")
    assert (said.verdict("openssl"), said.verdict("curl")) == ("refuse", "accept")
    (only,) = said.document["difference"]
    assert set(only) == KEYS
    assert (only["refuses"], only["does_not_mind"], only["why"]) == ("openssl", "curl", "rule")
    assert only["cause"] in {f["cause"] for c in said.document["clients"] for f in c["faults"]}
    assert only["because"]


def test_the_order_in_which_they_are_named_changes_nothing_but_the_heading(partial):
    one = partial("--differ", "openssl", "curl").document["difference"]
    assert partial("--differ", "curl", "openssl").document["difference"] == one


def test_those_that_agree_have_an_empty_difference(partial):
    assert partial("--differ", "openssl", "ruby").document["difference"] == []


def test_without_it_the_json_has_no_such_key(partial):
    assert "difference" not in partial().document


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_it_is_a_section_of_the_report_and_leaves_the_exit_as_it_was(partial, form):
    plain, said = partial(form=form), partial("--differ", "openssl", "curl", form=form)
    assert said.code == plain.code == 2
    heading = "Why OpenSSL and curl differ"
    assert heading not in plain.out.split("The programs")[0]
    section = said.out.split(heading)[-1]
    assert "Another rule" in section
    assert "no server was asked" in section  # the last line of the report stays the last


def test_those_that_do_not_differ_are_told_so(partial):
    said = partial("--differ", "openssl", "ruby", form="text")
    assert "OpenSSL and Ruby do not differ" in " ".join(said.out.split())


def test_who_is_not_installed_or_counts_for_nothing_is_judged_too(partial):
    """`strict` is a yardstick, which no report has of itself. Any certificate can be its anchor."""
    said = partial("--differ", "strict", "openssl")
    assert "strict" not in [c["id"] for c in said.document["clients"]]
    sides = {(d["refuses"], d["does_not_mind"]) for d in said.document["difference"]}
    assert sides == {("openssl", "strict")}


@pytest.mark.parametrize("named", [("nothing-such", "curl"), ("curl", "nothing-such")])
def test_an_id_that_is_not_known_is_told_with_those_that_are(partial, named):
    said = partial("--differ", *named)
    assert (said.code, said.out) == (3, "")
    assert "there is no program “nothing-such”" in said.err
    for id_ in ("openssl", "java-17", "dotnet-framework-service"):
        assert id_ in said.err


def test_one_program_does_not_differ_from_itself(partial):
    said = partial("--differ", "curl", "curl")
    assert (said.code, said.out) == (3, "")
    assert "--differ" in said.err


def test_it_does_not_go_with_lines(call, tmp_path):
    (tmp_path / "lines").write_text("{}\n")
    said = call("check", "--batch", str(tmp_path / "lines"), "--differ", "curl", "go")
    assert (said.code, said.out) == (3, "")
