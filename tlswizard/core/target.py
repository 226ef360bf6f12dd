"""What the person typed, parsed: host, port, STARTTLS protocol and the name to ask for."""

import ipaddress
import re
from dataclasses import dataclass
from stringprep import in_table_b1
from unicodedata import category, normalize

from tlswizard.core.text import visible


@dataclass(frozen=True, slots=True)
class Scheme:
    """A URL scheme that implies TLS: its usual port, and the STARTTLS protocol if TLS comes later."""

    port: int
    starttls: str | None = None


SCHEMES = {
    "https": Scheme(443), "wss": Scheme(443),
    "smtp": Scheme(25, "smtp"), "smtps": Scheme(465), "submission": Scheme(587, "smtp"),
    "imap": Scheme(143, "imap"), "imaps": Scheme(993),
    "pop3": Scheme(110, "pop3"), "pop3s": Scheme(995),
    "ldap": Scheme(389, "ldap"), "ldaps": Scheme(636),
    "ftp": Scheme(21, "ftp"), "ftps": Scheme(990),
    "nntp": Scheme(119, "nntp"), "nntps": Scheme(563),
    "sieve": Scheme(4190, "sieve"),
    "xmpp": Scheme(5222, "xmpp"), "xmpp-server": Scheme(5269, "xmpp-server"),
    "postgres": Scheme(5432, "postgres"), "postgresql": Scheme(5432, "postgres"),
    "mysql": Scheme(3306, "mysql"), "mssql": Scheme(1433, "mssql"), "rdp": Scheme(3389, "rdp"),
    "irc": Scheme(6667, "irc"), "ircs": Scheme(6697),
}  # fmt: skip
"""Ports by the IANA service registry; the STARTTLS names are those of `openssl s_client -starttls`."""

_STARTTLS_BY_PORT = {s.port: s.starttls for s in SCHEMES.values() if s.starttls}

MAX_TYPED = 4096
"""Longest text that is looked at: longer than any URL a person pastes (browsers stop near 2,000)."""


class BadTarget(ValueError):
    """The text names no server; the message says what to type instead."""


@dataclass(frozen=True, slots=True)
class Target:
    """A server to talk to, and the name to ask it for."""

    text: str
    """as the person typed it, visible"""
    host: str
    """A-labels in lower case, or an IP address in its canonical form, without brackets or final dot"""
    port: int
    scheme: str | None
    starttls: str | None
    servername: str
    """the name that is asked for and checked (RFC 6066, RFC 9525)"""
    connect: str | None = None
    """an address to connect to instead of what the host resolves to"""

    @property
    def where(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    @property
    def is_address(self) -> bool:
        return _address(self.host) is not None

    def __str__(self) -> str:
        return self.where


_WRAPPING = " \t\r\n\"'`<>()«»“”‘’,;"
_URL = re.compile(
    r"(?i)\b([a-z][a-z0-9+.-]*)://(?:[^\s/?#\"'<>\[\]@]*@)?(\[[^\]\s]*\]|[^\s/?#\"'<>\[\]]*)(:\d+)?"
)
_HOST_PORT = re.compile(r"(\[[0-9A-Fa-f:.]+(?:%[\w.~-]+)?\]|[^\s:/?#]+)(?::(\d+))?(?:[/?#].*)?")
_ZONE = re.compile(r"[A-Za-z0-9._~-]{1,32}")
"""RFC 6874's characters without the escaped ones: what names a network interface."""

_DOTS = re.compile("[.\u3002\uff0e\uff61]")
"""RFC 3490 section 3.1: what is typed for a dot."""

_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")


def parse_target(
    text: str, starttls: str | None = None, servername: str | None = None, connect: str | None = None
) -> Target:
    """The server that `text` names: a host, `host:port`, `[v6]:port` or a URL, with rubbish around it.

    Raises BadTarget, whose message is one sentence for the person who typed it.
    """
    shown = visible(text.strip(), 120)
    if len(text) > MAX_TYPED:
        raise BadTarget("That is too long for a server. Type a name and a port, for example example.com:443.")
    typed = text.strip(_WRAPPING).rstrip(".…")
    if not typed:
        raise BadTarget("No server was named. Type a name and a port, for example example.com:443.")
    scheme, host, port = _split(typed, shown)
    known = SCHEMES.get(scheme) if scheme else None
    if port is None:
        port = known.port if known else 443
    if not 0 < port < 65536:
        raise BadTarget(f"{port} is no port. Ports go from 1 to 65535; HTTPS has 443.")
    if starttls is None:
        starttls = known.starttls if known else (None if scheme else _STARTTLS_BY_PORT.get(port))
    elif starttls == "none":
        starttls = None
    host = parse_host(host)
    return Target(
        text=shown, host=host, port=port, scheme=scheme, starttls=starttls,
        servername=parse_host(servername) if servername else host, connect=connect,
    )  # fmt: skip


def _split(typed: str, shown: str) -> tuple[str | None, str, int | None]:
    if url := _URL.search(typed):
        scheme = url[1].lower()
        if scheme == "http":
            scheme = "https"  # what a person means who pastes it here
        if scheme not in SCHEMES:
            raise BadTarget(
                f"{visible(scheme, 20)}:// is no protocol with TLS known here. Use https:// or host:port."
            )
        host = url[2].rpartition("@")[2]
        port = url[3]
        if port is None and not host.startswith("[") and host.count(":") == 1:
            host, _, rest = host.partition(":")
            if not rest.isascii() or not rest.isdigit():
                raise BadTarget(
                    f"{shown} has no port after the colon. For example: https://example.com:8443."
                )
            port = ":" + rest
        return scheme, host, int(port[1:][:6]) if port else None
    if _address(typed):
        return None, typed, None
    match = _HOST_PORT.fullmatch(typed)
    if not match or (match[2] is None and typed.count(":")):
        raise BadTarget(
            f"{shown} does not name a server. Type a name and a port, for example example.com:443."
        )
    return None, match[1], int(match[2][:6]) if match[2] else None


def parse_host(host: str) -> str:
    """`host` as it is asked for on the wire: A-labels (RFC 5891) in lower case, or a plain address.

    Raises BadTarget.
    """
    host = host.strip().strip("[]") if host.startswith("[") else host.strip()
    if address := _address(host):
        return address
    ascii_ = ".".join(_a_label(label) for label in _DOTS.split(host)).removesuffix(".")
    labels = ascii_.split(".")
    if not ascii_ or len(ascii_) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise BadTarget(
            f"“{visible(host, 80)}” cannot be the name of a server. Names look like mail.example.com."
        )
    if labels[-1].isdigit():
        raise BadTarget(
            f"“{visible(host, 80)}” looks like an address but is none. IPv4 addresses look like 192.0.2.7."
        )
    return ascii_


def _a_label(label: str) -> str:
    """RFC 5891 section 4.4, after what browsers map (UTS #46, nontransitional: ß stays); "" if it is none."""
    if label.isascii():
        return label.lower()
    kept = "".join(c for c in label if not in_table_b1(c))  # RFC 3454: soft hyphens, zero-width spaces …
    lower = "".join(c.lower() for c in normalize("NFKC", kept))  # one by one: Σ is σ at the end, too
    plain = normalize("NFKC", lower)
    if "." in plain or any(category(c)[0] in "CZ" for c in plain):
        return ""
    return plain if plain.isascii() else "xn--" + plain.encode("punycode").decode("ascii")


def _address(text: str) -> str | None:
    """The address that `text` is, with or without both of its brackets, in its canonical form."""
    if text.startswith("[") and text.endswith("]"):
        text = text[1:-1]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    zone = getattr(address, "scope_id", None)
    return str(address) if zone is None or _ZONE.fullmatch(zone) else None
