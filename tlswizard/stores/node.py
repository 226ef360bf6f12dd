"""The roots inside each Node.js program: Mozilla's, as they were when it was built.

Node.js documentation, CLI (NODE_EXTRA_CA_CERTS, --use-openssl-ca, --use-system-ca) and tls.rootCertificates;
they stand as PEM text in the program (src/node_root_certs.h; measured on 20 and 24). A build that was told
to read the system's OpenSSL files, such as Debian's own, holds none. Windows and macOS were not run.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from tlswizard.core.certificate import Certificate
from tlswizard.core.store import Store
from tlswizard.core.text import visible
from tlswizard.machine.door import Machine
from tlswizard.stores.change import Change, file_stem
from tlswizard.stores.configured import more_privilege, path_in
from tlswizard.stores.reading import Reader, why_unreadable

PLATFORMS = ("linux", "macos", "windows")
IDS = ("node:",)

START = b"-----BEGIN CERTIFICATE-----\nMII"
"""With the first letters of any certificate longer than 255 bytes: a program has the line alone, too."""
END = b"-----END CERTIFICATE-----"

MAX_ROOTS = 2 * 1024 * 1024
"""144 roots are 0.2 MB."""

MAX_HEADER = 64 * 1024
"""node_version.h is 4 KB."""

MAX_FOLDERS = 100
"""PATH seldom names more than 20."""

MAX_NODES = 20
"""Each is searched as a whole, in 0.1 s."""

_NONE = (
    "this program holds no roots: it was built to read the system's OpenSSL files, or it only starts another"
)


def read(machine: Machine, reader: Reader) -> tuple[Store, ...]:
    programs: dict[str, str] = {}
    for path in _programs(machine):
        programs.setdefault(machine.real(path), path)
        if len(programs) >= MAX_NODES:
            break
    return tuple(_store(machine, reader, real) for real in programs)


def _programs(machine: Machine) -> Iterator[str]:
    """Every `node` in the folders of PATH, in their order, and those that nvm keeps."""
    windows = machine.observed.platform == "windows"
    variables = machine.environment()
    folders = variables.get("PATH", variables.get("Path", "")).split(";" if windows else ":")
    kept = path_in(machine, machine.home(), ".nvm/versions/node")
    managed = [path_in(machine, kept, name, "bin") for name in reversed(_names(machine, kept))]
    name = "node.exe" if windows else "node"
    for folder in dict.fromkeys(f for f in (*folders[:MAX_FOLDERS], *managed[:MAX_FOLDERS]) if f):
        if name in _names(machine, folder):
            yield path_in(machine, folder, name)


def _names(machine: Machine, folder: str) -> tuple[str, ...]:
    try:
        return machine.names_in(folder)
    except OSError:
        return ()


def _store(machine: Machine, reader: Reader, path: str) -> Store:
    version = _version(machine, path)
    store = Store(
        f"node:{visible(path)}", f"the roots inside Node.js {version} ({visible(path)})".replace("  ", " "),
        "program", visible(path), version=version, notes=_notes(machine),
        flavour="windows" if machine.observed.platform == "windows" else "",
    )  # fmt: skip
    try:
        data = machine.excerpt(path, START, MAX_ROOTS)
    except OSError as error:
        return replace(store, unreadable=why_unreadable(error), privileged=more_privilege(machine, error))
    found = reader.parsed(data[: data.rfind(END) + len(END)]) if END in data else ()
    anchors = tuple(dict.fromkeys(c for c in found if isinstance(c, Certificate)))
    if not anchors:
        return replace(store, unreadable=_NONE)
    return replace(store, anchors=anchors, skipped=sum(not isinstance(c, Certificate) for c in found))


def _version(machine: Machine, path: str) -> str:
    """As `<prefix>/include/node/node_version.h` says it; nothing where that file is not there."""
    prefix = re.split(r"[\\/]", path)[:-2]
    try:
        header = machine.read("/".join((*prefix, "include/node/node_version.h")), MAX_HEADER)
    except OSError:
        return ""
    found = [re.search(rb"#define NODE_%s_VERSION (\d{1,4})\b" % part, header) for part in _PARTS]
    return ".".join(m[1].decode() for m in found if m) if all(found) else ""


_PARTS = (b"MAJOR", b"MINOR", b"PATCH")


def _notes(machine: Machine) -> tuple[str, ...]:
    variables = machine.environment()
    options = variables.get("NODE_OPTIONS", "").split()
    notes = []
    if "--use-openssl-ca" in options:
        notes.append(
            "NODE_OPTIONS says --use-openssl-ca: it reads the system's OpenSSL files instead of these."
        )
    if "--use-system-ca" in options:
        notes.append("NODE_OPTIONS says --use-system-ca: it reads the system's roots besides these.")
    if variables.get("NODE_USE_SYSTEM_CA") == "1":
        notes.append("NODE_USE_SYSTEM_CA is set: Node 22.19, 24.6 and later read the system's roots besides.")
    return tuple(notes)


def adding(store: Store, certificate: Certificate) -> Change:
    """The program itself cannot be changed: a file of more roots, and the variable that names it."""
    file = f"{file_stem(certificate)}.pem"
    command = f'export NODE_EXTRA_CA_CERTS="$PWD/{file}"'
    verify = "node -p \"require('fs').readFileSync(process.env.NODE_EXTRA_CA_CERTS).length\""
    service = (
        f'its unit gets the line Environment="NODE_EXTRA_CA_CERTS=/full/path/{file}" (systemctl edit UNIT)'
    )
    if store.flavour == "windows":
        command = f'$env:NODE_EXTRA_CA_CERTS = "$PWD\\{file}"'
        service = "it goes into the service's own environment"
    return Change(
        (command,),
        removing(store, certificate),
        "for new processes: Node reads it once, at its start",
        "account",
        (
            f"A shell's variable does not reach a service: {service}, and the service is restarted.",
            "Node only warns of a file that is missing or no certificate, and goes on without it.",
            "Where NODE_EXTRA_CA_CERTS is already set, add the certificate to the file that it names.",
            "It is without effect for npm where npm's cafile or ca is set.",
        ),
        (verify,),
    )


def removing(store: Store, certificate: Certificate) -> tuple[str, ...]:
    if store.flavour == "windows":
        return ("Remove-Item Env:NODE_EXTRA_CA_CERTS",)
    return ("unset NODE_EXTRA_CA_CERTS",)
