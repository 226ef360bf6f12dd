"""certifi's bundle of this interpreter: what requests and httpx bring along instead of the system's.

requests documentation, SSL Cert Verification; httpx documentation, SSL.
"""

from tlswizard.core.certificate import Certificate
from tlswizard.core.store import Store
from tlswizard.machine.door import Machine
from tlswizard.stores.change import Change, file_stem, quoted
from tlswizard.stores.reading import Reader, why_unreadable

PLATFORMS = ("linux", "macos", "windows")
IDS = ("certifi:",)


def read(machine: Machine, reader: Reader) -> tuple[Store, ...]:
    path = machine.certifi()
    if path is None:
        return ()
    id_, title = f"certifi:{_environment(path)}", "certifi's bundle"
    try:
        anchors, skipped = reader.file(path)
    except OSError as error:
        return (Store(id_, title, "program", path, unreadable=why_unreadable(error)),)
    return (Store(id_, title, "program", path, anchors, skipped=skipped),)


def _environment(path: str) -> str:
    """The folder of the environment that the bundle belongs to: what stands before its library folder."""
    head, found, _ = path.replace("\\", "/").partition("/lib/")
    return head if found else path


def adding(store: Store, certificate: Certificate) -> Change:
    """Never into certifi's own file, which an update replaces: a bundle of one's own, and a variable."""
    own = f"{file_stem(certificate)}-and-public-roots.pem"
    return Change(
        (
            f"cat {quoted(store.location)} {file_stem(certificate)}.pem > {own}",
            f'export REQUESTS_CA_BUNDLE="$PWD/{own}"   # for a service: in its own environment',
        ),
        removing(store, certificate),
        "for programs started with this variable",
        "account",
    )


def removing(store: Store, certificate: Certificate) -> tuple[str, ...]:
    return ("unset REQUESTS_CA_BUNDLE",)
