"""certifi's bundles, one of each Python environment: what requests and httpx bring along.

requests documentation, SSL Cert Verification; httpx documentation, SSL. This interpreter's comes first;
then the environment that is active, those that the person names, the system's, and where pipx, uv,
virtualenvwrapper, pyenv and conda keep theirs. Debian's package is a link to the system's bundle.
Windows' folders were not run.
"""

from collections.abc import Iterator
from dataclasses import replace

from tlswizard.core.certificate import Certificate
from tlswizard.core.store import Store
from tlswizard.core.text import visible
from tlswizard.machine.door import Machine
from tlswizard.stores.change import Change, file_stem, quoted
from tlswizard.stores.configured import flavour, more_privilege, path_in, powershell
from tlswizard.stores.reading import Reader, why_unreadable

PLATFORMS = ("linux", "macos", "windows")
IDS = ("certifi:",)

ACTIVE = ("VIRTUAL_ENV", "CONDA_PREFIX")
KEPT = (
    ".local/share/pipx/venvs",
    ".local/share/uv/tools",
    ".virtualenvs",
    ".pyenv/versions",
    "miniconda3/envs",
)
"""Folders below the home that hold an environment each in a folder of its own."""

SYSTEM = ("/usr/local", "/usr")

MAX_ENVIRONMENTS = 300
"""A developer has dozens; past this the rest is not looked at."""

MAX_PYTHONS = 20
"""Versions of Python in one library folder: usually one."""


def read(machine: Machine, reader: Reader) -> tuple[Store, ...]:
    stores: dict[str, Store] = {}
    own = machine.certifi()
    if own is not None:
        stores[machine.real(own)] = _bundle(machine, reader, own, "certifi's bundle")
    for number, environment in enumerate(dict.fromkeys(_environments(machine, reader))):
        if number >= MAX_ENVIRONMENTS:
            break
        for path in _bundles(machine, environment):
            if machine.real(path) not in stores:
                title = f"certifi's bundle in {visible(environment)}"
                store = _bundle(machine, reader, path, title)
                by = f"requests and httpx in {visible(environment)}"
                stores[machine.real(path)] = replace(store, read_by=by)
    return tuple(stores.values())


def _environments(machine: Machine, reader: Reader) -> Iterator[str]:
    variables = machine.environment()
    yield from (variables[name] for name in ACTIVE if variables.get(name))
    yield from getattr(reader, "environments", ())
    if machine.observed.platform != "windows":
        yield from SYSTEM
    for kept in KEPT:
        folder = path_in(machine, machine.home(), kept)
        yield from (path_in(machine, folder, name) for name in _names(machine, folder)[:MAX_ENVIRONMENTS])


def _bundles(machine: Machine, environment: str) -> Iterator[str]:
    """The paths at which certifi stands in an environment."""
    if machine.observed.platform == "windows":
        libraries = ["Lib"]
    else:
        pythons = [n for n in _names(machine, path_in(machine, environment, "lib")) if n.startswith("python")]
        libraries = [f"lib/{name}" for name in pythons[:MAX_PYTHONS]]
    for library in libraries:
        for packages in ("site-packages", "dist-packages"):
            folder = path_in(machine, environment, library, packages, "certifi")
            if "cacert.pem" in _names(machine, folder):
                yield path_in(machine, folder, "cacert.pem")


def _names(machine: Machine, folder: str) -> tuple[str, ...]:
    try:
        return machine.names_in(folder)
    except (OSError, ValueError):  # ValueError: a folder named by a person with a NUL in it
        return ()


def _bundle(machine: Machine, reader: Reader, path: str, title: str) -> Store:
    where = visible(machine.real(path))
    store = Store(f"certifi:{visible(_environment(path))}", title, "program", where)
    if machine.observed.platform == "windows":
        store = replace(store, flavour="windows")
    elif flavour(machine, path):
        store = replace(store, notes=("It is a link to the system's bundle, as the distribution has it.",))
    try:
        anchors, skipped = reader.file(path)
    except OSError as error:
        return replace(store, unreadable=why_unreadable(error), privileged=more_privilege(machine, error))
    return replace(store, anchors=anchors, skipped=skipped)


def _environment(path: str) -> str:
    """The folder of the environment that the bundle belongs to: what stands before its library folder."""
    plain = path.replace("\\", "/")
    for library in ("/lib/python", "/lib64/python", "/Lib/site-packages/"):
        head, found, _ = plain.rpartition(library)
        if found:
            return head
    head, found, _ = plain.partition("/lib/")
    return head if found else path


def adding(store: Store, certificate: Certificate) -> Change:
    """Never into certifi's own file, which an update replaces: a bundle of one's own, and a variable."""
    own = f"{file_stem(certificate)}-and-public-roots.pem"
    traps = (
        "REQUESTS_CA_BUNDLE replaces certifi's bundle in requests: the file needs the public roots too.",
        "httpx reads SSL_CERT_FILE instead; point it at the same file.",
        "A shell's variables do not reach a service: there they go into its own environment.",
    )
    verify = (f"grep -c 'BEGIN CERTIFICATE' {own}",)
    commands = (
        f"cat {quoted(store.location)} {file_stem(certificate)}.pem > {own}",
        f'export REQUESTS_CA_BUNDLE="$PWD/{own}"   # for a service: in its own environment',
    )
    if store.flavour == "windows":
        source = f"{powershell(store.location)}, {file_stem(certificate)}.pem"
        commands = (
            f"Get-Content {source} | Set-Content -Encoding ascii {own}",
            f'$env:REQUESTS_CA_BUNDLE = "$PWD\\{own}"   # for a service: in its own environment',
        )
        verify = (f"(Select-String 'BEGIN CERTIFICATE' {own}).Count",)
    return Change(
        commands,
        removing(store, certificate),
        "for programs started with this variable",
        "account",
        traps,
        verify,
    )


def removing(store: Store, certificate: Certificate) -> tuple[str, ...]:
    return (
        "Remove-Item Env:REQUESTS_CA_BUNDLE" if store.flavour == "windows" else "unset REQUESTS_CA_BUNDLE",
    )
