"""What was wrapped around a text on its way is taken off: colours, HTML entities, escapes of JSON.

The number of lines stays the same, so that a line of the cleaned text is a line of the given one.
"""

import html
import re

_SOFT = "\v"
"""A line's end that was escaped: white space, and no line of its own."""

_COLOURS = re.compile(
    # as bytes, and as JSON, shells, rsyslog and `cat -v` show it
    r"(?:\x1b|\\+u001b|\\+x1b|\\+e(?=\[)|\\+033|#033|\^\[)"
    r"(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b\n]*(?:\x07|\x1b\\)|[@-Z=>])",
    re.I,
)  # fmt: skip
"""ECMA-48 section 5.4: control sequences; and the operating system commands of terminals."""

_ESCAPED = re.compile(
    r"\\+u(?P<code>[0-9a-fA-F]{4})"
    r"|\\+(?P<space>[nrt])"
    r"|&(?:amp;)*(?P<entity>#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,8});"
    r"|(?P<quote>â€[™˜œ\x9d“”])"  # UTF-8 read as Windows-1252
)


def cleaned(text: str) -> str:
    """`text` as its program printed it; lines keep their numbers."""
    if "\x1b" in text or "[" in text:
        text = _COLOURS.sub("", text)
    if "\\" in text or "&" in text or "â€" in text:
        text = _ESCAPED.sub(_plain, text)
    return text


def _plain(match: re.Match[str]) -> str:
    if code := match["code"]:
        char = chr(int(code, 16))
    elif match["space"]:
        return _SOFT
    elif entity := match["entity"]:
        char = html.unescape(f"&{entity};")
        if char.startswith("&") and entity.lower() != "amp":
            return match[0]
    else:
        return "'"
    return _SOFT if char.isspace() and char != " " else char
