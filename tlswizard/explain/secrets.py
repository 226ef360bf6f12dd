"""Keys and certificates in a text: they are no messages, and a private key is never kept or shown.

Their lines are emptied before anything else is done with the text, so that they cannot come back out of it;
the number of lines stays.
"""

import base64
import binascii
import re
from dataclasses import dataclass, replace

_BORDER = re.compile(rb"-----(BEGIN|END) ([A-Z0-9 ]{1,60})-----")
"""RFC 7468 section 2, and what OpenSSL and OpenSSH write."""
_BETWEEN = rb"(?:\\[nrt]|[\s>|\"'\\,])"
_HEADERS = rb"(?:(?:Proc-Type|DEK-Info|Comment):[^\n\\]{0,200}" + _BETWEEN + rb"+)*"
"""RFC 1421 section 4.6.1: what stands before an encrypted key."""
_BODY = re.compile(rb"(?:" + _BETWEEN + rb"*" + _HEADERS + rb"[A-Za-z0-9+/]{16,}={0,2})*(?:" + _BETWEEN
                   + rb"*[A-Za-z0-9+/]{1,15}(?:={1,2}|(?=" + _BETWEEN + rb"*(?:-----END|\Z))))?")  # fmt: skip
_LOOSE = re.compile(rb"(?<![A-Za-z0-9+/=])[A-Za-z0-9+/]{48,}(?:" + _BETWEEN + rb"+[A-Za-z0-9+/]{48,})+(?:"
                    + _BETWEEN + rb"+[A-Za-z0-9+/]{1,75}={0,2}(?=\s*[\n\"'\\]|\s*\Z))?={0,2}")  # fmt: skip
"""Two lines of base64 or more (RFC 7468 writes 64 characters, OpenSSH 70, MIME 76)."""

MAX_BODY = 256 * 1024
"""Bytes between BEGIN and END: a key of RSA 16384 has 13 KB, a certificate with 10,000 names 250 KB."""


@dataclass(frozen=True, slots=True)
class Withheld:
    """What was taken out of a text."""

    key: bool = False
    """a private key, or a part of one"""
    certificates: int = 0
    """whole ones"""
    half: bool = False
    """a part of a certificate, or of something that looks like one"""


NOTHING_WITHHELD = Withheld()


@dataclass(slots=True)
class Withholding:
    """Taking out, block after block: a key may begin in one and end in the next."""

    state: Withheld = NOTHING_WITHHELD
    open: str = ""
    """the label of what began in an earlier block and has not ended"""

    def binary(self, start: bytes) -> None:
        """Notes what a file is that begins so, if it is a key or a certificate in DER."""
        if is_der_key(start):
            self.state = replace(self.state, key=True)
        elif is_der_certificate(start):
            self.state = replace(self.state, certificates=1)

    def without(self, data: bytes) -> bytes:
        """`data` with empty lines where keys and certificates were."""
        if not self.open and b"-----" not in data and not _LOOSE.search(data):
            return data
        parts: list[bytes] = []
        place = 0
        if self.open:
            place = self._body(data, 0, self.open, parts)
        while border := _BORDER.search(data, place):
            label = border[2].decode("ascii")
            before = data[place : border.start()]
            if border[1] == b"END":
                parts.append(self._tail(before, label))
                place = border.end()
                continue
            parts.append(self._loose(before))
            place = self._body(data, border.end(), label, parts)
        parts.append(self._loose(data[place:]))
        return b"".join(parts)

    def _body(self, data: bytes, start: int, label: str, parts: list[bytes]) -> int:
        """Leaves out what belongs to `label` from `start` on; where the text goes on."""
        self.open = ""
        end = _BORDER.search(data, start, start + MAX_BODY)
        if end and end[1] == b"END":
            self._note(label, whole=True)
            place = end.end()
        else:
            body = _BODY.match(data, start, start + MAX_BODY)
            place = body.end() if body else start
            self._note(label, whole=False)
            if place >= len(data.rstrip()):
                self.open, place = label, len(data)
        parts.append(b"\n" * data.count(b"\n", start, place))
        return place

    def _tail(self, before: bytes, label: str) -> bytes:
        """What stands before an END whose BEGIN is not there."""
        lines = before.split(b"\n")
        keep = len(lines)
        while keep and re.fullmatch(rb"[\s>|\"']*[A-Za-z0-9+/=]*[\s\"'\\nr]*", lines[keep - 1]):
            keep -= 1
        if keep == len(lines):  # all in one line
            lines[-1] = re.sub(rb"[A-Za-z0-9+/=\\]{16,}\s*$", b"", lines[-1])
        self._note(label, whole=False)
        return self._loose(b"\n".join(lines[:keep])) + b"\n" * (len(lines) - max(keep, 1))

    def _loose(self, data: bytes) -> bytes:
        """Base64 without borders: the middle of a key or of a certificate."""

        def emptied(match: re.Match[bytes]) -> bytes:
            key = _is_key(match[0])
            self.state = replace(self.state, key=self.state.key or key, half=self.state.half or not key)
            return b"\n" * match[0].count(b"\n")

        return _LOOSE.sub(emptied, data)

    def _note(self, label: str, *, whole: bool) -> None:
        if label.endswith("PRIVATE KEY"):
            self.state = replace(self.state, key=True)
        elif "CERTIFICATE" in label and "REQUEST" not in label:
            if whole:
                self.state = replace(self.state, certificates=self.state.certificates + 1)
            else:
                self.state = replace(self.state, half=True)


def without_pem(data: bytes) -> tuple[bytes, Withholding]:
    """`data` without keys and certificates, and what they were."""
    withholding = Withholding()
    return withholding.without(data), withholding


def _is_key(base: bytes) -> bool:
    """Whether base64 begins as a private key does."""
    try:
        return is_der_key(base64.b64decode(re.sub(rb"[^A-Za-z0-9+/]", b"", base)[:24]))
    except binascii.Error:
        return False


def is_der_key(start: bytes) -> bool:
    """PKCS #1 and #8: a sequence that begins with a small number, the version (RFC 8017 A.1.2, RFC 5208)."""
    inner = _in_sequence(start)
    return inner[:2] == b"\x02\x01" and inner[2:3] in (b"\x00", b"\x01")


def is_der_certificate(start: bytes) -> bool:
    """A sequence that begins with a long sequence (RFC 5280 section 4.1)."""
    return start[:2] in (b"\x30\x82", b"\x30\x83") and _in_sequence(start)[:2] in (b"\x30\x82", b"\x30\x83")


def _in_sequence(start: bytes) -> bytes:
    """What stands in the sequence that begins here; empty if none does."""
    if start[:1] != b"\x30" or len(start) < 8:
        return b""
    return start[2 + (start[1] & 0x7F if start[1] & 0x80 else 0) :]
