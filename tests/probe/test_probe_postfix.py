"""Postfix from the distribution, on loopback: STARTTLS with a private two-level authority."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from real_servers import Files, free_port, server_process, until_it_listens

pytestmark = [
    pytest.mark.skipif(shutil.which("postfix") is None, reason="postfix is not installed"),
    pytest.mark.skipif(os.geteuid() != 0, reason="postfix's master must be started as root"),
]

MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/data
mail_owner = postfix
setgid_group = postdrop
myhostname = mail.private.example
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
maillog_file = /dev/stdout
maillog_file_prefixes = /dev
alias_maps =
local_recipient_maps =
smtpd_tls_security_level = may
smtpd_tls_chain_files = {files.key}, {files.chain}
smtpd_relay_restrictions = reject
"""

MASTER = """\
{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


@pytest.fixture(scope="module")
def postfix(files: Files) -> Iterator[int]:
    """Own configuration, queue and log in a folder that goes away; gives the port."""
    # Not pytest's own folder: that is closed to Postfix's account.
    with tempfile.TemporaryDirectory(prefix="postfix-") as name:
        folder, port = Path(name), free_port()
        folder.chmod(0o755)
        for sub in ("conf", "spool", "data"):
            (folder / sub).mkdir(mode=0o755)
        shutil.chown(folder / "data", "postfix")
        (folder / "conf" / "main.cf").write_text(MAIN.format(folder=folder, files=files))
        (folder / "conf" / "master.cf").write_text(MASTER.format(port=f"127.0.0.1:{port}"))
        conf = str(folder / "conf")
        subprocess.run(["postfix", "-c", conf, "check"], check=True, capture_output=True, timeout=20)
        daemons = subprocess.run(
            ["postconf", "-c", conf, "-h", "daemon_directory"],
            check=True,
            capture_output=True,
            text=True,
            timeout=20,
        ).stdout.strip()
        with server_process([f"{daemons}/master", "-c", conf, "-d"]) as process:
            until_it_listens(port, process)
            yield port
            process.terminate()
            process.wait(10)


def test_its_chain_comes_through_starttls(look, postfix, leaf):
    case = look(postfix, starttls="smtp")
    assert case.handshake.outcome == "ok"
    assert case.chain == leaf.chain
    assert case.handshake.protocol == "TLSv1.3"
    assert case.handshake.greeting.startswith("mail.private.example")


def test_without_starttls_it_is_recognised_as_mail(look, postfix):
    shake = look(postfix).handshake
    assert (shake.outcome, shake.spoke_tls) == ("not-tls", False)
    assert "SMTP" in shake.detail


def test_a_machine_that_has_the_root_accepts_it(look, judged, postfix):
    diagnosis = judged(look(postfix, starttls="smtp"))
    assert diagnosis.client("openssl").verdict.result == "accept"
    assert diagnosis.exit == 0


@pytest.mark.parametrize(("trusted", "code", "verdict"), [(True, 0, "accept"), (False, 2, "refuse")])
def test_the_command_line_judges_it(postfix, files, tmp_path, trusted, code, verdict):
    other = tmp_path / "no-roots.pem"
    other.write_text("")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "SSL_CERT_FILE": str(files.root if trusted else other),
        "SSL_CERT_DIR": str(tmp_path),
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "tlswizard",
            "check",
            f"smtp://localhost:{postfix}",
            "--client",
            "openssl",
            "--format",
            "json",
        ],
        env=environment,
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    told = json.loads(done.stdout)
    assert done.returncode == told["exit"] == code, done.stderr
    assert told["target"]["starttls"] == "smtp"
    assert told["clients"][0]["id"] == "openssl"
    assert told["clients"][0]["verdict"] == verdict
    assert len(told["chain"]) == 2
