"""Foreign text made visible, once, at the edge.

A certificate, a server's greeting or a pasted message may hold control characters that move the
cursor, format characters that turn the reading direction, or newlines that fake a second line.
`visible` shows each of them as an escape that a person can read. Whoever paints the result must
still not parse it as markup (see `tlswizard.tui.paint`).
"""

import unicodedata

_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}

MAX_TEXT = 400
"""Longest foreign text that is shown: RFC 5280's upper bound for a common name is 64."""


def visible(text: str, limit: int = MAX_TEXT) -> str:
    """`text` with every control, format, direction, private and unassigned character escaped.

    Backslashes stay as they are: the escapes are for reading, not for decoding.
    """
    if len(text) > limit:
        text = text[:limit] + "…"
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escape(c) if unicodedata.category(c) in _HIDDEN else c for c in text)


def _escape(char: str) -> str:
    named = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(char)
    if named:
        return named
    code = ord(char)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def fingerprint(digest: str, groups: int = 0) -> str:
    """`"9d7f9b30…"` as `9D7F 9B30 …`, the first `groups` groups of four (0: all)."""
    parts = [digest[i : i + 4].upper() for i in range(0, len(digest), 4)]
    return " ".join(parts[:groups]) + " …" if groups and groups < len(parts) else " ".join(parts)


def listed(items: list[str] | tuple[str, ...], limit: int = 4) -> str:
    """`a, b, c and 3 more`."""
    shown = list(items[:limit])
    more = len(items) - len(shown)
    if more:
        return ", ".join(shown) + f" and {more} more"
    return shown[0] if len(shown) == 1 else ", ".join(shown[:-1]) + f" and {shown[-1]}" if shown else ""


def key_name(key_id: bytes | None) -> str:
    """A key identifier as a person compares it: `key 3F:A1:07:9C…`."""
    return f"key {key_id[:4].hex(':').upper()}…" if key_id else "a key without a name"
