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

_END_OF_LINE = rb"(?=[\s\"'\\,]|\Z)"
_RUN = rb"[A-Za-z0-9+/_-]"
_RUNS = (
    rb"(?:" + _BETWEEN + rb"+[A-Za-z0-9+/]{16,}+={0,2}" + _END_OF_LINE + rb")*+"
    rb"(?:" + _BETWEEN + rb"+[A-Za-z0-9+/]{1,75}={0,2}(?=\s*[\n\"'\\]|\s*\Z))?"
)
"""The lines after the first, however wide it is wrapped, and a shorter last one."""
_DER = re.compile(
    rb"M(?:(?<![A-Za-z0-9+].)|(?<=\\[nrt].))[A-Z]" + _RUN + rb"{18,}+={0,2}" + _RUNS,
    re.S,
)
"""Base64 of a sequence in DER, in one line or in lines of any width."""
_PEM_AGAIN = re.compile(rb"LS0tLS1CRUdJTi[A-Za-z0-9+/]{8,}+={0,2}" + _RUNS)
"""“-----BEGIN ” in base64: as Kubernetes keeps keys in its secrets."""
_PUTTY = re.compile(
    rb"(Private-Lines:[ \t]*\d{1,4})(?:" + _BETWEEN + rb"+[A-Za-z0-9+/]{4,}+={0,2}" + _END_OF_LINE + rb")+"
)
_JWK = re.compile(rb"(\\*\"(?:d|p|q|dp|dq|qi|k)\\*\"\s*:\s*\\*\")([A-Za-z0-9_=+/-]{16,})")
"""RFC 7518 sections 6.2.2, 6.3.2 and 6.4: the private parts."""

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
        return self._other_forms(self._pem(data))

    def _other_forms(self, data: bytes) -> bytes:
        """Leaves out private keys that are not in PEM."""
        data = _DER.sub(self._key_in_der, data)
        if b"LS0tLS1CRUdJTi" in data:
            data = _PEM_AGAIN.sub(self._key_in_pem, data)
        if b"PuTTY-User-Key-File" in data or b"Private-Lines:" in data:
            self.state = replace(self.state, key=True)
            data = _PUTTY.sub(lambda m: m[1] + b"\n" * m[0].count(b"\n"), data)
        if b"kty" in data and _JWK.search(data):
            self.state = replace(self.state, key=True)
            data = _JWK.sub(rb"\1", data)
        return data

    def _key_in_der(self, match: re.Match[bytes]) -> bytes:
        return self._left_out(match) if _is_key(match[0]) else match[0]

    def _key_in_pem(self, match: re.Match[bytes]) -> bytes:
        return self._left_out(match) if b"PRIVATE KEY-----" in _decoded(match[0]) else match[0]

    def _left_out(self, match: re.Match[bytes]) -> bytes:
        self.state = replace(self.state, key=True)
        return b"\n" * match[0].count(b"\n")

    def _pem(self, data: bytes) -> bytes:
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
            key = _is_key(match[0]) or b"PRIVATE KEY-----" in _decoded(match[0])
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


def holds_key(text: str) -> bool:
    """Whether a private key is in it, or a part of one, in any form in which keys are kept."""
    return "PRIVATE KEY-----" in text or without_pem(text.encode("utf-8", "replace"))[1].state.key


def _is_key(base: bytes) -> bool:
    """Whether base64 begins as a private key does."""
    return is_der_key(_decoded(base[:80])[:32])


def _decoded(base: bytes) -> bytes:
    """What can be decoded of base64 that may be wrapped, escaped and cut off."""
    letters = re.sub(rb"\\[nrt]|[^A-Za-z0-9+/]", b"", base.translate(_URL_SAFE))
    try:
        return base64.b64decode(letters[: len(letters) // 4 * 4])
    except binascii.Error:
        return b""


_URL_SAFE = bytes.maketrans(b"-_", b"+/")


_ENCRYPTED = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05"


def is_der_key(start: bytes) -> bool:
    """PKCS #1 and #8: a sequence that begins with a small number, the version (RFC 8017 A.1.2, RFC 5208);
    or, of an encrypted one, with the way in which it is encrypted (RFC 8018).
    """
    inner = _in_sequence(start)
    if inner[:1] == b"\x30" and inner[2:].startswith(_ENCRYPTED):
        return True
    return inner[:2] == b"\x02\x01" and inner[2:3] in (b"\x00", b"\x01")


def is_der_certificate(start: bytes) -> bool:
    """A sequence that begins with a long sequence (RFC 5280 section 4.1)."""
    return start[:2] in (b"\x30\x82", b"\x30\x83") and _in_sequence(start)[:2] in (b"\x30\x82", b"\x30\x83")


def _in_sequence(start: bytes) -> bytes:
    """What stands in the sequence that begins here; empty if none does."""
    if start[:1] != b"\x30" or len(start) < 8:
        return b""
    return start[2 + (start[1] & 0x7F if start[1] & 0x80 else 0) :]


# ── what is shown again ──

_PASSWORD = re.compile(r"(?<=://)[^\s\"'`<>‘’“”]*@")
"""Up to the last @: a password may have slashes and further ones in it."""
_QUERY = re.compile(r"(?<=[^\s\"'?])\?[^\s\"'`<>‘’“”()?.,;:][^\s\"'`<>‘’“”()]*")
_LONG = re.compile(r"[A-Za-z0-9+/]{40,}={0,2}")
_MIXED = re.compile(r"(?=.*[A-Z])(?=.*[a-z])(?=.*[0-9+])")


def masked(text: str) -> str:
    """Without what may be secret in it: passwords and parameters of URLs, and what may be a part of a key.

    A fingerprint in hexadecimal digits stays, and so do long words and paths.
    """
    if "://" in text:
        text = _PASSWORD.sub("…@", text)
    if "?" in text:
        text = _QUERY.sub("?…", text)
    return _LONG.sub(lambda m: "…" if _is_secret(m[0]) else m[0], text)


def _is_secret(run: str) -> bool:
    return bool(_MIXED.match(run)) and not re.fullmatch(r"(?i)[0-9a-f]+", run)
