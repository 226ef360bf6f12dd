"""Whatever the bytes of a playbook: it is proven, or refused with messages that can be shown, soon and in
little memory; and what is proven never breaks the engine."""

import random
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from time import monotonic

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlswizard.content.library import Content
from tlswizard.content.reader import MAX_BYTES, MAX_PROBLEMS, BadFile, read
from tlswizard.core.blocks import Commands
from tlswizard.playbook.bad_advice import bad_advice
from tlswizard.playbook.declared import Declared
from tlswizard.playbook.engine import (
    CheckEnded,
    Chosen,
    Ended,
    Event,
    FixEnded,
    InputGiven,
    NotNow,
    Retested,
    State,
    Want,
    WantAnswer,
    WantCheck,
    WantFix,
    WantGoOn,
    WantInput,
    WantRetest,
    WentBack,
    WentOn,
    resume,
    start,
    tell,
    want,
)
from tlswizard.playbook.format import FIX_ENDINGS, INPUT_TYPES, NOT_SURE, RETEST_ENDINGS, Playbook
from tlswizard.playbook.parse import TOP_KEYS, Examined, examine, parse
from tlswizard.playbook.steps import COMMON_KEYS, KIND_KEYS
from tlswizard.playbook.summary import headline, summarised
from tlswizard.playbook.texts import BY_HAND, blocks, fill
from tlswizard.playbook.typed import NotAccepted
from tlswizard.playbook.using import expanded
from tlswizard.wizard.declared import declared as catalogue
from tlswizard.wizard.shelf import Shelf

sys.path.append(str(Path(__file__).parents[1] / "content"))

from hostile_bytes import STEADY, anything, assert_sound, filled, mutated

CONTENT = Content.shipped()
SHELF = Shelf(CONTENT)
FILES = [CONTENT.playbook_file(id_)[1] for id_ in CONTENT.playbook_ids]
ALL = replace(catalogue(CONTENT), playbooks={id_: SHELF.summary(id_) for id_ in CONTENT.playbook_ids})
KEYS = (*TOP_KEYS, *COMMON_KEYS, *KIND_KEYS, *(key for keys in KIND_KEYS.values() for key in keys))
SECONDS = 10
"""For a whole file of 256 KB, on a slow and busy computer: 1 to 2 on an idle one."""


def looked_at(data: bytes, declared: Declared = ALL) -> Examined:
    """All that is done with a file before it runs; nothing of it raises."""
    found = examine(data, "some file.playbook.yaml", declared)
    if found.problems:
        assert_sound(found.problems, data)
    errors = [problem for problem in found.problems if problem.severity == "error"]
    assert (found.playbook is None) == bool(errors)
    headline(data, "some file")
    try:
        summarised(read(data, "some file"))
    except BadFile as bad:
        assert found.playbook is None
        assert_sound(bad.problems, data)
    return found


@STEADY
@given(anything(KEYS, FILES))
def test_whatever_the_bytes_it_is_proven_or_refused_with_a_message(data: bytes) -> None:
    looked_at(data)


@STEADY
@given(mutated(FILES))
def test_a_shipped_playbook_after_any_accident_is_proven_or_refused(data: bytes) -> None:
    looked_at(data)


# ── the largest files ──

HEAD = 'tlswizard: 1\nid: x\ntitle: X\nversion: "1"\n'
STEPS = f"{HEAD}steps:\n"
END = "  zz:\n    finish: solved\n"
TEXT = f"{STEPS}  a:\n    next: zz\n    explain: >\n"
WAYS = f"{STEPS}  a:\n    check: net.reach\n    next:\n      ? "

LARGE: Mapping[str, bytes] = {
    "misspelt steps": filled(STEPS, "  step-@:\n    explain: a\n    next: step-@x\n", END),
    "unknown keys": filled(HEAD, "k@: \n"),
    "unknown keys of a step": filled(f"{STEPS}  a:\n    finish: solved\n", "    k@: a\n"),
    "no kind": filled(STEPS, "  a@: {askk: b}\n"),
    "unknown values": filled(TEXT, "      {b@}\n", END),
    "misspelt values": filled(TEXT, "      {sitf.fact-@}\n", END),
    "values of values": filled(TEXT, "      {server.__class__.{site.}}\n", END),
    "outcomes in one line": filled(WAYS, "o@, ", f"\n      : zz\n{END}"),
    "an outcome again and again": filled(WAYS, "ok, ", f"\n      : zz\n{END}"),
    "commas": filled(WAYS, ",", f"\n      : zz\n{END}"),
    "answers": filled(f"{STEPS}  a:\n    ask: b\n    choices:\n", "      c@: {next: zz, label: a}\n", END),
    "inputs": filled(f"{HEAD}inputs:\n", "  i@: {type: server, label: b}\n", f"steps:\n{END}"),
    "inputs and values": filled(
        f"{HEAD}inputs:\n{''.join(f'  i{n}: {{type: text, label: b}}{chr(10)}' for n in range(999))}steps:\n",
        "  s@: {explain: '{i1} {iq@}', next: zz}\n",
        END,
    ),
    "a long way": filled(STEPS, "  s@:\n    explain: a\n    next: s1@\n", END),
    "a long way that leads on": "".join(
        (
            STEPS,
            *(f"  s{n}:\n    explain: a\n    next: s{n + 1}\n" for n in range(6000)),
            "  s6000: {finish: solved}\n",
        )
    ).encode(),
    "circles": filled(STEPS, "  s@: {explain: a, next: s@}\n"),
    "checks and their values": "".join(
        (
            STEPS,
            *(
                f"  s{n}: {{check: everything, next: {{ok: s{n + 1}, problem: zz, not-checked: zz}}}}\n"
                for n in range(1500)
            ),
            "  s1500: {explain: '",
            *(f"{{s{n}.count}} " for n in range(1500)),
            f"', next: zz}}\n{END}",
        )
    ).encode(),
    "uses": filled(STEPS, "  s@: {use: p@, next: {solved: zz}}\n", END),
    "fixes": filled(STEPS, "  s@: {fix: add-rootx@, next: {done: zz, cannot: zz}}\n", END),
    "stages": filled(f"{HEAD}stages:\n", "  st@: a\n", f"steps:\n{END}"),
    "causes": filled(f"{HEAD}causes: [", "expire@, ", f"]\nsteps:\n{END}"),
    "a long name": f"{STEPS}  ? {'a-' * 60_000}b\n  : explain: a\n    next: {'a-' * 60_000}c\n{END}".encode(),
    "an id that is nearly right": f"{HEAD}steps:\n{END}".replace("id: x", f"id: {'a-' * 120_000}_").encode(),
    "advice that is bad": filled(TEXT, "      curl -k https://a.b. Now\n", END),
    "advice that is refused": filled(TEXT, "      never ignore the warning,\n", END),
    "one sentence without end": filled(TEXT, "      curl\n", END),
    "words that could be advice": filled(TEXT, "      disable the big\n", END),
    "braces in a text": filled(f"{TEXT}      ", "{", f"\n{END}"),
    "an escape in every message": filled(STEPS, '  a: {next: b, with: {"\\u202e@": [a]}}\n', END),
    "brackets": b"[" * MAX_BYTES,
    "braces": b"{a: " * (MAX_BYTES // 4),
    "dashes": b"- " * (MAX_BYTES // 2),
    "question marks": b"[" + b"? a," * (MAX_BYTES // 4 - 1),
    "anchors": filled("", "b@: &a@ c\n"),
    "laughs": b"a: &a [x, x]\n" + b"".join(b"b%d: &b%d [*a, *a, *a]\n" % (n, n) for n in range(5000)),
    "merged keys": filled("a: &a {b: c}\n", "d@: {<<: *a}\n"),
    "tags": filled("", "b@: !!python/object/apply:os.system [id]\n"),
    "tabs": filled("", "\t\n"),
    "NUL": b"\0" * MAX_BYTES,
    "half a character": ("\u200b" * MAX_BYTES).encode()[:MAX_BYTES],
    "a huge file": b"a: b\n" * MAX_BYTES,
}


@pytest.mark.parametrize("name", LARGE)
def test_the_largest_files_end_in_time_with_few_messages(name: str) -> None:
    started = monotonic()
    looked_at(LARGE[name])
    assert monotonic() - started < SECONDS


BOUNDED = """
import resource, sys
from pathlib import Path
from tlswizard.content.library import Content
from tlswizard.playbook.parse import examine
from tlswizard.wizard.declared import declared
known = declared(Content.shipped())
room = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize() + 400 * 2**20
resource.setrlimit(resource.RLIMIT_AS, (room, room))
found = examine(sys.stdin.buffer.read(), "x.playbook.yaml", known)
print(len(found.problems), *{problem.code for problem in found.problems})
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the limit is set as Linux knows it")
@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("brackets", "too-deep"),
        ("laughs", "alias"),
        ("question marks", "unreadable"),
        ("tags", "tag"),
        ("unknown values", "unknown-value"),
        ("misspelt steps", "unknown-step"),
        ("a huge file", "too-big"),
        ("checks and their values", "unknown-value"),
    ],
)
def test_the_worst_files_need_little_memory(name: str, code: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", BOUNDED], input=LARGE[name], capture_output=True, timeout=30, check=False
    )
    assert done.returncode == 0, done.stderr.decode()[-500:]
    number, *codes = done.stdout.decode().split()
    assert 0 < int(number) <= MAX_PROBLEMS
    assert code in codes


def test_the_limit_of_size_is_exact() -> None:
    start_ = f"{STEPS}{END}#".encode()
    assert looked_at(start_ + b"x" * (MAX_BYTES - len(start_))).playbook
    (told,) = looked_at(start_ + b"x" * (MAX_BYTES - len(start_) + 1)).problems
    assert told.code == "too-big"


def test_warnings_never_hide_the_errors() -> None:
    inputs = "".join(f"  i{n}: {{type: text, label: a}}\n" for n in range(3))
    titles = "".join(f"  s{n}: {{title: {'long ' * 20}, explain: a, next: s{n + 1}}}\n" for n in range(300))
    data = f"{HEAD}inputs:\n{inputs}steps:\n{titles}  s300: {{finish: solvedd}}\n".encode()
    found = looked_at(data)
    assert [problem.code for problem in found.problems if problem.severity == "error"] == ["unknown-value"]
    with pytest.raises(BadFile) as bad:
        parse(data, "some file", ALL)
    assert bad.value.problems


def test_many_warnings_do_not_keep_a_playbook_from_running() -> None:
    titles = "".join(f"  s{n}: {{title: {'long ' * 20}, explain: a, next: s{n + 1}}}\n" for n in range(600))
    found = looked_at(f"{STEPS}{titles}  s600: {{finish: solved}}\n".encode())
    assert found.playbook
    assert len(found.problems) == MAX_PROBLEMS


@pytest.mark.parametrize(
    "text",
    [
        "curl " * 50_000,
        "curl -k " * 30_000,
        "never -k, " * 25_000,
        "not, " * 50_000,
        "verify = " * 28_000,
        "." * 250_000,
        '."' * 125_000,
        "\n" * 250_000,
        "\n " * 125_000,
        "{" * 250_000,
        "{a" * 125_000,
        "`" * 250_000,
        "- " * 125_000,
        "switch off " * 22_000,
        "ignore the " * 22_000,
        "Server" * 40_000,
        "a" * 250_000,
        " " * 250_000 + "a",
        "turn the big bad " * 14_000,
        "trust all " * 25_000,
        "ServerCertificateValidationCallback " * 7000,
        "if it, " * 35_000,
        "\\" * 250_000,
    ],
    ids=range(23),
)
def test_no_text_takes_long_to_look_through(text: str) -> None:
    started = monotonic()
    list(bad_advice(text))
    blocks(text, {"a": "b"})
    assert monotonic() - started < 5


# ── what is proven can be walked ──


def damaged(text: str, dice: random.Random) -> str:
    """A playbook that says something else in a few places, and is often still right."""
    lines = text.split("\n")
    ends = [line.rpartition(": ")[2] for line in lines if re.search(r": [a-z-]+$", line)]
    for _ in range(dice.randint(1, 3)):
        at = dice.randrange(lines.index("steps:"), len(lines))
        match dice.randrange(5):
            case 0:
                lines[at] = re.sub(r": [a-z-]+$", lambda _: f": {dice.choice(ends)}", lines[at])
            case 1:
                del lines[at]
            case 2:
                other = dice.randrange(len(lines))
                lines[at], lines[other] = lines[other], lines[at]
            case 3:
                lines[at] = lines[at].replace(" the ", " {server.host} ")
            case _:
                lines[at] = re.sub(r"^(\s+title: ).*", r"\1 <[bold]{server}[/]>", lines[at])
    return "\n".join(lines)


VALUES = (
    "https://srv.example",
    "a.example:25",
    "openssl",
    "443",
    "30",
    "yes",
    "no",
    NOT_SURE,
    "$(id)",
    "",
    "\0",
    "x" * 5000,
)


def an_event(wanted: Want, dice: random.Random) -> Event:
    match wanted:
        case WantInput(name=name, input=input_):
            return InputGiven(name, dice.choice([*VALUES, *input_.options, wanted.offered]))
        case WantAnswer(step=step):
            return Chosen(dice.choice(list(step.choices)))
        case WantCheck(step=step):
            return CheckEnded(dice.choice([*step.next, "crashed"]))
        case WantGoOn():
            return WentOn()
        case WantFix(step=step):
            return FixEnded(dice.choice(list(step.next)))
        case WantRetest(step=step):
            return Retested(dice.choice(list(step.next)))
        case Ended():
            return WentBack()


STRAY: tuple[Event, ...] = (
    WentBack(),
    WentOn(),
    Chosen("yes"),
    Chosen("\0"),
    CheckEnded("ok"),
    Retested("same"),
    FixEnded("done"),
    FixEnded("cannot", {"server": "evil.example"}),
    InputGiven("server", "evil.example"),
    InputGiven("{0}", "a"),
)


def walk(book: Playbook, dice: random.Random, events: int = 150) -> None:
    state = start(book, {})
    for _ in range(events):
        wanted = want(book, state)
        assert_answerable(book, state, wanted)
        event = dice.choice(STRAY) if dice.random() < 0.2 else an_event(wanted, dice)
        try:
            state = tell(book, state, event)
        except (NotNow, NotAccepted) as refused:
            assert str(refused)
        assert resume(book, state) == state


def assert_answerable(book: Playbook, state: State, wanted: Want) -> None:
    """There is an event that it takes; nobody stands before a page without a way on."""
    match wanted:
        case WantInput(input=input_):
            assert input_.type in INPUT_TYPES
            assert input_.type != "choice" or input_.options
        case WantAnswer(step=step):
            assert step.choices
            for id_ in step.choices:
                tell(book, state, Chosen(id_))
        case WantCheck(step=step):
            for ending in step.next:
                tell(book, state, CheckEnded(ending))
        case WantFix(step=step):
            assert set(step.next) == set(FIX_ENDINGS)
        case WantRetest(step=step):
            assert set(step.next) == set(RETEST_ENDINGS)
        case Ended():
            assert wanted.step.name == state.step


@pytest.mark.parametrize("seed", range(4))
def test_a_changed_playbook_that_is_proven_never_breaks_a_walk(seed: int) -> None:
    dice = random.Random(seed)
    walked = 0
    for _ in range(40):
        data = damaged(dice.choice(FILES).decode(), dice).encode()
        found = looked_at(data)
        if found.playbook is not None:
            walk(expanded(found.playbook, SHELF.runnable), dice)
            walked += 1
    assert walked > 4


# ── texts ──


@STEADY
@given(
    st.text(st.characters(codec="utf-8"), max_size=600), st.text(st.characters(codec="utf-8"), max_size=600)
)
def test_a_value_is_shown_and_never_looked_through(value: str, other: str) -> None:
    shown = fill("{a}|{b}", {"a": "{b}" + value, "b": other})
    assert shown.startswith("{b}")
    assert all(char.isprintable() or char in "\u00a0\u3000" or char.isspace() for char in shown)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no sh")
@pytest.mark.parametrize(
    "value",
    [
        "$(touch /tmp/x)",
        "`id`",
        "a'b",
        'a"b',
        "a\nb; id",
        "; id #",
        "&& id",
        "| id",
        "> /tmp/x",
        "*",
        "~",
        "$HOME",
        "\\",
        "-rf",
        "a b",
        "'" * 100,
        "a b" * 300,
        "'" * 399 + " $(id)",
        "!!",
        "\0",
        "\x1b[31m",
        "é\u202e",
        "{a}",
        "",
    ],
    ids=range(24),
)
def test_a_value_in_a_command_stays_one_word_of_a_shell(value: str) -> None:
    (block,) = blocks("`printf '<%s>' {a} {b} end`", {"a": value, "b": "$(echo " + "x" * 500 + ")"})
    assert isinstance(block, Commands)
    done = subprocess.run(["sh", "-c", block.lines[0]], capture_output=True, timeout=10, check=False)
    told = done.stdout.decode()
    assert done.returncode == 0
    assert done.stderr == b""
    assert told.count("><") == 2 + value.count("><")
    assert told.endswith("><end>")
    assert f"<{BY_HAND}>" in told
