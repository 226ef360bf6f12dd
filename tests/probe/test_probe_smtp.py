"""SMTP's way to TLS: the dialogue without a socket, servers that misbehave, and the lab's own server."""

import asyncio
import socket
import ssl
import time
from collections.abc import Iterable

import pytest
from real_servers import Files, raw_server, stop_sending_at_its_end

from tlswizard.checks.gathering import gathered
from tlswizard.core.case import Case, Options
from tlswizard.lab.exercise import find_exercise
from tlswizard.probe.starttls import Denied
from tlswizard.probe.starttls.smtp import dialogue

GREETING = b"220 mail.example ESMTP\r\n"
OFFER = b"250-mail.example\r\n250-SIZE 1000\r\n250-STARTTLS\r\n250 8BITMIME\r\n"
GO = b"220 2.0.0 ready\r\n"


def talked(pieces: Iterable[bytes]) -> tuple[str, list[bytes]]:
    """What the dialogue returns and what it sends when it hears these pieces."""
    talk = dialogue("me.invalid")
    sent = [next(talk)]
    for piece in pieces:
        try:
            sent.append(talk.send(piece))
        except StopIteration as done:
            return done.value, [s for s in sent if s]
    raise AssertionError(f"it has no end: {sent}")


def denied(pieces: Iterable[bytes]) -> Denied:
    with pytest.raises(Denied) as caught:
        talked(pieces)
    assert caught.value.detail.isprintable()
    return caught.value


def test_greeting_ehlo_starttls():
    assert talked([GREETING, OFFER, GO]) == (
        "mail.example ESMTP",
        [b"EHLO me.invalid\r\n", b"STARTTLS\r\n"],
    )


def test_one_byte_at_a_time_says_the_same():
    bytewise = [bytes((b,)) for b in GREETING + OFFER + GO]
    assert talked(bytewise) == talked([GREETING, OFFER, GO])


def test_a_greeting_of_several_lines():
    assert talked([b"220-mail.example\r\n220-no spam\r\n220 go on\r\n", OFFER, GO])[1][-1] == b"STARTTLS\r\n"


def test_bare_line_feeds_are_understood():
    assert talked([b"220 old ESMTP\n", b"250-old\n250 STARTTLS\n", b"220 go\n"])[1][-1] == b"STARTTLS\r\n"


def test_starttls_in_small_letters_is_an_offer():
    assert talked([GREETING, b"250-x\r\n250 starttls\r\n", GO])[1][-1] == b"STARTTLS\r\n"


@pytest.mark.parametrize("offer", [b"250 mail.example\r\n", b"250-mail.example\r\n250 XSTARTTLSX\r\n"])
def test_no_offer_is_said_so(offer):
    assert denied([GREETING, offer]).cause == "starttls-not-offered"


def test_the_word_in_the_greeting_line_is_no_offer():
    """The first line of an EHLO reply is a greeting (RFC 5321 section 4.1.1.1), not a keyword."""
    assert denied([GREETING, b"250-STARTTLS\r\n250 8BITMIME\r\n"]).cause == "starttls-not-offered"


def test_a_refusal_is_quoted():
    no = denied([GREETING, OFFER, b"454 4.7.0 TLS not available\r\n"])
    assert no.cause == "starttls-not-offered"
    assert "TLS not available" in no.detail


def test_a_refused_ehlo_is_quoted():
    assert "5.5.1 what" in denied([GREETING, b"502 5.5.1 what\r\n"]).detail


def test_a_server_that_turns_everybody_away():
    assert "too busy" in denied([b"554 too busy\r\n"]).detail


@pytest.mark.parametrize("greeting", [b"* OK IMAP\r\n", b"SSH-2.0-x\r\n", b"\x00\x01\x02\r\n", b"2x0 hm\r\n"])
def test_another_protocol_is_not_smtp(greeting):
    assert denied([greeting]).cause == "not-tls"


def test_control_characters_of_the_server_are_escaped():
    assert "\\x1b[2J" in denied([b"554 \x1b[2J\x07 gone\r\n"]).detail


def test_a_reply_without_end_is_cut_off():
    assert denied([GREETING, *([b"250-" + b"x" * 1000 + b"\r\n"] * 1000)]).cause == "not-tls"


def test_a_line_without_end_is_cut_off():
    assert denied([b"220 " + b"x" * 1000] * 1000).cause == "not-tls"


def test_what_follows_the_greeting_in_one_packet_is_not_the_answer_to_ehlo():
    """An offer that was put there before it was asked for is not believed (CVE-2011-0411's other side)."""
    assert denied([GREETING + OFFER, b"250 mail.example\r\n"]).cause == "starttls-not-offered"


def says_in_turn(*replies: bytes):
    def talk(one: socket.socket) -> None:
        for reply in replies:
            one.sendall(reply)
            if not one.recv(65536):
                return
        stop_sending_at_its_end(one)

    return talk


def goes_over_to_tls(files: Files, behind_220: bytes, *, dribble: bool = False):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.chain, files.key)

    def talk(one: socket.socket) -> None:
        for reply in (GREETING, OFFER, GO + behind_220):
            for piece in [bytes((b,)) for b in reply] if dribble else [reply]:
                one.sendall(piece)
                if dribble:
                    time.sleep(0.001)
            if reply[:3] == GO[:3] and reply is not GREETING:
                break
            one.recv(65536)
        with context.wrap_socket(one, server_side=True) as tls:
            tls.recv(1)

    return talk


def test_a_server_that_dribbles_is_heard_to_the_end(look, files, leaf):
    with raw_server(goes_over_to_tls(files, b"", dribble=True)) as port:
        shake = look(port, starttls="smtp").handshake
    assert (shake.outcome, shake.chain) == ("ok", leaf.chain)
    assert shake.greeting == "mail.example ESMTP"


def test_text_injected_behind_220_is_never_taken_for_tls(look, files, leaf):
    with raw_server(goes_over_to_tls(files, b"250-injected\r\n250 STARTTLS\r\n")) as port:
        shake = look(port, starttls="smtp").handshake
    assert shake.outcome in ("ok", "not-tls", "handshake-closed")
    assert shake.chain in ((), leaf.chain)
    assert "injected" not in (shake.greeting or "")


@pytest.mark.parametrize(
    ("replies", "cause"),
    [
        ((GREETING, b"250 mail.example\r\n"), "starttls-not-offered"),
        ((GREETING, OFFER, b"454 4.7.0 not now\r\n"), "starttls-not-offered"),
        ((GREETING, OFFER, GO, b"220 again\r\n"), "not-tls"),
        ((b"HTTP/1.1 400 Bad Request\r\n\r\n",), "not-tls"),
        ((b"SSH-2.0-OpenSSH_9.2\r\n",), "not-tls"),
        ((b"\x16\x03\x03\x00\x02\x02\x00",), "not-tls"),
    ],
)
def test_a_server_that_does_not_go_over(look, replies, cause):
    with raw_server(says_in_turn(*replies)) as port:
        shake = look(port, starttls="smtp").handshake
    assert (shake.outcome, shake.spoke_tls) == (cause, False)
    assert shake.detail.isprintable()


@pytest.mark.parametrize("said", [b"", b"220 mail", GREETING])
def test_a_server_that_hangs_up_in_between(look, said):
    def talk(one: socket.socket) -> None:
        if said:
            one.sendall(said)

    with raw_server(talk) as port:
        assert look(port, starttls="smtp").handshake.outcome == "handshake-closed"


def test_a_server_that_waits_for_the_client_to_speak(look):
    with raw_server(stop_sending_at_its_end) as port:
        assert look(port, starttls="smtp", timeout=0.3).handshake.outcome == "server-silent"


def test_a_protocol_that_this_version_does_not_speak_is_not_checked(look):
    with raw_server(stop_sending_at_its_end) as port:
        case = look(port, starttls="imap")
    assert case.handshakes.result is None
    assert "imap" in case.handshakes.failure


def test_the_labs_own_mail_server(content):
    found = find_exercise("smtp-starttls")

    async def seen() -> Case:
        async with found.open() as world:
            machine = world.machine
            case = Case(found.target, machine.observed, machine.now(), name=found.target.servername)
            return await gathered(machine, case, ("handshakes",), Options(timeout=3.0), content)

    case = asyncio.run(seen())
    assert case.handshake.outcome == "ok"
    assert case.handshake.greeting
    assert [c.title for c in case.chain] == list(reversed(found.chain_drawn))
