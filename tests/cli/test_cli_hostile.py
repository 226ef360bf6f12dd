"""Certificates that try to paint the screen: only visible escapes come out, in every format."""

import re
import unicodedata
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from real_servers import Files, openssl_server

ESCAPE = "\x1b]0;owned\x07\x1b[2J\x1b[31m"
NEWLINE = "line\r\n✓ nothing wrong found"
BIDI = "\u202emoc.elpmaxe\u2066\u200b"
MARKUP = "[/][@click=app.quit]x[/]"
MARKDOWN = "[a](http://evil.example)|`<b>` ![i](x) *x* _y_"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A self-signed certificate with all of that in subject and alternative names, served."""
    folder = tmp_path_factory.mktemp("hostile")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "[/]"),
        x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, ESCAPE),
        x509.NameAttribute(NameOID.LOCALITY_NAME, NEWLINE),
        x509.NameAttribute(NameOID.STATE_OR_PROVINCE_NAME, MARKDOWN),
        x509.NameAttribute(NameOID.TITLE, f"{MARKUP}{BIDI}"),
        x509.NameAttribute(NameOID.COMMON_NAME, "[/][a](http://evil.example)|`<b>`\x1b[2J\u202e\r\n✓ fine"),
    ])  # fmt: skip
    now = datetime.now(UTC)
    listed = [f"a{ESCAPE}.example", "b\r\nc.example", "d[/].example", "e|`f`.example", "g\x00.example"]
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=90))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(n) for n in listed]), critical=False)
        .sign(key, SHA256())
    )  # fmt: skip
    files = Files(*(folder / f"{n}.pem" for n in ("leaf", "above", "chain", "key", "root")))
    files.leaf.write_bytes(made.public_bytes(Encoding.PEM))
    files.chain.write_bytes(made.public_bytes(Encoding.PEM))
    files.above.write_text("")
    files.key.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with openssl_server(files) as port:
        yield f"localhost:{port}"


def unseen(text: str) -> set[str]:
    """Control, format, line-separating and other invisible characters, newlines apart."""
    return {c for c in text if c != "\n" and unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}}


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_nothing_but_visible_characters_comes_out(call, hostile, form):
    said = call("check", hostile, "--format", form)
    assert said.code == 2
    assert unseen(said.out) == set()
    assert unseen(said.err) == set()
    assert "x1b" in said.out, "the escape is there to be read"


def test_the_values_inside_the_json_are_visible_too(call, hostile):
    """A JSON \\u001b is decoded by the reader: the value itself must be safe."""
    said = call("check", hostile, "--format", "json")

    def texts(value):
        if isinstance(value, dict):
            for inner in value.values():
                yield from texts(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from texts(inner)
        elif isinstance(value, str):
            yield value

    found = list(texts(said.document))
    assert any("\\x1b" in t for t in found)
    assert [t for t in found if unseen(t) or ("\n" in t and "✓ nothing wrong" in t)] == []


def test_a_newline_in_a_name_makes_no_line_of_its_own(call, hostile):
    said = call("check", hostile)
    assert not [line for line in said.out.splitlines() if line.strip() in ("✓ nothing wrong found", "✓ fine")]


def test_markup_in_a_name_stays_text(call, hostile):
    assert "[/]" in call("check", hostile).out


def test_a_name_makes_no_link_picture_code_or_cell_in_markdown(call, hostile):
    out = call("check", hostile, "--format", "markdown").out
    prose = re.sub(r"^(`{3,})\n.*?^\1$", "", out, flags=re.S | re.M)
    assert "evil.example" in prose
    assert not re.search(r"(?<!\\)\]\(", prose)
    assert not re.search(r"(?<!\\)<b>", prose)
    rows = [line for line in prose.splitlines() if line.startswith("|")]
    assert len({len(re.findall(r"(?<!\\)\|", row)) for row in rows}) <= 2
    assert all("`" not in re.sub(r"\\`", "", line) for line in prose.splitlines())


def test_a_saved_case_of_it_is_as_harmless(call, hostile, tmp_path):
    kept = tmp_path / "kept.json"
    call("check", hostile, "--save", str(kept))
    said = call("check", "--case", str(kept))
    assert said.code == 2
    assert unseen(said.out) == set()


def test_hostile_names_of_files_are_escaped(call, tmp_path):
    path = tmp_path / "a\x1b[31mb\nc.pem"
    path.write_text("no certificate")
    said = call("check", "--chain", str(path), "--name", "localhost")
    assert said.code == 3
    assert unseen(said.err) == set()
    assert said.err.count("\n") == 1


def test_a_hostile_target_is_escaped(call):
    said = call("check", "a\x1b[31m\nb", "--format", "json")
    assert said.code == 3
    assert unseen(said.out + said.err) == set()
    assert "\\x1b[31m" in said.document["target"]["text"]
