"""The `Blob` value in which the Windows registry keeps a certificate and its properties.

Repeated `<u32 property id><u32 1><u32 length><data>`, little-endian; the certificate itself is property 32
(MS-GPEF section 2.2.1; wincrypt.h, CERT_*_PROP_ID). Tried on blobs that Wine's crypt32 wrote.
"""

import struct

from tlswizard.machine.door import WindowsEntry

CERTIFICATE = 32
_HEADER = struct.Struct("<III")

MAX_PROPERTIES = 200
"""wincrypt.h knows about 130 of them, and a certificate carries a dozen."""


def properties(blob: bytes) -> dict[int, bytes]:
    """What is in a blob, by property id. Raises ValueError where it breaks off, or never ends."""
    found: dict[int, bytes] = {}
    at = 0
    while at < len(blob):
        if len(found) == MAX_PROPERTIES or at + _HEADER.size > len(blob):
            raise ValueError("it is no registry blob")
        number, _, size = _HEADER.unpack_from(blob, at)
        at += _HEADER.size
        if size > len(blob) - at or number in found:
            raise ValueError("it is no registry blob")
        found[number] = blob[at : at + size]
        at += size
    return found


def entry(blob: bytes) -> WindowsEntry:
    """The certificate in a blob and its other properties. Raises ValueError."""
    found = properties(blob)
    if CERTIFICATE not in found:
        raise ValueError("it holds no certificate")
    return WindowsEntry(found.pop(CERTIFICATE), found)
