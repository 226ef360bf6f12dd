"""`tlswizard check --batch` and `--crl`: many cases from JSON lines, revocation lists from files."""

import io
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st

from tlswizard.cli import batch
from tlswizard.cli.batch import MAX_LINE, BadLine, Kept, Known, answered, case_of, judged
from tlswizard.content.library import Content
from tlswizard.core.case import Case, Revocation
from tlswizard.core.certificate import Malformed, utc
from tlswizard.core.codec import decode, encode
from tlswizard.core.pem import pem
from tlswizard.lab.authority import Identity

NOW = datetime.now(UTC)
BROKEN = "-----BEGIN CERTIFICATE-----\nbm8gY2VydGlmaWNhdGU=\n-----END CERTIFICATE-----\n"


@pytest.fixture(scope="session")
def content():
    return Content.shipped()


@pytest.fixture
def line(leaf: Identity):
    """A case in which nothing is wrong."""
    return {
        "id": "good",
        "chain": [pem(c) for c in leaf.chain],
        "roots": [pem(leaf.path[-1].certificate)],
        "name": "localhost",
        "at": utc(NOW),
        "profile": "openssl",
    }


def crl_of(issuer: Identity, *revoked: Identity, form: Encoding = Encoding.PEM) -> bytes:
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.subject)
        .last_update(NOW - timedelta(days=1))
        .next_update(NOW + timedelta(days=6))
        .add_extension(x509.CRLNumber(1), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), False)
    )
    for one in revoked:
        serial = x509.load_der_x509_certificate(one.certificate.der).serial_number
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(NOW)
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(issuer.key, SHA256()).public_bytes(form)


@pytest.fixture(scope="module")
def crl(leaf: Identity) -> str:
    """The issuer of the leaf revoked nothing."""
    return crl_of(leaf.issuer).decode()


def verdict(document, client="openssl"):
    return next(c["verdict"] for c in document["clients"] if c["id"] == client)


def problems(document):
    return [c["id"] for c in document["causes"] if c["severity"] == "problem"]


# --- a line in, a document out ------------------------------------------------------------------------


def test_a_line_becomes_a_document_with_its_id(line, content):
    said = judged(line, content, NOW)
    assert list(said)[:3] == ["id", "tlswizard", "format"]
    assert (said["id"], said["exit"], verdict(said), said["reach"]) == ("good", 0, "accept", None)
    assert said["at"] == utc(NOW)
    assert said["clients"][0]["stores"][0].startswith("file:")


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"name": "other.example"}, "name-mismatch"),
        ({"name": "192.0.2.7"}, "name-mismatch"),
        ({"name": "no,name"}, "name-mismatch"),
        ({"at": "2071-01-31T12:00:00Z"}, "expired"),
        ({"at": "2001-01-31"}, "not-yet-valid"),
        ({"roots": []}, "untrusted-root"),
    ],
    ids=str,
)
def test_what_is_wrong_is_named(line, content, change, cause):
    said = judged(line | change, content, NOW)
    assert said["exit"] == 2
    assert problems(said)[0] == cause


def test_an_address_is_a_name_too(line, content):
    assert judged(line | {"name": "127.0.0.1"}, content, NOW)["exit"] == 0
    assert judged(line | {"name": "[0:0::1]"}, content, NOW)["exit"] == 0


@pytest.mark.parametrize("key", ["name", "at", "profile", "intermediates", "crls", "staple", "id"])
def test_what_may_be_null_may_be_missing(line, content, key):
    said = judged(line | {key: None}, content, NOW)
    line.pop(key, None)
    assert judged(line, content, NOW) == said
    assert said["exit"] == 0
    assert said["at"] == utc(NOW)
    assert ("name" in [n["part"] for n in said["not_checked"]]) == (key == "name")


def test_with_a_profile_that_client_alone_counts(line, content):
    assert [c["id"] for c in judged(line, content, NOW)["clients"] if c["counts"]] == ["openssl"]
    other = judged(line | {"profile": "dotnet"}, content, NOW)
    assert [c["id"] for c in other["clients"] if c["counts"]] == ["dotnet"]


def test_intermediates_complete_the_chain(line, content):
    first, *above = line["chain"]
    assert problems(judged(line | {"chain": [first]}, content, NOW)) == ["missing-intermediate"]
    assert judged(line | {"chain": [first], "intermediates": above}, content, NOW)["exit"] == 0


def test_the_chain_may_be_one_text(line, content):
    one = judged(line | {"chain": ["".join(line["chain"])]}, content, NOW)
    assert one == judged(line, content, NOW)


@pytest.mark.parametrize("bad", [BROKEN, "no certificate", "", "\ud800", "-----BEGIN CERTIFICATE-----\nhalf"])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_what_cannot_be_read_keeps_its_place(line, content, bad, place):
    line["chain"].insert(place, bad)
    said = judged(line, content, NOW)
    assert [c["role"] == "malformed" for c in said["chain"]] == [i == place for i in range(3)]
    assert said["exit"] == 2
    assert "malformed-certificate" in problems(said)


def test_roots_that_cannot_be_read_are_counted(line):
    case = case_of(line | {"roots": [BROKEN, *line["roots"], "nothing"]}, NOW)
    (store,) = case.all_stores
    assert (len(store.anchors), store.skipped) == (1, 2)


def test_a_chain_of_nothing_is_unknown(line, content):
    said = judged(line | {"chain": []}, content, NOW)
    assert (said["exit"], verdict(said)) == (3, "unknown")


def test_staple_and_lists_reach_the_case(line, leaf, crl):
    case = case_of(line | {"staple": "MAMKAQE=", "crls": [crl, crl + crl]}, NOW)
    assert case.handshake.staple == b"\x30\x03\x0a\x01\x01"
    assert [c.der for c in case.revocation.result.crls] == [crl_of_der(crl)] * 3
    assert case_of(line, NOW).revocation is None


def test_a_certificate_on_a_list_is_refused(line, leaf, content):
    lists = [crl_of(leaf.issuer, leaf).decode(), crl_of(leaf.issuer.issuer).decode()]
    assert problems(judged(line | {"crls": lists}, content, NOW)) == ["revoked"]


def test_a_list_that_cannot_be_read_is_not_missed(line, content):
    bad = "-----BEGIN X509 CRL-----\nbm8gbGlzdA==\n-----END X509 CRL-----\n"
    case = case_of(line | {"crls": [bad]}, NOW)
    assert [c.der for c in case.revocation.result.crls] == [b"no list"]
    assert judged(line | {"crls": [bad]}, content, NOW)["format"] == 1


def crl_of_der(text: str) -> bytes:
    return x509.load_pem_x509_crl(text.encode()).public_bytes(Encoding.DER)


def test_a_case_with_lists_can_be_saved(line, crl):
    case = case_of(line | {"staple": "MAMKAQE=", "crls": [crl]}, NOW)
    back = decode(Case, json.loads(json.dumps(encode(case))))
    assert back == case
    assert isinstance(back.revocation.result, Revocation)


# --- lines that are no case ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"chain": None}, "chain is missing"),
        ({"roots": None}, "roots is missing"),
        ({"chain": "text"}, "list of PEM texts"),
        ({"chain": {"a": 1}}, "list of PEM texts"),
        ({"roots": [1]}, "list of PEM texts"),
        ({"intermediates": [None]}, "list of PEM texts"),
        ({"crls": 5}, "list of PEM texts"),
        ({"crls": ["nothing"]}, "crls[0]"),
        ({"staple": "no base64!"}, "base64"),
        ({"staple": "é"}, "base64"),
        ({"staple": 5}, "base64"),
        ({"at": "tomorrow"}, "no time"),
        ({"at": "0001-01-01T00:00:00+14:00"}, "no time"),
        ({"at": 1767225600}, "time in text"),
        ({"name": ""}, "name must be"),
        ({"name": 5}, "name must be"),
        ({"name": "a" * 300}, "longer"),
        ({"name": "*.example"}, "*.example"),
        ({"profile": "nobody"}, "no program “nobody”"),
        ({"profile": ["openssl"]}, "no program"),
        ({"profile": "\x1b[2J"}, "no program “\\x1b"),
    ],
    ids=str,
)
def test_a_bad_line_says_what_is_wrong_with_it(line, content, change, why):
    with pytest.raises(BadLine) as refused:
        judged(line | change, content, NOW)
    assert why in str(refused.value)
    said = answered(json.dumps(line | change).encode(), content, NOW)
    assert said == {"id": "good", "error": str(refused.value)}


@pytest.mark.parametrize(
    "data",
    [b"{", b"[]", b'"text"', b"null", b"NaN", b"\xff\xfe\x00", b'{"id": "\xff"}', b"9" * 9999, b"[" * 100_000,
     b'{"id":' * 100_000, b"{}", b'{"id": {"a": 1}}', b'{"id": [1]}', b'{"id": 1e999}'],
    ids=lambda data: data[:12].decode("latin-1"),
)  # fmt: skip
def test_a_line_without_an_id_gives_null(content, data):
    said = answered(data, content, NOW)
    assert list(said) == ["id", "error"]
    assert said["id"] is None
    assert said["error"]


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from([BROKEN, "openssl"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
_KEYS = ["id", "chain", "roots", "intermediates", "crls", "staple", "name", "at", "profile"]


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from(_KEYS), _JSON | st.lists(st.text(), max_size=2)))
def test_whatever_a_line_holds_it_is_answered(content, line):
    said = answered(json.dumps(line).encode(), content, NOW)
    assert "error" in said or said["format"] == 1
    assert "broke" not in said.get("error", "")
    json.dumps(said, allow_nan=False)


@pytest.mark.parametrize("id_", ["x", "", "\ud800", 5, -1.5, True, 10**30])
def test_an_id_comes_back_as_it_was(line, content, id_):
    assert json.loads(json.dumps(judged(line | {"id": id_}, content, NOW)))["id"] == id_
    assert answered(json.dumps({"id": id_}).encode(), content, NOW)["id"] == id_


@pytest.mark.parametrize(
    "at", ["0001-01-01", "0999-01-01", "1949-12-31", "2050-01-01", "9999-12-31T23:59:59Z"]
)
def test_no_year_is_too_far(line, content, at):
    assert judged(line | {"at": at}, content, NOW)["exit"] == 2


def test_a_crash_is_told_and_breaks_no_other_line(line, content, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError("within\x1b[2J")

    monkeypatch.setattr(batch, "diagnose", broken)
    said = answered(json.dumps(line).encode(), content, NOW)
    assert said["id"] == "good"
    assert "ZeroDivisionError: within\\x1b[2J" in said["error"]


def test_a_line_that_is_too_long_is_dropped_and_the_next_is_read(content, line):
    stream = io.BytesIO(b"{" + b" " * (2 * MAX_LINE + 5) + b"}\n\n  \n" + json.dumps(line).encode())
    first, second = batch.lines(stream)
    assert len(first) == MAX_LINE + 1
    assert "longer than" in answered(first, content, NOW)["error"]
    assert answered(second, content, NOW)["id"] == "good"


# --- what lines have in common ------------------------------------------------------------------------


def test_a_certificate_is_parsed_once_and_the_same_roots_are_one_store(line):
    known = Known()
    one, two = (case_of(line | {"id": i}, NOW, known=known) for i in range(2))
    assert all(a is b for a, b in zip(one.chain, two.chain, strict=True))
    assert one.all_stores[0] is two.all_stores[0]
    other = case_of(line | {"intermediates": line["roots"]}, NOW, known=known)
    assert other.all_stores[0] is not one.all_stores[0]
    assert other.all_stores[0].anchors[0] is one.all_stores[0].anchors[0]


def test_roots_and_intermediates_are_never_mixed_up(line):
    known = Known()
    first = case_of(line | {"intermediates": []}, NOW, known=known).all_stores[0]
    second = case_of(line | {"roots": [], "intermediates": line["roots"]}, NOW, known=known).all_stores[0]
    assert (len(first.anchors), len(first.intermediates)) == (1, 0)
    assert (len(second.anchors), len(second.intermediates)) == (0, 1)


def test_what_is_kept_is_bounded_and_the_oldest_goes_first():
    made = []
    kept = Kept(lambda texts: made.append(texts) or len(made), limit=80)
    for text in ("a" * 10, "b" * 10, "a" * 10):
        kept.of((text,))
    assert len(made) == 2
    for number in range(8):
        kept.of((str(number) * 10,))
    kept.of(("a" * 10,))
    assert len(made) == 11
    kept.of(("c" * 70,))
    kept.of(("c" * 70,))
    assert len(made) == 13, "what would drive out all others is not kept"


# --- the command --------------------------------------------------------------------------------------


@pytest.fixture
def bulk(call, tmp_path):
    def called(*lines, **more):
        path = tmp_path / "lines"
        path.write_text("".join(x if isinstance(x, str) else json.dumps(x) + "\n" for x in lines))
        return call("check", "--batch", str(path), **more)

    return called


def test_every_line_is_answered_in_its_order(bulk, line):
    said = bulk(line, line | {"id": 2, "name": "other.example"}, "\n", line | {"id": None})
    assert (said.code, said.err) == (0, "")
    assert [d["id"] for d in said.documents] == ["good", 2, None]
    assert [d["exit"] for d in said.documents] == [0, 2, 0]


def test_an_error_exits_3_and_the_others_are_answered(bulk, line):
    said = bulk("nonsense\n", {"id": "none"}, line)
    assert said.code == 3
    assert [sorted(d) == ["error", "id"] for d in said.documents] == [True, True, False]
    assert [d["id"] for d in said.documents] == [None, "none", "good"]


def test_no_lines_are_no_error(bulk):
    said = bulk()
    assert (said.code, said.out, said.err) == (0, "", "")


def test_a_line_is_answered_before_the_next_one_comes(line, environment, tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-m", "tlswizard", "check", "--batch", "-"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, cwd=tmp_path,
    )  # fmt: skip
    with process:
        for id_ in ("one", "two"):
            process.stdin.write(json.dumps(line | {"id": id_}).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == id_
        process.stdin.close()
        assert process.wait(10) == 0


@pytest.mark.parametrize(
    "more",
    [("--chain", "x"), ("localhost",), ("--case", "x"), ("--name", "x"), ("--roots", "x"), ("--crl", "x"),
     ("--at", "x"), ("--save", "x"), ("--client", "openssl")],
    ids=lambda words: words[0],
)  # fmt: skip
def test_what_does_not_go_with_batch_is_said_in_one_line(call, more):
    said = call("check", "--batch", "-", *more)
    assert (said.code, said.out, said.err.count("\n")) == (3, "", 1)


def test_a_file_of_lines_that_is_not_there_is_named(call, tmp_path):
    for path in (tmp_path / "nowhere", tmp_path):
        said = call("check", "--batch", str(path))
        assert (said.code, said.out, said.err.count("\n")) == (3, "", 1)
        assert str(path) in said.err


# --- lists of revoked certificates --------------------------------------------------------------------


@pytest.fixture
def with_crl(call, files, tmp_path):
    """`check --chain` with these files of lists."""

    def judged(*lists: bytes, words=()):
        given = []
        for number, data in enumerate(lists):
            path = tmp_path / f"list{number}"
            path.write_bytes(data)
            given += ["--crl", str(path)]
        return call(
            "check", "--chain", str(files.chain), "--roots", str(files.root), "--name", "localhost",
            "--at", utc(NOW), "--format", "json", *given, *words,
        )  # fmt: skip

    return judged


def test_lists_that_revoke_nothing_change_nothing(with_crl, leaf, tmp_path):
    pem_, der = crl_of(leaf.issuer), crl_of(leaf.issuer.issuer, form=Encoding.DER)
    said = with_crl(pem_ + pem_, der, words=("--save", str(tmp_path / "case.json")))
    assert said.code == 0
    kept = decode(Case, json.loads((tmp_path / "case.json").read_text()))
    assert [c.der for c in kept.revocation.result.crls] == [crl_of_der(pem_.decode())] * 2 + [der]


def test_a_file_of_lists_revokes(with_crl, leaf):
    said = with_crl(crl_of(leaf.issuer, leaf) + crl_of(leaf.issuer.issuer))
    assert (said.code, said.causes) == (2, ["revoked"])


def test_a_saved_case_with_lists_is_judged_the_same(call, with_crl, leaf, tmp_path):
    path = str(tmp_path / "case.json")
    said = with_crl(crl_of(leaf.issuer, leaf), words=("--save", path))
    assert call("check", "--case", path, "--format", "json").document == said.document


@pytest.mark.parametrize(
    "data", [b"nothing\n", b"-----BEGIN X509 CRL-----\n***\n-----END X509 CRL-----\n", BROKEN]
)
def test_a_file_without_a_list_is_named(with_crl, tmp_path, data):
    said = with_crl(data if isinstance(data, bytes) else data.encode())
    assert (said.code, said.out, said.err.count("\n")) == (3, "", 1)
    assert str(tmp_path / "list0") in said.err
    assert "revocation list" in said.err


def test_lists_go_with_a_chain(call):
    said = call("check", "localhost", "--crl", "x")
    assert (said.code, said.out, said.err.count("\n")) == (3, "", 1)


def test_a_place_without_a_certificate_is_malformed(line):
    (only,) = case_of(line | {"chain": ["nothing"]}, NOW).chain
    assert isinstance(only, Malformed)
