"""Whether a finding fits the pasted message, and what is said when nothing does."""

from dataclasses import replace

import pytest
from diagnosis_cases import CONTENT, diagnosed, observed
from wizard_driver import enter, enter_through, story, strings, walking

from tlswizard.core.blocks import Conclusion, Mark, Rows
from tlswizard.core.finding import Diagnosis, Found
from tlswizard.diagnosis.diagnose import diagnose
from tlswizard.wizard.fitting import UNEXPLAINED, Heard, fits, hear, unexplained
from tlswizard.wizard.page import Page
from tlswizard.wizard.plain import rendered
from tlswizard.wizard.walk import Chose, Typed

NO_ISSUER = "unable to get local issuer certificate"
EXPIRED = "certificate has expired"


def heard(text: str) -> Heard:
    found = hear(text, CONTENT)
    assert found is not None
    return found


def told(id_: str, named: str) -> tuple[Diagnosis, Found]:
    """The diagnosis of an exercise for this program, and its most urgent cause."""
    diagnosis = diagnose(observed(id_), CONTENT, (named,))
    return diagnosis, diagnosis.urgent[0]


def line(text: str, id_: str, named: str | None, asked: str = "openssl") -> str:
    diagnosis, found = told(id_, named or asked)
    return fits(heard(text), found, diagnosis, named, CONTENT)


# ── one finding ──


def test_nothing_pasted_is_nothing_heard():
    assert hear("", CONTENT) is None


def test_a_cause_that_the_message_can_mean_fits_it():
    assert line(f"a log: {NO_ISSUER} (20)", "missing-intermediate", None) == (
        f"This fits your message: “{NO_ISSUER}”"
    )


def test_a_cause_that_it_cannot_mean_does_not():
    assert line(EXPIRED, "missing-intermediate", None) == ""


def test_a_message_that_only_says_that_something_is_wrong_fits_nothing_in_particular():
    text = "The remote certificate is invalid according to the validation procedure"
    assert line(text, "missing-intermediate", None) == ""


def test_a_message_that_nobody_knows_fits_nothing():
    assert line("the frobnicator has come loose", "missing-intermediate", None) == ""


@pytest.mark.parametrize(
    "text",
    [
        f"curl: (60) SSL certificate problem: {NO_ISSUER}",
        f"$ curl -s https://x\n  CURL: (60)  SSL certificate\n problem: {NO_ISSUER.upper()}\nMore details:",
    ],
)
def test_the_words_of_the_named_program_are_told_as_such(text: str):
    assert line(text, "missing-intermediate", "curl") == "This is word for word what curl says"


def test_a_title_with_a_comma_is_quoted():
    diagnosis, found = told("missing-intermediate", "dotnet-service")
    client = diagnosis.client("dotnet-service")
    assert client is not None
    assert client.verdict.message
    assert client.names is not None
    of_it = next(f for f in diagnosis.urgent if f.id == client.names.cause)
    said = fits(heard(f"Oh: {client.verdict.message}"), of_it, diagnosis, client.id, CONTENT)
    assert said == "This is word for word what “.NET, as a service” says"
    assert found.id == of_it.id


def test_a_program_that_would_print_other_words_explains_no_message():
    """The message can mean it, and yet this program has not printed it about this server."""
    text = "Error: self-signed certificate in certificate chain"
    assert line(text, "untrusted-root", "openssl").startswith("This ")
    assert line(NO_ISSUER, "untrusted-root", None) == f"This fits your message: “{NO_ISSUER}”"
    assert line(NO_ISSUER, "untrusted-root", "openssl") == ""


def test_a_program_that_accepts_the_server_explains_no_message():
    diagnosis, found = told("two-stores", "dotnet-framework-service")
    assert found.id == "root-user-only"
    accepting = replace(
        diagnosis,
        clients=tuple(
            replace(c, verdict=replace(c.verdict, result="accept", message=None), names=None)
            for c in diagnosis.clients
        ),
    )
    text = "NET::ERR_CERT_AUTHORITY_INVALID"
    assert fits(heard(text), found, diagnosis, None, CONTENT) != ""
    assert fits(heard(text), found, accepting, "dotnet-framework-service", CONTENT) == ""


def test_what_explains_a_cause_fits_the_messages_of_that_cause():
    """No message says `root-user-only`: they all say that the root is not trusted."""
    assert line("NET::ERR_CERT_AUTHORITY_INVALID", "two-stores", None, "dotnet-framework-service") == (
        "This fits your message: “NET::ERR_CERT_AUTHORITY_INVALID”"
    )


def test_two_findings_of_one_kind_are_told_apart_by_their_certificate():
    diagnosis, found = told("expired", "openssl")
    other = replace(found, certificate=diagnosis.case.chain[1])
    text = f"openssl: {EXPIRED}"
    assert "word for word" in fits(heard(text), found, diagnosis, "openssl", CONTENT)
    assert "word for word" not in fits(heard(text), other, diagnosis, "openssl", CONTENT)


def test_a_long_message_is_quoted_with_an_ellipsis():
    name = "x" * 50
    text = (
        f"SSL: certificate subject name '{name}.example.com' does not match target host name '{name}.example'"
    )
    said = line(text, "short-name", None, "dotnet-framework")
    assert said.endswith("…”")
    assert len(said) < 100


# ── all of them ──


def test_nothing_that_was_found_can_be_meant():
    causes = diagnosed("missing-intermediate").causes
    assert unexplained(heard(EXPIRED), causes, CONTENT)
    assert not unexplained(heard(NO_ISSUER), causes, CONTENT)
    assert not unexplained(heard(f"{EXPIRED}\n{NO_ISSUER}"), causes, CONTENT)
    assert unexplained(heard(NO_ISSUER), (), CONTENT)


def test_what_only_other_programs_mind_explains_a_message_as_well():
    causes = tuple(replace(f, severity="info") for f in diagnosed("expired").causes)
    assert not unexplained(heard(EXPIRED), causes, CONTENT)


def test_a_message_for_every_fault_is_explained_by_any_that_counts():
    message = heard("The remote certificate is invalid according to the validation procedure")
    causes = diagnosed("expired").causes
    assert not unexplained(message, causes, CONTENT)
    assert unexplained(message, tuple(replace(f, severity="info") for f in causes), CONTENT)
    assert unexplained(message, (), CONTENT)


def test_of_a_message_that_nobody_knows_nothing_can_be_said():
    assert not unexplained(heard("the frobnicator has come loose"), (), CONTENT)


# ── on the pages, in the lines and in the note ──


def fit_of(page: Page) -> list[str]:
    return [
        cell.text
        for block in page.blocks
        if isinstance(block, Rows)
        for _, cell in block.rows
        if cell.text.startswith(("This fits your message", "This is word for word"))
    ]


def test_the_page_of_the_cause_the_lines_and_the_note_all_say_it():
    async def run() -> None:
        async with walking("missing-intermediate") as (walk, _):
            page = await enter_through(walk, until="View the chain")
            said = "This is word for word what Python (to 3.12) says"
            assert fit_of(page) == [said]
            assert f"· {said}" in rendered(page)
            assert said in walk.note()
            await enter_through(walk)
            assert said in walk.note()

    story(run)


def test_the_page_of_another_cause_keeps_quiet():
    async def run() -> None:
        async with walking("two-faults-at-once") as (walk, _):
            said: dict[str, list[str]] = {}

            def seen(page: Page) -> None:
                if page.kind == "check":
                    said[page.heading] = fit_of(page)

            await enter_through(walk, seen)
            assert len(said) == 2
            assert sorted(map(len, said.values())) == [0, 1]

    story(run)


def unexplained_on(page: Page) -> int:
    rows = [b for b in page.blocks if isinstance(b, Conclusion) and b.text == UNEXPLAINED]
    assert {b.mark for b in rows} <= {Mark.WARNING}
    return len(rows)


def test_a_message_that_nothing_explains_is_told_once_everything_was_looked_at():
    async def run() -> None:
        async with walking("missing-intermediate", message="x509: certificate has expired") as (walk, _):
            pages: list[Page] = []
            last = await enter_through(walk, pages.append)
            assert unexplained_on(last) == 1
            assert f"! {UNEXPLAINED}" in rendered(last)
            assert UNEXPLAINED in walk.note()
            earlier = [page for page in pages if page.kind == "check"]
            assert [unexplained_on(page) for page in earlier] == [0] * len(earlier)
            assert UNEXPLAINED not in " ".join(strings([p.copy for p in pages[:-1]]))

    story(run)


def test_what_was_put_right_in_the_meantime_still_explains_the_message():
    async def run() -> None:
        async with walking("missing-intermediate") as (walk, _):
            last = await enter_through(walk)
            assert unexplained_on(last) == 0
            assert UNEXPLAINED not in walk.note()

    story(run)


def test_what_is_left_at_the_end_is_held_against_the_message_too():
    """On the page of everything, in the place of a conclusion of its own."""

    async def run() -> None:
        async with walking("expired", message="PKIX path building failed") as (walk, _):
            while walk.page.kind != "fix":
                await walk.take(enter(walk.page))
            await walk.take(Chose("cannot"))
            page = await enter_through(walk, until="Everything else")
            assert unexplained_on(page) == 1

    story(run)


def test_another_computer_was_not_looked_at_so_nothing_is_claimed():
    async def run() -> None:
        async with walking("missing-intermediate", message="x509: certificate has expired") as (walk, _):
            while [c.id for c in walk.page.choices] != ["yes", "no"]:
                await walk.take(enter(walk.page))
            await walk.take(Chose("no"))
            last = await enter_through(walk)
            assert unexplained_on(last) == 0
            assert UNEXPLAINED not in walk.note()

    story(run)


def test_a_walk_that_ended_early_claims_nothing():
    async def run() -> None:
        inputs = {"server": "https://api.fabrikam.exampel"}
        async with walking("missing-intermediate", inputs=inputs) as (walk, _):
            await enter_through(walk, until="The name is not known here")
            await walk.take(Chose("yes"))
            assert walk.page.over
            assert UNEXPLAINED not in walk.note() + " ".join(strings(walk.page.blocks))

    story(run)


def test_a_message_that_is_pasted_later_counts():
    async def run() -> None:
        async with walking("missing-intermediate", message="") as (walk, _):
            page = await walk.take(Typed(NO_ISSUER))
            assert fit_of(page) == []
            assert fit_of(await enter_through(walk, until="View the chain")) != []

    story(run)
