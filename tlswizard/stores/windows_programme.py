"""Roots of Microsoft's programme that Windows fetches when a chain first needs them.

The list is a certificate trust list in PKCS #7 (wincrypt.h, CTL_INFO): per root its SHA-1, and properties
as attributes 1.3.6.1.4.1.311.10.11.<id>. Its signature is not checked: Windows wrote it there. The reader was
tried on Microsoft's own authroot.stl of October 2026.
"""

from tlswizard.core import der
from tlswizard.core.certificate import SERVER_AUTH
from tlswizard.machine.door import Machine

AUTO_UPDATE = r"HKLM\SOFTWARE\Microsoft\SystemCertificates\AuthRoot\AutoUpdate"
POLICY = r"HKLM\SOFTWARE\Policies\Microsoft\SystemCertificates\AuthRoot"

MAX_LIST = 4 * 1024 * 1024
"""Bytes: Microsoft's list has 0.2 MB."""

_CTL, _ROOT_LIST, _SHA1 = "1.3.6.1.4.1.311.10.1", "1.3.6.1.4.1.311.10.3.9", "1.3.14.3.2.26"
_PROPERTY = "1.3.6.1.4.1.311.10.11."
_PURPOSES, _DISALLOWED_SINCE, _DISALLOWED_PURPOSES = (f"{_PROPERTY}{n}" for n in (9, 104, 122))


def note(machine: Machine) -> str:
    """What this computer does about roots that it does not hold yet; "" where nothing tells."""
    if machine.registry(POLICY, "DisableRootAutoUpdate") == 1:
        return (
            "A policy keeps Windows from fetching roots of Microsoft's programme "
            "(DisableRootAutoUpdate is 1): only what is here counts."
        )
    said = "Windows fetches roots of Microsoft's programme when they are first needed"
    listed = machine.registry(AUTO_UPDATE, "EncodedCtl")
    if not isinstance(listed, bytes):
        return ""
    count = len(on_demand(listed))
    return f"{said}: {count} of its list may vouch for servers." if count else f"{said}."


def on_demand(ctl: bytes) -> frozenset[str]:
    """SHA-1, in lower-case hex, of the roots that the list lets vouch for servers; none in another list.

    Those with a date since which they are disallowed are left out, whatever the date.
    """
    if len(ctl) > MAX_LIST:
        return frozenset()
    try:
        subjects = _subjects(ctl)
    except (ValueError, IndexError):
        return frozenset()
    return frozenset(sha1 for subject in subjects if (sha1 := _server_root(subject)))


def _subjects(ctl: bytes) -> list[der.TLV]:
    _, signed = der.inside(der.one(ctl))
    content = der.inside(der.inside(signed, 0xA0)[0])[2]
    kind, wrapped = der.inside(content)
    if der.dotted(kind) != _CTL:
        raise ValueError("it is no certificate trust list")
    (listed,) = der.inside(wrapped, 0xA0)
    usage, algorithm, subjects = [f for f in der.inside(listed) if der.tag(f) == der.SEQUENCE][:3]
    if (der.dotted(der.inside(usage)[0]), der.dotted(der.inside(algorithm)[0])) != (_ROOT_LIST, _SHA1):
        raise ValueError("it is not the list of roots")
    return der.inside(subjects)


def _server_root(subject: der.TLV) -> str:
    """A root's SHA-1 if it may vouch for servers, else ""."""
    try:
        identifier, *attributes = der.inside(subject)
        held = dict(_attribute(a) for one in attributes for a in der.inside(one, der.SET))
        purposes = _purposes(held[_PURPOSES]) if _PURPOSES in held else {SERVER_AUTH}
        refused = _purposes(held[_DISALLOWED_PURPOSES]) if _DISALLOWED_PURPOSES in held else set()
    except (ValueError, IndexError):
        return ""
    counts = SERVER_AUTH in purposes - refused and _DISALLOWED_SINCE not in held
    sha1 = bytes(identifier.data)
    return sha1.hex() if counts and len(sha1) == 20 else ""


def _attribute(attribute: der.TLV) -> tuple[str, bytes]:
    kind, values = der.inside(attribute)
    return der.dotted(kind), bytes(der.inside(values, der.SET)[0].data)


def _purposes(data: bytes) -> set[str]:
    return {der.dotted(usage) for usage in der.inside(der.one(data))}
