"""What was read, as a page: who says it, what it means, what it does not mean, where it stands, what next."""

import re
from collections.abc import Iterator

from tlswizard.content.library import Content
from tlswizard.core.blocks import Block, Cell, Commands, Conclusion, Heading, Mark, Paragraph, Rows
from tlswizard.core.target import BadTarget, Target, parse_target
from tlswizard.core.text import visible
from tlswizard.explain.match import Match, Reading
from tlswizard.explain.playbooks import USUAL

MAX_MORE = 8
"""Further messages that are listed; the others are counted."""

NOTHING = (
    "Nothing known here. Paste the message with the lines around it, as the program printed it: what names"
    " the cause is often a line below."
)
KEY = (
    "There is a private key in this text. It was not kept and is shown nowhere. Whoever has read it can"
    " pretend to be its owner: if the text has been sent or posted, have the key replaced."
)
CERTIFICATE = "This is a certificate, not a message. To look at it, save it and type:"
HALF = (
    "This is a part of a certificate, not a message. Save the whole of it, with its first and last line, and"
    " type:"
)
LOOK_AT_IT = ("tlswizard check --chain FILE",)
SHORTENED = "The text is too varied or too long to look at all of it closely; a message may be missing here."

_NAMES = {
    "apt": "apt", "aria2": "aria2", "aws-cli": "the AWS command line", "aiohttp": "aiohttp",
    "boringssl": "BoringSSL", "bouncy-castle": "Bouncy Castle", "bun": "Bun", "check-http": "check_http",
    "clock": "a browser", "conda": "conda", "connection": "the operating system", "fetchmail": "fetchmail",
    "glib": "GLib", "haproxy": "HAProxy", "haproxy-server": "HAProxy", "http": "HTTP", "httpx": "httpx",
    "iis": "IIS", "java": "Java", "java-17": "Java", "java-25": "Java",
    "key-files": "a program with a key file", "ldap-openssl": "an LDAP client", "libpq": "PostgreSQL",
    "macos-network": "macOS", "mail-server-log": "a mail server's log", "mail-servers": "a mail server",
    "mariadb": "MariaDB", "mbedtls": "Mbed TLS", "mbsync": "mbsync", "msmtp": "msmtp", "nginx": "nginx",
    "nginx-server": "nginx", "openldap": "OpenLDAP", "openssl-1.1.1": "OpenSSL", "openssl-codes": "OpenSSL",
    "openvpn": "OpenVPN", "oracle-database": "Oracle", "pip": "pip", "powershell": "PowerShell",
    "proxy": "a proxy", "pycurl": "pycurl", "rdp": "Remote Desktop", "redis-cli": "redis-cli",
    "rustls": "rustls", "safari": "macOS", "sap": "SAP", "signatures": "a check of signatures",
    "socat": "socat", "sql-server": "SQL Server", "ssh": "SSH", "stunnel": "stunnel", "svn": "Subversion",
    "swaks": "swaks", "vpn": "a VPN", "w3m": "w3m", "windows-domain": "Windows",
    "windows-network": "Windows", "winsock": "Windows", "wolfssl": "wolfSSL",
}  # fmt: skip
"""Who speaks, where neither the row's title nor its id with a capital says it."""


def page(told: Reading, content: Content) -> tuple[Block, ...]:
    """Blocks in the order in which a person asks."""
    return tuple(_page(told, content))


def _page(told: Reading, content: Content) -> Iterator[Block]:
    if told.matches:
        best, *others = told.matches
        yield from _best(best, content)
        if others:
            yield Heading("Also there")
            yield Rows(tuple((f"line {m.line}", Cell(_shortly(m, content))) for m in others[:MAX_MORE]))
            if len(others) > MAX_MORE:
                yield Paragraph(f"And {len(others) - MAX_MORE} more.")
    elif told.withheld.certificates or told.withheld.half:
        yield Conclusion(Mark.NOT_CHECKED, HALF if told.withheld.half else CERTIFICATE)
        yield Commands(LOOK_AT_IT)
    elif not told.withheld.key:
        yield Conclusion(Mark.NOT_CHECKED, NOTHING)
    else:
        yield Conclusion(Mark.NOT_CHECKED, "No message is known in this text.")
    if told.withheld.key:
        yield Conclusion(Mark.WARNING, KEY)
    if told.matches and told.withheld.certificates:
        yield Paragraph("The text has certificates in it, too. To look at them, save it and type:")
        yield Commands(LOOK_AT_IT)
    if told.shortened:
        yield Paragraph(SHORTENED)


def said_by(match: Match, content: Content) -> str:
    """The name of the program that says it."""
    if match.client in _NAMES:
        return _NAMES[match.client]
    family = match.client.partition("-")[0]
    for id_ in (match.client, family):
        if id_ in content.clients:
            # as whom it runs, of which version it is and with which library no message says
            return re.split(r",| \(", content.clients[id_].title)[0]
    return match.client.replace("-", " ").capitalize()


def _first(name: str) -> str:
    """At the beginning of a sentence: `A proxy`; the name of a program is spelt as it is."""
    return name[:1].upper() + name[1:] if name.startswith(("a ", "an ", "the ")) else name


def _best(match: Match, content: Content) -> Iterator[Block]:
    titles = [content.causes[c].title for c in match.causes if c in content.causes]
    who = said_by(match, content)
    if match.kind == "not-ours":
        yield Conclusion(Mark.INFO, f"{_first(who)} says this, and it is not about the server’s certificate")
    elif match.kind == "any-fault":
        yield Conclusion(Mark.NOT_CHECKED, f"{_first(who)} refuses the server, and does not say why")
    else:
        said = f"{_first(who)} says: {titles[0]}" if titles else f"{_first(who)} refuses the server"
        yield Conclusion(Mark.REFUSED, said, "likely" if len(titles) > 1 else "")
    rows = [("The message", Cell(f"“{match.shown}”")), ("Where", Cell(_where(match)))]
    if len(titles) > 1:
        rows.append(("It can also be", Cell(titles[1])))
        rows += [("", Cell(title)) for title in titles[2:]]
    if match.cut:
        rows.append(("Cut off", Cell("The text ends before the message does.")))
    yield Rows(tuple(rows))
    if match.causes and match.causes[0] in content.causes:
        yield Paragraph(content.causes[match.causes[0]].meaning)
    if match.note:
        yield Paragraph(match.note)
    yield from _next(match, content)


def _where(match: Match) -> str:
    if match.count > 1:
        return f"{match.count} times, first in line {match.line}"
    return f"line {match.line}"


def _next(match: Match, content: Content) -> Iterator[Block]:
    if match.playbook is None:
        if not match.note:
            yield Paragraph("Ask whoever runs the program that prints it.")
        return
    server = _server(match)
    words = ["tlswizard"]
    if match.playbook != USUAL or server is None:
        words += ["--playbook", match.playbook]
    if server is not None:
        words.append(_typed(server))
        yield Paragraph("To find out which it is, and to see the repair proven:" if len(match.causes) != 1
                        else "To see whether it is so, and the repair proven:")  # fmt: skip
    else:
        yield Paragraph("To find out on the server itself, and to see the repair proven:")
    yield Commands((" ".join(words),))


def _server(match: Match) -> Target | None:
    try:
        return parse_target(match.server) if match.server else None
    except BadTarget:
        return None


def _typed(server: Target) -> str:
    """As it is typed: nothing of the text but a checked name, a port and a known scheme."""
    if server.starttls and server.scheme:
        return f"{server.scheme}://{server.where}"
    return server.where


def _shortly(match: Match, content: Content) -> str:
    times = f", {match.count} times" if match.count > 1 else ""
    titles = [content.causes[c].title for c in match.causes if c in content.causes]
    meaning = titles[0] if titles else match.note or "it names no cause"
    return f"{said_by(match, content)}{times}: “{visible(match.shown, 100)}”. {meaning}".rstrip(".") + "."
