from collections.abc import Mapping

import pytest

from tlswizard.content.causes import Cause, read_causes
from tlswizard.content.library import Content
from tlswizard.content.reader import BadFile

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
        assert "invalid" not in f"{cause.title} {cause.meaning} {cause.against}".lower(), cause.id


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
