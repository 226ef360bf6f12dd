"""How long `explain` takes: a short message, and 20 MB of three kinds of log.

python tests/benchmarks/explain.py [RUNS]
"""

import random
import resource
import statistics
import sys
import time
from collections.abc import Callable

from tlswizard.content.library import Content
from tlswizard.explain.match import explain
from tlswizard.explain.patterns import index_of
from tlswizard.explain.stream import read_stream

SIZE = 20 * 1024 * 1024

MESSAGES = (
    "The remote certificate is invalid according to the validation procedure.",
    "curl: (60) SSL certificate problem: unable to get local issuer certificate",
    'Get "https://a.example/": x509: certificate signed by unknown authority',
    "javax.net.ssl.SSLHandshakeException: PKIX path building failed: "
    "sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path to "
    "requested target",
    "nothing that is known here, and rather long for all that it says about whatever it was that went wrong",
)

WORDS = [
    *("the", "quick", "server", "request", "user", "error", "handled", "in", "ms", "for", "account", "order"),
    *("process", "failed", "not", "found", "connection", "open", "response", "information", "value", "set"),
    *("key", "cache", "hit", "miss", "retry", "queue", "worker", "started", "stopped", "with", "from", "to"),
]


def unrelated(names: random.Random) -> bytes:
    """An application's log without a word of TLS."""
    return _filled(
        lambda i: (
            f"2026-11-21 10:{i % 60:02}:{i * 7 % 60:02},{i % 1000:03} INFO [{_name(names)}-{i}] "
            f"com.example.{_name(names)} - {' '.join(names.choices(WORDS, k=9))} id={_name(names)}\n"
        )
    )


def distinct(names: random.Random) -> bytes:
    """Each line is an error of TLS with a host name of its own."""
    return _filled(
        lambda i: (
            f"2026-11-21 10:{i % 60:02}:{i * 7 % 60:02} host{i} app[{i}]: curl: (60) SSL: no alternative "
            f"certificate subject name matches target host name '{_name(names)}.example.com'\n"
        )
    )


def endless(names: random.Random) -> bytes:
    """One line."""
    return _filled(lambda i: f'{{"certificate": "{_name(names)}", "n": {i}}}, ')


def _name(names: random.Random) -> str:
    return "".join(names.choices("abcdefghijklmnopqrstuvwxyz", k=8))


def _filled(line: Callable[[int], str]) -> bytes:
    part = "".join(line(i) for i in range(20_000)).encode()
    return (part * (SIZE // len(part) + 1))[:SIZE]


def main(runs: int) -> None:
    started = time.process_time()
    content = Content.shipped()
    rows = len(content.messages)
    read = time.process_time() - started
    index_of(content).vocabulary.triggers  # noqa: B018 - made when it is first asked for
    print(f"{rows} messages: read in {read:.2f} s, index in {time.process_time() - started - read:.2f} s")
    explain(MESSAGES[0], content)
    for message in MESSAGES:
        times = []
        for _ in range(max(20, runs)):
            started = time.process_time()
            explain(message, content)
            times.append(1000 * (time.process_time() - started))
        print(f"{statistics.median(times):6.2f} ms  {message[:70]}")
    for kind in (unrelated, distinct, endless):
        data = kind(random.Random(1))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        times = []
        for _ in range(runs):
            started = time.process_time()
            read_stream([data], content)
            times.append(time.process_time() - started)
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
        print(f"{statistics.median(times):6.2f} s   {len(data) >> 20} MB, {kind.__doc__} (+{grown} MB)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
