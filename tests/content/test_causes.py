import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

import tlswizard
from tlswizard.content.causes import Cause, read_causes
from tlswizard.content.library import Content
from tlswizard.content.reader import BadFile
from tlswizard.judge.openssl import CAUSES
from tlswizard.probe.tls import ALERTS

CATALOGUE = """
name-not-resolved connection-refused connection-timeout connection-reset network-unreachable
proxy-refused not-tls starttls-not-offered server-silent handshake-closed handshake-alert
protocol-unsupported cipher-unsupported client-certificate-required server-name-unrecognized
server-key-mismatch legacy-renegotiation no-certificate-sent self-signed untrusted-root
missing-intermediate wrong-intermediate chain-order leaf-not-first extra-certificates root-sent
not-a-ca path-length name-constraint wrong-usage wrong-key-usage critical-extension bad-signature
malformed-certificate same-name-different-key anchor-is-intermediate leaf-pinned cross-sign-expired
path-choice chain-too-long root-user-only root-machine-only intermediate-user-only store-disagrees
distrusted stale-roots environment-override installed-not-trusted expired not-yet-valid clock-wrong
expires-soon name-mismatch host-name-refused revoked revocation-unreachable revocation-stale
staple-missing no-revocation-information weak-key weak-signature key-type-not-offered
validity-too-long strict-only intercepted addresses-differ servername-dependent not-reloaded
key-does-not-match
"""
"""The ids of the design: they are an API."""

NOT_YET_STATED = {
    "proxy-refused": "connections are made directly; no way through a proxy is tried",
    "intercepted": "the roots of inspection products are not told from those of other authorities",
    "key-does-not-match": "no file of a server's settings is read",
    "not-reloaded": "no file of a server's settings is read",
    "addresses-differ": "one address of a server is looked at, the first that answers",
    "servername-dependent": "no handshake without the name is made",
}
"""Causes that have their words, and that nothing in this version states."""

STATING = ("probe", "judge", "clients", "diagnosis")
"""The packages that state causes; the others propose, show and teach what those have stated."""

SEVERAL_AT_ONCE = """
name-not-resolved malformed-certificate leaf-not-first missing-intermediate intercepted path-choice
self-signed same-name-different-key untrusted-root root-user-only bad-signature
anchor-is-intermediate cross-sign-expired clock-wrong expired revoked not-a-ca path-length
wrong-key-usage wrong-usage name-mismatch name-constraint critical-extension weak-key chain-too-long
strict-only
"""
"""The order in which faults are dealt with, as it fitted all measured cases with two or three."""


@pytest.fixture(scope="module")
def causes() -> Mapping[str, Cause]:
    return Content.shipped().causes


def test_every_id_of_the_catalogue_has_a_row_and_no_other(causes: Mapping[str, Cause]) -> None:
    assert sorted(causes) == sorted(CATALOGUE.split())


def test_the_order_is_that_of_the_design(causes: Mapping[str, Cause]) -> None:
    order = SEVERAL_AT_ONCE.split()
    assert [id_ for id_ in causes if id_ in order] == order


def test_no_two_causes_share_a_place(causes: Mapping[str, Cause]) -> None:
    assert len({cause.place for cause in causes.values()}) == len(causes)


def test_every_cause_names_known_fixes_and_known_causes(causes: Mapping[str, Cause]) -> None:
    fixes = Content.shipped().fixes
    for cause in causes.values():
        assert set(cause.fixes) <= set(fixes), cause.id
        assert set(cause.explains) <= set(causes), cause.id
        assert cause.sources, cause.id


def test_what_explains_comes_right_before_or_after_what_it_explains(causes: Mapping[str, Cause]) -> None:
    order = list(causes)
    assert order.index("expired") == order.index("clock-wrong") + 1
    explaining = [id_ for id_, cause in causes.items() if "untrusted-root" in cause.explains]
    after = order[order.index("untrusted-root") + 1 :]
    assert set(explaining) <= set(after[: after.index("bad-signature")])


def test_titles_are_headlines(causes: Mapping[str, Cause]) -> None:
    for cause in causes.values():
        assert len(cause.title) <= 70, cause.title
        assert not cause.title.endswith("."), cause.title
        assert cause.title[0].isupper(), cause.title


def test_no_text_says_invalid(causes: Mapping[str, Cause]) -> None:
    for cause in causes.values():
        said = f"{cause.title} {cause.meaning} {cause.because} {cause.against}"
        assert "invalid" not in said.lower(), cause.id


def test_each_text_says_something_of_its_own_in_a_few_sentences(causes: Mapping[str, Cause]) -> None:
    for cause in causes.values():
        for text, most in ((cause.meaning, 3), (cause.because, 3), (cause.against, 1)):
            assert 1 <= len(re.findall(r"[.](?:\s|$)", text)) <= most, (cause.id, text)
            assert text[0].isupper(), (cause.id, text)
            assert text.endswith("."), (cause.id, text)
        assert len(cause.because) <= 260, cause.id
    told = [cause.because for cause in causes.values()]
    assert len(set(told)) == len(told)


def test_sources_are_sections_or_documents_with_a_name(causes: Mapping[str, Cause]) -> None:
    """An RFC stands with its section, but for those that are about this one thing as a whole."""
    whole = {"RFC 6151", "RFC 7633", "RFC 8305", "RFC 8422", "RFC 9155", "RFC 9773"}
    for cause in causes.values():
        for source in cause.sources:
            if source.startswith("RFC") and source not in whole:
                assert re.fullmatch(r"RFC \d+ section \d+(\.\d+)*", source), (cause.id, source)


# ── what is stated has a row, and what has a row is stated ──

PACKAGE = Path(tlswizard.__file__).parent


def stating_files() -> Iterator[Path]:
    return (file for package in STATING for file in sorted((PACKAGE / package).rglob("*.py")))


def stated_in(source: str, ids: frozenset[str]) -> set[str]:
    """The ids that stand where a value is given: handed over, returned, or what a table leads to.

    What is compared, looked up by, or grouped with other ids is asked about and not stated.
    """
    found: set[str] = set()

    def look(node: ast.AST) -> None:
        match node:
            case ast.Constant(value=str(text)):
                found.update({text} & ids)
            case ast.Compare() | ast.MatchValue() | ast.Set():
                return
            case ast.Dict(values=values):
                for value in values:
                    look(value)
            case ast.Tuple(elts=elts) | ast.List(elts=elts) if (
                sum(isinstance(e, ast.Constant) and e.value in ids for e in elts) > 1
            ):
                return
            case _:
                for child in ast.iter_child_nodes(node):
                    look(child)

    look(ast.parse(source))
    return found


def given_as_causes(source: str) -> Iterator[str]:
    """The strings that stand in the place of the cause.

    `Fault("…")`, `Fault(cause="…")`, `cause(content, "…")`, `Reach("…")`.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            places = {"Fault": 0, "_Reason": 0, "Reach": 0, "cause": 1}
            place = places.get(node.func.id)
            if place is None:
                continue
            named = [k.value for k in node.keywords if k.arg in ("cause", "outcome")]
            for value in (*node.args[place : place + 1], *named):
                for leaf in ast.walk(value):
                    if isinstance(leaf, ast.Constant) and isinstance(leaf.value, str):
                        yield leaf.value


def test_every_cause_is_stated_somewhere_or_listed_with_its_reason(causes: Mapping[str, Cause]) -> None:
    ids = frozenset(causes)
    stated = {id_ for file in stating_files() for id_ in stated_in(file.read_text(), ids)}
    assert sorted(ids - stated) == sorted(NOT_YET_STATED)
    assert all(NOT_YET_STATED.values())


def test_what_the_code_states_has_a_row(causes: Mapping[str, Cause]) -> None:
    given = [(id_, file.name) for file in stating_files() for id_ in given_as_causes(file.read_text())]
    assert len(given) > 40
    assert [found for found in given if found[0] not in {*causes, "connected"}] == []


def test_what_alerts_and_openssl_are_translated_to_has_a_row(causes: Mapping[str, Cause]) -> None:
    assert {*ALERTS.values(), *CAUSES.values()} <= set(causes)


def test_what_programs_refuse_and_tolerate_has_a_row(causes: Mapping[str, Cause]) -> None:
    for client in Content.shipped().clients.values():
        for cause, _, _ in (*client.refuses, *client.tolerates, *client.first_error):
            assert cause in {*causes, "…"}, (client.id, cause)


@pytest.mark.parametrize(
    ("source", "stated"),
    [
        ('Fault("expired", None)', True),
        ('yield cause(content, "expired", text)', True),
        ('table = {40: "expired"}', True),
        ('return "expired", "too late"', True),
        ('id_ = "expired" if late else other', True),
        ('if found.id == "expired": pass', False),
        ('if found.id in ("expired", "not-yet-valid"): pass', False),
        ('match id_:\n    case "expired": pass', False),
        ('words = {"expired": "too late"}', False),
        ('DATES = ("expired", "not-yet-valid")', False),
        ('DATES = frozenset({"expired"})', False),
    ],
)
def test_stating_is_told_from_asking(source: str, stated: bool) -> None:
    ids = frozenset({"expired", "not-yet-valid"})
    assert stated_in(source, ids) == ({"expired"} if stated else set())


@pytest.mark.parametrize(
    "call", ['Fault("lost")', 'Fault(cause="lost")', 'cause(content, "lost", "")', 'Reach("lost", "")']
)
def test_a_cause_without_a_row_would_be_seen(call: str) -> None:
    assert list(given_as_causes(call))[:1] == ["lost"]


def test_what_is_only_evidence_is_never_a_reason_to_refuse(causes: Mapping[str, Cause]) -> None:
    assert not [cause.id for cause in causes.values() if cause.fatal and cause.severity != "problem"]


ROW = """expired:
  title: A certificate has expired
  check: cert.dates
  place: 420
  severity: problem
  fatal: yes
  who: server-owner
  fixes: [renew-certificate]
  meaning: Too late.
  because: Nobody was reminded.
  against: The clock is ahead.
  sources: [RFC 5280]
"""


def refused(text: str) -> list[tuple[str, int]]:
    with pytest.raises(BadFile) as caught:
        list(read_causes([("causes/a.yaml", text.encode())]))
    assert all(problem.source for problem in caught.value.problems)
    return [(problem.code, problem.place.line) for problem in caught.value.problems]


def test_a_row_is_read() -> None:
    (cause,) = read_causes([("a.yaml", ROW.encode())])
    assert (cause.id, cause.place, cause.fatal, cause.fixes) == ("expired", 420, True, ("renew-certificate",))
    assert cause.explains == ()
    assert (cause.meaning, cause.because) == ("Too late.", "Nobody was reminded.")


@pytest.mark.parametrize(
    "key", ["title", "meaning", "because", "against", "sources", "fixes", "who", "place"]
)
def test_a_row_without_one_of_its_texts_is_refused(key: str) -> None:
    without = "".join(line for line in ROW.splitlines(keepends=True) if not line.startswith(f"  {key}:"))
    assert refused(without) == [("missing-key", 1)]


def test_all_mistakes_of_a_file_are_named_at_once() -> None:
    broken = ROW.replace("  who: server-owner\n", "  whoo: server-owner\n").replace("420", "soon")
    assert refused(broken) == [("missing-key", 1), ("wrong-type", 4), ("unknown-key", 7)]


@pytest.mark.parametrize(
    ("right", "wrong", "code"),
    [
        ("fatal: yes", "fatal: maybe", "unknown-value"),
        ("severity: problem", "severity: bad", "unknown-value"),
        ("title: A certificate has expired", "title: [a]", "wrong-type"),
        ("fixes: [renew-certificate]", "fixes: [[a]]", "wrong-type"),
    ],
)
def test_a_value_of_the_wrong_kind_is_a_problem(right: str, wrong: str, code: str) -> None:
    assert [found for found, _ in refused(ROW.replace(right, wrong))] == [code]


def test_a_row_without_keys_is_one_problem() -> None:
    assert refused("expired: yes\n") == [("wrong-type", 1)]
    assert refused("just text\n") == [("wrong-type", 1)]


def test_an_id_in_two_files_is_a_problem() -> None:
    with pytest.raises(BadFile, match=r"stands in a\.yaml:1:1 already"):
        list(read_causes([("a.yaml", ROW.encode()), ("b.yaml", ROW.encode())]))
