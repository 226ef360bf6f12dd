"""The story the product exists for, on real parts: a .NET user store, a private bundle, a real server."""

import subprocess
from pathlib import Path

import pytest
from real_servers import OPENSSL, Files, openssl_server, private_ca

from tlswizard.core.certificate import Certificate
from tlswizard.core.pem import certificates_in, pem
from tlswizard.lab.authority import Identity

STORES = ".dotnet/corefx/cryptography/x509stores"


def keep_as_dotnet_does(home: Path, store: str, certificate, pem_file: Path) -> Path:
    """PKCS #12 with an empty password, named by the SHA-1 (.NET runtime source, StorePal)."""
    folder = home / STORES / store
    folder.mkdir(parents=True, mode=0o700)
    path = folder / f"{certificate.sha1.upper()}.pfx"
    subprocess.run(
        [OPENSSL, "pkcs12", "-export", "-nokeys", "-in", pem_file, "-out", path, "-passout", "pass:"],
        check=True, capture_output=True, timeout=10,
    )  # fmt: skip
    path.chmod(0o600)
    return path


@pytest.fixture
def account(environment: dict[str, str], files: Files, leaf: Identity, tmp_path: Path) -> dict[str, str]:
    """.NET's list of this account holds the root; the bundle that SSL_CERT_FILE names holds another one."""
    keep_as_dotnet_does(Path(environment["HOME"]), "root", leaf.path[-1].certificate, files.root)
    bundle = tmp_path / "bundle.pem"
    bundle.write_text(pem(private_ca("Some Other Root").certificate))
    return environment | {"SSL_CERT_FILE": str(bundle)}


PROGRAMS = ("--client", "dotnet-service", "--client", "dotnet")


def test_you_are_let_in_and_the_service_is_not(call, account, files, leaf):
    with openssl_server(files) as port:
        said = call("check", f"localhost:{port}", *PROGRAMS, "--format", "json", env=account)
    assert said.code == 2
    assert said.verdict("dotnet") == "accept"
    assert said.verdict("dotnet-service") == "refuse"
    mine = next(c for c in said.document["clients"] if c["id"] == "dotnet")
    assert mine["deciding_store"] == "dotnet-user-root"
    assert said.causes == ["root-user-only"]
    (cause,) = [c for c in said.document["causes"] if c["id"] == "root-user-only"]
    assert cause["clients"] == ["dotnet-service"]
    root = leaf.path[-1].certificate
    (fix,) = [f for f in said.document["fixes"] if f["id"] == "copy-to-machine-store"]
    assert fix["where"] == "machine-store"
    assert fix["commands"] and fix["undo"]
    assert root.title in str(fix["title"]) + fix["text"]
    proof = fix["proofs"][0]
    assert (proof["on"], proof["with"]) == ("original", ["copy-to-machine-store"])
    turned = {row["id"]: (row["before"], row["after"]) for row in proof["clients"]}
    assert turned["dotnet-service"] == ("refuse", "accept")
    assert turned["dotnet"] == ("accept", "accept")


def test_the_text_says_it_in_words(call, account, files):
    with openssl_server(files) as port:
        said = call("check", f"localhost:{port}", *PROGRAMS, env=account)
    first = said.out.splitlines()[0]
    assert first.startswith(f"✗ localhost:{port} is refused by “.NET, as a service”")
    assert "[root-user-only]" in said.out
    assert "✓ accepted" in said.out


def test_without_the_account_s_list_both_refuse(call, environment, account, files):
    for path in Path(environment["HOME"], STORES, "root").iterdir():
        path.unlink()
    with openssl_server(files) as port:
        said = call("check", f"localhost:{port}", *PROGRAMS, "--format", "json", env=account)
    assert said.verdict("dotnet") == said.verdict("dotnet-service") == "refuse"
    assert "root-user-only" not in said.causes
    assert "untrusted-root" in said.causes


def test_a_broken_file_in_the_account_s_list_costs_only_itself(call, environment, account, files):
    folder = Path(environment["HOME"], STORES, "root")
    (folder / ("0" * 40 + ".pfx")).write_bytes(b"not a pfx")
    with openssl_server(files) as port:
        said = call("check", f"localhost:{port}", *PROGRAMS, "--format", "json", env=account)
    assert said.verdict("dotnet") == "accept"


def test_an_intermediate_that_only_the_account_s_cache_holds(
    call, environment, account, leaf, files, tmp_path
):
    """.NET keeps fetched intermediates in the account: the service meets the incomplete chain."""
    short = Files(files.leaf, tmp_path / "nothing.pem", files.chain, files.key, files.root)
    short.above.write_text("")
    keep_as_dotnet_does(Path(environment["HOME"]), "ca", leaf.chain[1], files.above)
    with openssl_server(short) as port:
        said = call("check", f"localhost:{port}", *PROGRAMS, "--format", "json", env=account)
    assert said.verdict("dotnet") == "accept"
    assert said.verdict("dotnet-service") == "refuse"
    assert "missing-intermediate" in said.causes


def test_a_missing_link_before_an_unknown_root_is_not_left_without_a_fix(call, account, files, tmp_path):
    """Sending the chain is needed and not enough: the service then meets the root that it does not have."""
    short = Files(files.leaf, tmp_path / "nothing.pem", files.chain, files.key, files.root)
    short.above.write_text("")
    keep_as_dotnet_does(Path(account["HOME"]), "ca", _issuing(files), files.above)
    with openssl_server(short) as port:
        said = call("check", f"localhost:{port}", *PROGRAMS, "--format", "json", env=account)
    assert "send-full-chain" in [f["id"] for f in said.document["fixes"]]


def _issuing(files: Files) -> Certificate:
    (found,) = certificates_in(files.above.read_bytes())
    assert isinstance(found, Certificate)
    return found
