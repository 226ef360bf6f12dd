"""Of which program a pasted message is, and which row of the programs is offered for it."""

import pytest
from diagnosis_cases import CONTENT
from wizard_driver import enter, story, walking

from tlswizard.content.clients import ClientRow
from tlswizard.explain.match import explain
from tlswizard.wizard.opening import read
from tlswizard.wizard.page import Page
from tlswizard.wizard.pages import NOT_INSTALLED
from tlswizard.wizard.speaker import introduced, meaning, row_of
from tlswizard.wizard.walk import Typed

CURL = "curl: (60) SSL certificate problem: unable to get local issuer certificate"
JAVA = "PKIX path building failed: unable to find valid certification path to requested target"
GO = "x509: certificate signed by unknown authority"
FRAMEWORK = "Could not establish trust relationship for the SSL/TLS secure channel"
NO_CHAIN, NO_TRUST = "the server does not send the whole chain", "the issuer is not trusted here"
LIBRARY = "unable to get local issuer certificate"


def rows(platform: str) -> list[ClientRow]:
    return [row for row in CONTENT.clients.values() if row.found_by and platform in row.stores]


def offered(text: str, *found: str, platform: str = "linux") -> str | None:
    return row_of(explain(text, CONTENT), CONTENT, rows(platform), found)


# ── the row ──


@pytest.mark.parametrize(("text", "id_"), [(CURL, "curl"), (GO, "go")])
def test_a_message_that_one_program_prints_names_it_installed_or_not(text: str, id_: str):
    assert offered(text, "openssl", id_) == id_
    assert offered(text, "openssl") == id_
    assert offered(text) == id_


def test_of_the_versions_that_print_it_one_that_is_installed():
    assert offered(JAVA, "openssl", "java-25") == "java-25"
    assert offered(JAVA, "java-17", "java-25") == "java-17"
    assert offered(JAVA, "openssl") == "java-17"


def test_the_account_is_not_said_so_the_first_that_is_installed():
    service, mine = "dotnet-framework-service", "dotnet-framework"
    assert offered(FRAMEWORK, service, platform="windows") == service
    assert offered(FRAMEWORK, mine, service, platform="windows") == mine
    assert offered(FRAMEWORK, platform="windows") == mine


def test_where_the_program_is_not_its_like_speaks_with_its_words():
    """On Windows .NET is no row of its own."""
    text = "The remote certificate is invalid according to the validation procedure"
    assert offered(text, platform="windows") == "dotnet-framework"
    assert offered(text, "dotnet") == "dotnet"


def test_the_words_of_a_library_name_nobody_who_is_not_there():
    assert offered(LIBRARY, "curl") is None
    assert offered(LIBRARY, "curl", "openssl") == "openssl"


def test_a_text_in_which_several_speak_names_nobody_who_is_not_there():
    log = "\n".join([CURL, *["some other line of a log"] * 20, GO])
    assert offered(log) is None
    assert offered(log, "go") == "go"


@pytest.mark.parametrize("text", ["", "the frobnicator has come loose", "ssh: Host key verification failed."])
def test_what_is_no_message_of_ours_names_nobody(text: str):
    assert offered(text, "curl", "openssl") is None


# ── on the page ──


async def programs(id_: str, text: str, **more: object) -> Page:
    async with walking(id_, message="", likely=None, **more) as (walk, _):
        await walk.take(Typed(text))
        while not (walk.page.kind == "input" and len(walk.page.choices) > 3):
            await walk.take(enter(walk.page))
        return walk.page


def test_a_program_that_is_not_installed_is_selected_and_says_why():
    async def run() -> None:
        page = await programs("missing-intermediate", GO)
        chosen = page.choices[page.selected]
        assert (chosen.id, chosen.hint) == ("go", "your message is one of its")

    story(run)


def test_those_that_are_installed_come_first_and_the_others_under_a_heading():
    async def run() -> None:
        page = await programs("missing-intermediate", LIBRARY)
        ids = [choice.id for choice in page.choices]
        headed = [(at, choice.group) for at, choice in enumerate(page.choices) if choice.group]
        assert headed == [(ids.index("not-sure") + 1, NOT_INSTALLED)]
        assert set(ids[: ids.index("not-sure")]) == {"openssl", "python"}
        assert page.choices[page.selected].id == "openssl"
        assert not [choice.hint for choice in page.choices if choice.hint]
        assert "strict" not in ids  # a yardstick, which nobody runs

    story(run)


def test_in_the_lab_the_program_of_the_exercise_stays_selected():
    async def run() -> None:
        async with walking("two-stores", message="") as (walk, _):
            await walk.take(Typed(JAVA))
            await walk.take(enter(walk.page))
            assert walk.page.choices[walk.page.selected].id == "dotnet-framework-service"

    story(run)


# ── in words ──


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (CURL, f"a message of curl: {NO_CHAIN} — or: {NO_TRUST}"),
        (FRAMEWORK, "a message of .NET Framework: it only says that something is wrong, not what"),
        (
            GO,
            "a message of Go: the issuer is not trusted here — or: the server does not send the whole chain",
        ),
    ],
)
def test_the_start_screen_says_who_spoke_and_what_is_said(text: str, said: str):
    assert read(text, CONTENT).line == said


def test_no_id_of_ours_is_shown_for_a_program_without_a_row():
    told = explain("fetchmail: Server certificate verification error: unable to get issuer", CONTENT)
    assert told[0].client not in CONTENT.clients
    assert introduced(told, CONTENT).startswith("a message of fetchmail")


def test_the_page_says_it_too():
    assert meaning(explain(CURL, CONTENT), CONTENT) == (f"curl says: {NO_CHAIN} — or: {NO_TRUST}")
    assert meaning(explain(FRAMEWORK, CONTENT), CONTENT) == (
        ".NET Framework only says that something is wrong, not what"
    )
    assert meaning((), CONTENT) == "not known here: choose what comes closest"


def test_what_looks_alike_and_is_not_ours_is_told_as_such():
    told = explain("Host key verification failed.", CONTENT)
    assert told[0].kind == "not-ours"
    assert introduced(told, CONTENT) == meaning(told, CONTENT) == told[0].note


# ── one word, or a few ──


@pytest.mark.parametrize(
    "text", ["SEC_ERROR_UNKNOWN_ISSUER", "Firefox: SEC_ERROR_UNKNOWN_ISSUER", "certificate has expired"]
)
def test_a_short_message_is_one(text: str):
    assert read(text, CONTENT).kind == "message"


@pytest.mark.parametrize("text", ["my_host", "expired.example.com", "https://revoked.example/not valid"])
def test_a_server_stays_a_server(text: str):
    assert read(text, CONTENT).kind == "server"


def test_a_short_message_keeps_the_server_that_it_names():
    reading = read("SEC_ERROR_UNKNOWN_ISSUER https://shop.example/x", CONTENT)
    assert reading.kind == "message"
    assert reading.target is not None
    assert reading.target.where == "shop.example:443"
    assert reading.line.endswith("· server shop.example:443")
