"""The command that measures the judge, on a handful of made-up cases: no number is asserted but theirs."""

import gzip
import json
from dataclasses import replace
from datetime import UTC, datetime

import corpora
import judge
import openssl_command
import pytest
from categories import CATEGORIES, acceptable, right
from corpora import Sample

from tlswizard.content.library import Content
from tlswizard.core.certificate import utc
from tlswizard.core.pem import pem
from tlswizard.lab.authority import root

NOW = datetime.now(UTC)
ROOT = root("Root", at=NOW)
ISSUER = ROOT.intermediate("Issuer")
LEAF = ISSUER.leaf(["a.example", "192.0.2.7"])
SERVED = [pem(c) for c in LEAF.chain]
ROOTS = [pem(ROOT.certificate)]


def sample(corpus="suites", fails=False, reason="ok", also=(), tier="core", culprit=None, **change) -> Sample:
    line = {
        "id": f"{corpus}-{reason}", "chain": SERVED, "roots": ROOTS, "crls": [], "name": "a.example",
        "at": utc(NOW), "profile": "openssl",
    }  # fmt: skip
    return Sample(corpus, tier, line | change, fails, reason, also, culprit=culprit)


ACCEPTED = "accept (openssl: accept)" if openssl_command.version() else "accept"

SAMPLES = [
    sample(),
    sample("suites", True, "expired", at="2071-01-31T00:00:00Z", culprit=0),
    sample("suites", True, "untrusted_root", roots=[]),
    sample("real", True, "expired", ("name_mismatch",), name="b.example", at="2071-01-31T00:00:00+00:00"),
    sample("real", True, "missing_intermediate", chain=SERVED[:1]),
    sample("chains", True, "revoked"),
    sample("limbo", True, "malformed", tier="pedantic", profile="nobody", crls=["nothing"]),
]


@pytest.fixture(scope="module")
def results():
    return judge.measure(SAMPLES, Content.shipped(), NOW)


def test_verdicts_and_first_causes_are_compared(results):
    assert [r.right for r in results] == [True, True, True, True, True, False, False]
    assert [r.first for r in results][1:3] == ["expired", "untrusted-root"]
    assert [r.first_right for r in results if r.scored][:2] == [True, True]
    assert results[3].all_named
    assert not results[5].first_acceptable


def test_a_case_that_cannot_be_asked_is_an_error_and_not_the_end(results):
    assert results[-1].verdict == "error"
    assert "crls[0]" in results[-1].error
    assert results[-1].sample.line["profile"] == "openssl", "the table has no such client"


def test_a_judge_that_breaks_is_an_error_too(monkeypatch):
    def broken(*_, **__):
        raise ZeroDivisionError("within")

    monkeypatch.setattr(judge, "judged", broken)
    (result,) = judge.measure(SAMPLES[3:4], Content.shipped(), NOW)
    assert (result.verdict, result.error, result.right) == ("error", "ZeroDivisionError: within", False)


@pytest.mark.skipif(openssl_command.version() is None, reason="there is no openssl program")
def test_the_openssl_program_is_asked_the_same(results):
    assert [r.command for r in results] == [0, 10, 20, None, None, 0, None]
    assert [r.first_as_command for r in results[1:3]] == [True, True]
    assert openssl_command.answer(sample(name="192.0.2.7")) == 0
    assert openssl_command.answer(sample(name="192.0.2.8")) == 64
    assert openssl_command.answer(sample(name="b.example")) == 62


def test_the_tables_have_a_row_for_each_corpus_and_tier(results):
    rows = judge.table(results)
    assert [(r["corpus"], r["tier"], r["cases"]) for r in rows] == [
        ("limbo", "pedantic", "1"), ("suites", "core", "3"), ("real", "core", "2"), ("chains", "core", "1"),
    ]  # fmt: skip
    assert rows[1]["verdict right"] == "3/3 100.0%"
    assert rows[1]["first cause right"] == "2/2 100.0%"
    assert rows[0]["errors"] == "1"
    assert {row["corpus"] for row in judge.more(results)} >= {"real"}
    text = judge.plain(rows)
    assert text.splitlines()[0].split()[:3] == ["corpus", "tier", "client"]
    marked = judge.markdown([rows, judge.more(results)], NOW)
    assert "| corpus | tier | client |" in marked
    assert f"{NOW:%Y-%m-%d}" in marked
    assert "cryptography" in marked


def test_what_was_not_scored_is_no_share():
    only = judge.measure(SAMPLES[:1], Content.shipped(), NOW)
    assert judge.table(only)[0]["first cause right"] == "–"


def test_each_wrong_case_is_one_line(results):
    lines = judge.wrong([*results, replace(results[1], causes=())])
    assert [line.split("\t")[0] for line in lines] == ["chains", "limbo", "suites"]
    assert lines[0].split("\t")[1:6] == ["chains-revoked", "core", "refuse", ACCEPTED, "revoked"]
    assert all("\n" not in line for line in lines)


def test_results_are_json(results):
    again = json.loads(json.dumps(judge.as_json(results)))
    assert [r["id"] for r in again] == [s.id for s in SAMPLES]


def test_without_the_material_it_says_so_and_exits_0(capsys, tmp_path):
    assert judge.main([], tmp_path / "nowhere") == 0
    assert str(tmp_path / "nowhere") in capsys.readouterr().out


def test_a_corpus_that_is_none_is_named(capsys):
    with pytest.raises(SystemExit):
        judge.main(["nothing"])
    assert "nothing" in capsys.readouterr().err


@pytest.fixture
def data(tmp_path):
    """One case in each of the corpora, in its own format."""
    common = {"time": utc(NOW), "expected": "SUCCESS", "reasons": ["ok"]}
    host = {"kind": "DNS", "value": "a.example"}
    limbo_case = {
        "id": "limbo-1", "peer_certificate": SERVED[0], "untrusted_intermediates": SERVED[1:],
        "trusted_certs": ROOTS, "crls": [], "expected_peer_name": None, "validation_time": None,
        "expected_result": "SUCCESS",
    }  # fmt: skip
    suite_case = common | {
        "id": "suite-1", "served": SERVED, "trusted": ROOTS, "crls": [], "host": host, "tier": "core",
        "confidence": "high", "culprit": None,
    }  # fmt: skip
    real_case = common | {"id": "real-1", "served": ["x", "y"], "trusted": ["z"], "host": host}
    chain_case = common | {
        "id": "chain-1", "served": "chain.pem", "trusted": "roots.pem", "crls": None, "host": "a.example",
    }  # fmt: skip
    certs = dict(zip("xyz", [*SERVED, *ROOTS], strict=True))
    held = {
        "limbo/limbo.json.gz": json.dumps({"testcases": [limbo_case]}),
        "limbo/reasons.tsv.gz": "#id\texpected\treason\talso\tconfidence\ttier\n"
        "limbo-1\tSUCCESS\tok\teku,other\thigh\tcore\n",
        "suites/suites.json.gz": json.dumps({"cases": [suite_case]}),
        "suites/real.json.gz": json.dumps({"certs": certs, "cases": [real_case]}),
        "chains/one/case.json": json.dumps({"tier": "real", "cases": [chain_case]}),
        "chains/one/chain.pem": "".join(SERVED),
        "chains/one/roots.pem": "".join(ROOTS),
    }
    for name, text in held.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return tmp_path


def test_every_corpus_is_read_into_the_same_form(data):
    read = [next(iter(load(data))) for load in corpora.CORPORA.values()]
    assert [s.corpus for s in read] == list(corpora.CORPORA)
    assert [s.id for s in read] == ["limbo-1", "suite-1", "real-1", "chain-1"]
    assert all(s.line["chain"] == SERVED and s.line["roots"] == ROOTS for s in read)
    assert read[0].also == ("eku", "other")
    assert [s.tier for s in read] == ["core", "core", "core", "real"]


def test_the_command_measures_them(data, capsys, tmp_path):
    assert judge.main(["--list", "--json", str(tmp_path / "said.json")], data) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert "1/1 100.0%" in said.out
    assert len(json.loads((tmp_path / "said.json").read_text())) == 4
    assert judge.main(["chains", "--markdown"], data) == 0
    assert "| chains | real | openssl | 1 |" in capsys.readouterr().out


def test_every_cause_that_a_category_means_is_a_cause():
    known = set(Content.shipped().causes)
    later = {"intercepted", "distrusted", "strict-only", "cross-sign-expired", "chain-too-long"}
    assert set().union(*CATEGORIES.values()) <= known | later


def test_other_is_any_cause_and_none_is_no_cause():
    assert right("weak-key", "other")
    assert not right(None, "other")
    assert not right("bad-signature", "untrusted_root")
    assert not right("wrong-intermediate", "bad_signature")
    assert acceptable("wrong-intermediate", ("bad_signature",))
    assert acceptable("expired", ("name_mismatch", "expired"))
