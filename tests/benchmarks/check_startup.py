"""How long `tlswizard check` takes as a whole process, beside the least that could do its job.

The least: a script that imports what `check` is made of (asyncio, argparse, json, yaml, cryptography,
pyOpenSSL), shakes hands once and verifies once. Not collected by pytest:

    python tests/benchmarks/check_startup.py [RUNS]

prints the median of each over RUNS (15) runs against an `openssl s_server` on loopback, and the ratio.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "probe")]

from real_servers import keep_files, openssl_server, private_ca  # noqa: E402 - the path comes first

AIM = 1.6

LEAST = """
import argparse, asyncio, json, sys
import yaml
from cryptography import x509
from OpenSSL import SSL, crypto

async def main():
    reader, writer = await asyncio.open_connection("127.0.0.1", int(sys.argv[1]))
    context = SSL.Context(SSL.TLS_CLIENT_METHOD)
    tls = SSL.Connection(context, None)
    tls.set_tlsext_host_name(b"localhost")
    tls.set_connect_state()
    while True:
        try:
            tls.do_handshake()
            done = True
        except SSL.WantReadError:
            done = False
        try:
            writer.write(tls.bio_read(65536))
        except SSL.WantReadError:
            pass
        if done:
            break
        tls.bio_write(await reader.read(65536))
    leaf, *others = tls.get_peer_cert_chain()
    store = crypto.X509Store()
    store.load_locations(sys.argv[2])
    crypto.X509StoreContext(store, leaf, others).verify_certificate()
    named = x509.load_der_x509_certificate(crypto.dump_certificate(crypto.FILETYPE_ASN1, leaf))
    writer.transport.abort()
    print(json.dumps({"subject": named.subject.rfc4514_string()}))

parser = argparse.ArgumentParser()
parser.add_argument("port")
parser.add_argument("roots")
parser.parse_args()
asyncio.run(main())
"""


def median(command: Sequence[str], environment: dict[str, str], runs: int) -> float:
    """Milliseconds; the first run, which fills caches, does not count."""
    took = []
    for _ in range(runs + 1):
        started = time.perf_counter()
        done = subprocess.run(command, env=environment, capture_output=True, check=False)
        took.append(time.perf_counter() - started)
        if done.returncode:
            raise SystemExit(f"{command[:4]} ended with {done.returncode}: {done.stderr.decode()}")
    return statistics.median(took[1:]) * 1000


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        root = private_ca()
        leaf = root.intermediate("Benchmark CA").leaf(["localhost"])
        files = keep_files(folder, leaf)
        (folder / "empty").mkdir()
        kept = {k: v for k, v in os.environ.items() if not k.endswith("_CA_BUNDLE")}
        environment = kept | {
            "SSL_CERT_FILE": str(files.root),
            "SSL_CERT_DIR": str(folder / "empty"),
            "PYTHONPATH": str(ROOT),
        }
        with openssl_server(files) as port:
            at = f"localhost:{port}"
            python = sys.executable
            check = [python, "-m", "tlswizard", "check", at, "--connect", "127.0.0.1", "--client", "openssl"]
            rows = {
                "bare python": [python, "-c", ""],
                "the least": [python, "-c", LEAST, str(port), str(files.root)],
                "tlswizard --help": [python, "-m", "tlswizard", "--help"],
                "tlswizard check": check,
                "tlswizard check, JSON": [*check, "--format", "json"],
            }
            took = {title: median(command, environment, runs) for title, command in rows.items()}
    for title, milliseconds in took.items():
        print(f"{title:<24}{milliseconds:7.0f} ms{milliseconds / took['the least']:7.2f} x")
    print(f"aim for check: {AIM} x")


if __name__ == "__main__":
    main()
