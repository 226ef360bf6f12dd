"""A pretend walk with canned pages: the screens know no other side of a walk than this one."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from tlswizard.content.glossary import Word
from tlswizard.core.blocks import (
    Bullets,
    Cell,
    Commands,
    Conclusion,
    Heading,
    Mark,
    Node,
    Paragraph,
    Rows,
    Table,
    Tree,
)
from tlswizard.core.target import BadTarget, parse_target
from tlswizard.wizard.page import Choice, Field, Look, Page
from tlswizard.wizard.start import Entry, Reading
from tlswizard.wizard.walk import Action, Walk

TITLE = "The remote certificate is invalid · jsanders4:443"
SEEN = "dana on srv-app-02"
WORDS = (
    Word("root", "root", ("roots",), "The top of a chain.", "Contoso Root CA.", ("RFC 5280 section 6.1",)),
    Word("store", "store", ("stores",), "A list of the roots that count.", "", ("RFC 5280", "RFC 4949")),
)
DONE = ("message ✓", "reach ✓ 12 ms", "chain ✓ 2 sent + 1 from store")


def no(text: str) -> Cell:
    return Cell(text, Mark.REFUSED)


def yes(text: str) -> Cell:
    return Cell(text, Mark.FINE)


QUESTION = Page(
    kind="question",
    title=TITLE,
    where="1 of 6  Recognise it",
    observed=SEEN,
    heading="Which program fails, and as whom does it run?",
    blocks=(
        Paragraph(
            "The same computer keeps several lists of trusted issuers. Which of them is asked depends on the "
            "program, and on the account that it runs as."
        ),
        Bullets(("A service has no desktop: it reads the machine's list alone.", "A browser reads yours.")),
    ),
    choices=(
        Choice("service", "A .NET program that runs as a service", "reads the machine's list"),
        Choice("mine", "A .NET program that I start myself", "reads both lists"),
        Choice("browser", "A browser"),
        Choice("unsure", "I am not sure", "all programs are looked at"),
    ),
    selected=1,
    enter="choose",
    why="Two accounts on one computer can disagree about one certificate.\n\nThe answer decides.",
    can_go_back=False,
)

INPUT = Page(
    kind="input",
    title=TITLE,
    where="1 of 6  Recognise it",
    observed=SEEN,
    heading="Which server?",
    blocks=(
        Paragraph("The name that the program was told, not the one that you would type into a browser."),
    ),
    field=Field(
        "Server and port", "jsanders4:443", "for example jsanders4:443 or https://jsanders4/service.asmx"
    ),
    done=("message ✓",),
)

CHECK = Page(
    kind="check",
    title=TITLE,
    where="4 of 6  Compare trust",
    observed=SEEN,
    heading="Compare trust",
    blocks=(
        Conclusion(Mark.REFUSED, "Your store trusts it, this machine's store does not", "certain"),
        Rows(
            (
                ("How I know", Cell("Contoso Root CA")),
                ("your store", yes("there, since 3 March")),
                ("machine store", no("not there")),
                ("", Cell("Programs you start read both lists. Services read the second.")),
            )
        ),
        Table(
            ("Program", "reads", "trusts it", "whole verdict"),
            (
                (Cell(".NET, as a service"), Cell("machine"), no("no"), no("refuses (root, name)")),
                (Cell(".NET, started by you"), Cell("yours + machine"), yes("yes"), no("refuses (name)")),
                (Cell("Chromium"), Cell("yours"), yes("yes"), no("refuses (name)")),
                (Cell("curl (OpenSSL)"), Cell("machine"), no("no"), Cell("", Mark.NOT_CHECKED)),
            ),
            "p all 11 programs and what they print",
        ),
        Rows(
            (
                ("What to do", Cell("Put Contoso Root CA into the machine's store.")),
                ("Who", Cell("an administrator of this machine")),
            )
        ),
    ),
    enter="show the fix",
    why="A service runs as another account and reads the machine's list.",
    details="subject=CN = Contoso Root CA\n  sha256 9D7F 9B30 82D7 8938\nverify error:num=20",
    say="Your computer keeps two lists of trusted issuers. The root is on yours; services read the other.",
    done=DONE,
)

FIX = Page(
    kind="fix",
    title=TITLE,
    where="5 of 6  Put right",
    observed=SEEN,
    heading="Put Contoso Root CA into the machine's store",
    blocks=(
        Commands(("certutil -addstore -f Root contoso-root.cer",)),
        Rows(
            (
                ("undo", Cell("certutil -delstore Root 9d7f9b3082d78938")),
                ("takes effect", Cell("for new processes; restart the application pool")),
            )
        ),
        Table(
            ("Proof", "now", "with this fix", "+ the full name"),
            (
                (Cell("curl (OpenSSL 3)"), no("refused"), no("refused (name)"), yes("accepted")),
                (Cell(".NET, as a service"), no("refused"), no("refused (name)"), yes("accepted")),
                (Cell("Java 17 (own store)"), no("refused"), no("refused"), no("see fix 3")),
            ),
            "judged by rules (.NET) and OpenSSL 4.0.3 + rules; nothing changed yet",
        ),
        Conclusion(
            Mark.WARNING,
            "Trusting a root means trusting everything it will ever issue. Compare this fingerprint with the "
            "one its owner gives you by phone or from the intranet.",
        ),
    ),
    choices=(
        Choice("done", "it has been done: look again"),
        Choice("cannot", "I cannot do this", "who can, and what to ask for"),
    ),
    enter="choose",
    copy="certutil -addstore -f Root contoso-root.cer",
    say="Please put the root into the machine's store.",
    done=(*DONE, "trust ✗"),
)

RETEST = replace(
    CHECK,
    kind="retest",
    where="6 of 6  Look again",
    heading="Look again",
    blocks=(
        Conclusion(Mark.FINE, "It works now: .NET as a service accepts this server", "certain"),
        Conclusion(Mark.NOT_CHECKED, "Revocation: its address could not be reached from here"),
    ),
    enter="go on",
)

FINISH = Page(
    kind="finish",
    title=TITLE,
    where="6 of 6  Solved",
    observed=SEEN,
    heading="Solved",
    blocks=(
        Conclusion(Mark.FINE, "It works: .NET as svc_web accepts this server now (and 3 more programs)"),
        Rows(
            (
                ("What it was", Cell("1  the root was missing from the machine's store")),
                ("", Cell("2  the short name is not on the certificate")),
                ("Not checked", Cell("revocation", Mark.NOT_CHECKED)),
            )
        ),
        Heading("Note for the ticket"),
        Commands(("tlswizard 0.1, playbook remote-certificate-invalid 3", "Server   jsanders4:443")),
    ),
    copy="tlswizard 0.1, playbook remote-certificate-invalid 3\nServer   jsanders4:443",
    over=True,
    done=DONE,
)

STORY = (QUESTION, INPUT, CHECK, FIX, RETEST, FINISH)

CHAIN = Look(
    "The chain of jsanders4:443",
    SEEN,
    (
        Tree(
            (
                Node(
                    "Contoso Root CA",
                    "from your store, not sent",
                    (Cell("self-signed · RSA 4096"), yes("nothing wrong")),
                ),
                Node(
                    "Contoso Subordinate CA",
                    "sent, position 1",
                    (Cell("RSA 2048 · until 2029"), yes("nothing wrong")),
                ),
                Node(
                    "jsanders4.northamerica.corp.example",
                    "sent, position 0",
                    (Cell("RSA 2048 · 12 Jan 2026 to 11 Jan 2027"), no("other name")),
                    current=True,
                ),
            )
        ),
        Conclusion(
            Mark.REFUSED, "The certificate is for the full name. You asked for the short one.", "certain"
        ),
    ),
    copy="-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
)


PROGRAMS = (
    Choice("service", ".NET, as a service", "✗ refuses (root, name)"),
    Choice("mine", ".NET, started by you", "✗ refuses (name)"),
    Choice("browser", "Chromium", "✓ accepts", group="Not installed here"),
    Choice("curl", "curl", "✗ refuses (root)"),
)


class FakeWalk:
    """Goes through its pages in order, and remembers what it was handed."""

    def __init__(self, *pages: Page, code: int = 2) -> None:
        self.pages = pages or STORY
        self.page = self.pages[0]
        self.at = 0
        self.taken: list[Action] = []
        self.lines: list[str] = []
        self.code = code
        self.progress: Callable[[str], None] = lambda _: None
        self.wait: asyncio.Event | None = None
        self.error: Exception | None = None
        self.compared: list[tuple[str, str]] = []

    async def open(self) -> Page:
        return self.page

    async def take(self, action: Action) -> Page:
        self.taken.append(action)
        if self.error:
            raise self.error
        if self.wait:
            self.progress("looking at the chain")
            await self.wait.wait()
        self.at = (
            max(self.at - 1, 0) if type(action).__name__ == "Back" else min(self.at + 1, len(self.pages) - 1)
        )
        self.page = self.pages[self.at]
        return self.page

    def findings(self) -> Look:
        if self.error:
            raise self.error
        return Look(
            "All findings", SEEN, (Bullets(("root-user-only", "name-mismatch")),), copy="root-user-only"
        )

    def programs(self) -> Look:
        return Look("Programs", SEEN, (CHECK.blocks[2],))

    def judged(self) -> tuple[Choice, ...]:
        return PROGRAMS

    def differ(self, one: str, two: str) -> Look:
        self.compared.append((one, two))
        if self.error:
            raise self.error
        return Look("Why do these two differ?", SEEN, (Paragraph(f"{one} reads another store than {two}."),))

    def chain(self) -> Look:
        return CHAIN

    def glossary(self) -> tuple[Word, ...]:
        return WORDS

    def note(self) -> str:
        return "\n".join(["tlswizard 0.1", "Server   jsanders4:443", *self.lines])

    def add_to_note(self, text: str) -> None:
        self.lines.append(text)

    def exit_code(self) -> int:
        return self.code


PLAYBOOKS = (
    "The remote certificate is invalid",
    "Works in the browser, fails in the program",
    "The mail server refuses TLS (SMTP, Exchange)",
    "The certificate expired, or soon will",
    "Could not create a secure channel (the handshake fails)",
    "The name does not match",
    "Java says: PKIX path building failed",
    "Is it revoked?",
    "After the certificate was renewed",
)


class FakeBegin:
    observed = SEEN

    def __init__(self, walk: Walk | None = None) -> None:
        self.walk = walk or FakeWalk()
        self.opened: list[tuple[Reading, Entry]] = []
        self.error: Exception | None = None
        self.listed = 0

    def read(self, text: str) -> Reading:
        if not text.strip():
            return Reading("empty", "")
        if "PKIX" in text:
            return Reading("message", "a message of Java", message=text, playbook="playbook-7")
        if "??" in text:
            return Reading("unclear", "That names no server. Type a name, for example example.com:443.")
        try:
            target = parse_target(text)
        except BadTarget as error:
            return Reading("unclear", str(error))
        return Reading(
            "server", f"server {target.host} · port {target.port} · TLS from the first byte", target
        )

    def entries(self) -> tuple[Entry, ...]:
        self.listed += 1
        playbooks = [
            Entry("playbook", f"playbook-{n}", title, "the usual way in" if n == 1 else "")
            for n, title in enumerate(PLAYBOOKS, 1)
        ]
        session = Entry(
            "session", "/s/1.json", "Go on with mail.corp.example:25", 'yesterday, at "Compare trust"'
        )
        tour = Entry(
            "exercise", "tour", "New to this? Take the tour on a practice server", "no network needed"
        )
        return (*playbooks, session, tour)

    async def open(self, reading: Reading, entry: Entry) -> Walk:
        if self.error:
            raise self.error
        self.opened.append((reading, entry))
        return self.walk
