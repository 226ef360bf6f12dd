"""Each mistake is named once, at the very word: `«…»` in a file marks where."""

import re
from dataclasses import replace
from itertools import pairwise

import pytest

from tlswizard.content.reader import BadFile
from tlswizard.playbook.form import as_name
from tlswizard.playbook.format import Ask, Check, Explain, Finish, Fix, Retest
from tlswizard.playbook.parse import examine, parse

RIGHT = """\
tlswizard: 1
id: small
title: A small one
version: "7"
summary: Shows every kind.
causes: [expired]
stages:
  look: Look at it
  mend: Mend it
inputs:
  server:
    type: server
    label: Which server?
  on-this-computer:
    type: yes-no
    label: Here?
  how:
    type: choice
    label: How?
    options: {fast: Fast, slow: Slow}
    default: fast
    not-sure: yes
not-checked: over
steps:
  ask-it:
    title: The message
    stage: look
    ask: Does {server.host} fail?
    paste: yes
    choices:
      yes: reach
      no:
        label: Never
        next: over
        causes: any
      other:
        label: Another one
        causes: [expired]
        looks-like: [has expired]
        change: server
        next: ask-it
  reach:
    check: net.reach
    next:
      ok: trust
      name-not-resolved, connection-refused: over
      connection-timeout, connection-reset, network-unreachable, proxy-refused: over
  trust:
    check: time.clock
    with:
      on-this-computer: yes
    next:
      ok, does-not-apply: tell
      clock-wrong: mend
      not-checked: tell
  tell:
    explain: It is off by {trust.difference}.
    next: mend
  mend:
    stage: mend
    fix: use-listed-name
    who: caller
    with:
      name: "{server.host}"
    next:
      done: again
      cannot: by-hand
  by-hand:
    fix: manual
    text: Do it.
    next:
      done, cannot: again
  again:
    retest: trust
    next:
      fixed, changed, nothing-wrong: good
      same, not-checked: over
  good:
    finish: solved
  over:
    finish: unsolved
    give-to: helpdesk
"""


def problems(text: str, declared) -> list[tuple[str, int, int]]:
    with pytest.raises(BadFile) as caught:
        parse(text.encode(), "small.playbook.yaml", declared)
    return [(p.code, p.place.line, p.place.column) for p in caught.value.problems]


def marked(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The text without its marks, and where they were."""
    places = []
    while found := re.search("«([^»]*)»", text):
        before = text[: found.start()]
        places.append((before.count("\n") + 1, len(before) - before.rfind("\n")))
        text = before + found[1] + text[found.end() :]
    return text, places


def test_all_kinds_are_read(declared):
    playbook = parse(RIGHT.encode(), "small.playbook.yaml", declared, origin="shipped")
    assert (playbook.id, playbook.version, playbook.origin) == ("small", "7", "shipped")
    assert playbook.causes == ("expired",)
    assert len(playbook.sha256) == 64
    names = ["ask-it", "reach", "trust", "tell", "mend", "by-hand", "again", "good", "over"]
    assert list(playbook.steps) == names
    kinds = [type(step) for step in playbook.steps.values()]
    assert kinds == [Ask, Check, Check, Explain, Fix, Fix, Retest, Finish, Finish]
    assert playbook.input_of("server") == "server"
    assert playbook.inputs["how"].not_sure
    assert playbook.inputs["how"].options == {"fast": "Fast", "slow": "Slow"}


def test_answers_have_ready_labels_and_what_a_message_looks_like(declared):
    ask = parse(RIGHT.encode(), "f", declared).steps["ask-it"]
    assert isinstance(ask, Ask)
    assert ask.paste
    assert [choice.label for choice in ask.choices.values()] == ["Yes", "Never", "Another one"]
    assert ask.choices["no"].causes == ("any",)
    assert ask.choices["other"].looks_like == ("has expired",)
    assert ask.choices["other"].change == "server"


def test_comma_lists_are_spread_and_the_playbook_routes_what_could_not_be_checked(declared):
    playbook = parse(RIGHT.encode(), "f", declared)
    reach, trust = playbook.steps["reach"], playbook.steps["trust"]
    assert isinstance(reach, Check)
    assert isinstance(trust, Check)
    assert reach.next["connection-refused"] == "over"
    assert reach.next["not-checked"] == "over"
    assert trust.next["not-checked"] == "tell"


def test_a_retest_asks_what_its_check_asked(declared):
    again = parse(RIGHT.encode(), "f", declared).steps["again"]
    assert isinstance(again, Retest)
    assert (again.check, again.parameters, again.takes) == ("time.clock", {"on-this-computer": "yes"}, {})


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_windows_files_are_fine(declared, ends):
    data = b"\xef\xbb\xbf" + RIGHT.replace("\n", ends).encode()
    assert parse(data, "f", declared).id == "small"


TABLE = {
    "unknown-key, of the playbook": ("summary:", "«sumary»:"),
    "unknown-key, of a step": ("paste: yes", "«past»: yes"),
    "unknown-key, of an answer": ("label: Never\n", "label: Never\n        «cause»: any\n"),
    "unknown-key, of an input": ("label: Here?", "label: Here?\n    «hnt»: Look"),
    "unknown-key, of another kind": ("paste: yes", "paste: yes\n    «text»: hello"),
    "unknown-key, a misspelt kind": ("    explain: It", "    «explian»: It"),
    "missing-key, of the playbook": ("tlswizard: 1\nid: small\n", "«»tlswizard: 1\n"),
    "missing-key, where it is empty": ("title: A small one", "title:"),
    "missing-key, the label of an answer": ("      no:\n        label: Never", "      «maybe»:"),
    "missing-key, the label of a short answer": ("      yes: reach", "      «perhaps»: reach"),
    "missing-key, the text of a manual fix": ("  by-hand:\n", "  «by-hand»:\n", "    text: Do it.\n", ""),
    "missing-key, the type of an input": ("  server:\n    type: server\n", "  «server»:\n"),
    "missing-key, the options of a choice": (
        "  how:\n", "  «how»:\n", "    options: {fast: Fast, slow: Slow}\n    default: fast\n", "",
    ),
    "duplicate": ("version: \"7\"", "version: \"7\"\n«title»: Again"),
    "no-kind": ("  tell:\n    explain: It is off by {trust.difference}.", "  «tell»:\n    title: Nothing"),
    "two-kinds": ("    finish: solved", "    finish: solved\n    «ask»: Really?"),
    "unknown-check": ("check: net.reach", "check: «net.reech»"),
    "unknown-fix": ("fix: use-listed-name", "fix: «use-listed-nam»"),
    "unknown-playbook": ("    finish: solved", "    use: «another»\n    next: {solved: over}"),
    "unknown-outcome, misspelt": ("resolved, connection-refused", "resolved, «connection-refsed»"),
    "unknown-outcome, of another check": ("clock-wrong: mend", "clock-wrong: mend\n      «expired»: mend"),
    "unknown-outcome, of a retest": ("fixed, changed,", "fixed, changed, «ok»,"),
    "unknown-outcome, of a fix": ("done: again\n", "done: again\n      «not-checked»: over\n"),
    "outcome-not-handled, of a check": ("    next:\n      ok: trust", "    «next»:"),
    "outcome-not-handled, of a fix": ("    next:\n      done, cannot", "    «next»:\n      done"),
    "outcome-not-handled, of a retest": ("    next:\n      fixed, changed,", "    «next»:\n      fixed,"),
    "outcome-twice": ("same, not-checked: over", "same, not-checked, «fixed»: over"),
    "unknown-step, in an answer": ("yes: reach", "yes: «reech»"),
    "unknown-step, behind an outcome": ("clock-wrong: mend", "clock-wrong: «mendd»"),
    "unknown-step, behind a text": ("    next: mend", "    next: «mned»"),
    "unknown-step, of the playbook": ("not-checked: over", "not-checked: «ovr»"),
    "unknown-step, a retest of what checks nothing": ("retest: trust", "retest: «ask-it»"),
    "unknown-stage": ("stage: mend", "stage: «end»"),
    "unknown-value, an input's type": ("type: yes-no", "type: «yesno»"),
    "unknown-value, an input's part": ("{server.host} fail", "«{server.hst}» fail"),
    "unknown-value, a field of a check": ("{trust.difference}", "«{trust.diference}»"),
    "unknown-value, a field of a step that checks nothing": ("{trust.difference}", "«{mend.difference}»"),
    "unknown-value, a finish": ("finish: solved", "finish: «solvd»"),
    "unknown-value, a cause of the playbook": ("causes: [expired]\nstages", "causes: [«expird»]\nstages"),
    "unknown-value, a cause of an answer": ("        causes: [expired]", "        causes: [«expird»]"),
    "unknown-value, who": ("who: caller", "who: «callr»"),
    "unknown-value, an input to change": ("change: server", "change: «servr»"),
    "unknown-value, a finding as a parameter": ('"{server.host}"', '"«{trust.difference}»"'),
    "unknown-value, another format": ("tlswizard: 1", "tlswizard: «2»"),
    "unknown-parameter": ("    with:\n      on-this-computer", "    with:\n      «on-this-comptuer»"),
    "unknown-parameter, of no use": ("check: net.reach", "check: net.reach\n    with:\n      «speed»: fast"),
    "wrong-type, a text for a table": ("stages:\n  look: Look at it\n  mend: Mend it\n", "stages: «look»\n"),
    "wrong-type, a table for a text": ("title: A small one", "title: «{»a: b}"),
    "wrong-type, yes or no": ("paste: yes", "paste: «true»"),
    "wrong-type, the value of a parameter": ("on-this-computer: yes\n", "on-this-computer: «maybe»\n"),
    "wrong-type, a default": ("default: fast", "default: «faster»"),
    "wrong-type, a name": ("  again:\n", "  «Again»:\n", "again\n", "Again\n"),
    "wrong-type, a step that is a text": ("  good:\n    finish: solved", "  good: «solved»"),
    "dead-end": ("finish: unsolved\n    give-to: helpdesk", "finish: «unsolved»"),
}  # fmt: skip


@pytest.mark.parametrize("case", TABLE)
def test_a_mistake_is_named_once_at_its_word(declared, case):
    text = RIGHT
    for old, new in zip(TABLE[case][::2], TABLE[case][1::2], strict=True):
        assert old in text
        text = text.replace(old, new)
    text, places = marked(text)
    found = problems(text, declared)
    assert [code for code, _, _ in found] == [case.partition(",")[0]] * max(1, len(places))
    if places:
        assert [(line, column) for _, line, column in found] == places


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("type: server\n", "tipe: server\n", "unknown-key"),
        ("inputs:\n", "input:\n", "unknown-key"),
        ("stages:\n", "stagges:\n", "unknown-key"),
        ("not-checked: over\nsteps", "not-cheked: over\nsteps", "unknown-key"),
        ("check: net.reach", "check: nett.reach", "unknown-check"),
        ("check: time.clock", "check: time.clok", "unknown-check"),
        ("fix: use-listed-name", "fix: use-listed-nme", "unknown-fix"),
        ("    give-to: helpdesk", "    give-too: helpdesk", "unknown-key"),
    ],
)
def test_one_mistake_makes_no_others(declared, old, new, code):
    assert [found for found, _, _ in problems(RIGHT.replace(old, new, 1), declared)] == [code]


def test_a_suggestion_or_the_choices_say_what_to_write(declared):
    def said(old: str, new: str) -> str:
        with pytest.raises(BadFile) as caught:
            parse(RIGHT.replace(old, new).encode(), "f", declared)
        return str(caught.value)

    assert "did you mean “net.reach”?" in said("check: net.reach", "check: net.reech")
    assert "“solved”, “nothing-wrong”, “handed-over” or “unsolved”" in said("finish: solved", "finish: x")
    assert "follows “changed”" in said("fixed, changed,", "fixed,")


def test_a_message_shows_the_line_and_marks_the_word(declared):
    with pytest.raises(BadFile) as caught:
        parse(RIGHT.replace("yes: reach", "yes: reech").encode(), "small.playbook.yaml", declared)
    assert str(caught.value) == (
        "small.playbook.yaml:31:12: There is no step “reech”.\n"
        "  -> did you mean “reach”?\n"
        "        yes: reech\n"
        "             ^  [unknown-step]"
    )


def test_all_mistakes_come_at_once_in_file_order(declared):
    text = RIGHT.replace("stage: look", "stage: lok").replace("yes: reach", "yes: reech")
    text = text.replace("finish: solved", "finish: slved").replace("type: yes-no", "type: yesno")
    found = problems(text, declared)
    assert [code for code, _, _ in found] == [
        "unknown-value", "unknown-stage", "unknown-step", "unknown-value",
    ]  # fmt: skip
    assert all(a[1:] <= b[1:] for a, b in pairwise(found))


def test_a_reference_is_found_inside_a_long_text(declared):
    text, places = marked(
        RIGHT.replace(
            "explain: It is off by {trust.difference}.",
            "explain: |\n      One line.\n      Then «{trust.wrong}» and {server}.\n",
        )
    )
    assert problems(text, declared) == [("unknown-value", *places[0])]


@pytest.mark.parametrize("text", ["hello", "- a\n- b", "[]", "{}", "steps: {}", "tlswizard: 1\nsteps: [a]"])
def test_what_is_no_playbook_is_refused(declared, text):
    assert problems(text, declared)


def test_a_check_that_nobody_routes_when_it_cannot_run(declared):
    text = RIGHT.replace("not-checked: over\nsteps", "steps")
    assert [code for code, _, _ in problems(text, declared)] == ["outcome-not-handled"]


MAIL = """\
  trust:
    check: mail.starttls
    with:
      protocol: "{VALUE}"
    next:
      ok, starttls-not-offered, not-checked: tell
  tell:
    explain: It is so."""


@pytest.mark.parametrize("value", ["{server}", "{server.port}", "{on-this-computer}", "{how}", "a {how} b"])
def test_a_text_comes_from_anything(declared, value):
    begin, end = RIGHT.index("  trust:\n"), RIGHT.index("\n    next: mend\n")
    text = RIGHT[:begin] + MAIL.replace("{VALUE}", value) + RIGHT[end:]
    assert parse(text.encode(), "small.playbook.yaml", declared).steps["trust"]


@pytest.mark.parametrize("at", ['name: "{server.host}"', "on-this-computer: yes\n"])
def test_a_text_that_somebody_types_can_be_a_value_of_any_type(declared, at):
    choice = "choice\n    label: How?\n    options: {fast: Fast, slow: Slow}\n    default: fast"
    value = at.replace('"{server.host}"', '"{how}"').replace("yes", '"{how}"')
    text = RIGHT.replace(at, value)
    assert [code for code, _, _ in problems(text, declared)] == ["wrong-type"]
    assert parse(text.replace(choice, "text\n    label: How?").encode(), "small.playbook.yaml", declared)


def test_a_step_may_be_called_like_an_input_unless_a_word_could_mean_either(declared):
    text = RIGHT.replace("  reach:", "  server:").replace("yes: reach", "yes: server")
    text = text.replace("It is off by", "At {server.address} it is off by")
    assert parse(text.encode(), "small.playbook.yaml", declared).steps["server"]
    reach = replace(declared.checks["net.reach"], fields=("address", "host"))
    both = replace(declared, checks={**declared.checks, "net.reach": reach})
    with pytest.raises(BadFile) as bad:
        parse(text.encode(), "small.playbook.yaml", both)
    (problem,) = bad.value.problems
    assert (problem.code, problem.place.column) == ("duplicate", 3)
    assert "{server.host}" in problem.what


@pytest.mark.parametrize(
    ("value", "fits"),
    [
        ("{server}", True),
        ("{server.host}", True),
        ("{server.servername}", True),
        ("{server.host}:8443", True),
        ("smtp://{server.host}", True),
        ("{server.port}", False),
        ("{server.starttls}", False),
        ("{how}", False),
        ("{on-this-computer}", False),
    ],
)
def test_a_server_comes_from_a_server(declared, value, fits):
    text = RIGHT.replace('name: "{server.host}"', f'name: "{value}"')
    if fits:
        assert parse(text.encode(), "small.playbook.yaml", declared).steps
    else:
        assert [code for code, _, _ in problems(text, declared)] == ["wrong-type"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Prüfen", "pruefen"),
        ("pru\u0308fen", "pruefen"),
        ("Größe_2", "groesse-2"),
        ("déjà vu", "deja-vu"),
        ("Łódź", "lodz"),
        ("Smørrebrød", "smoerrebroed"),
        ("печать", ""),
    ],
)
def test_letters_with_accents_are_written_with_plain_ones(text, name):
    assert as_name(text) == name


@pytest.mark.parametrize("id_", ["small", "mein drucker", "mein-drucker"])
def test_a_file_whose_name_can_be_no_id_wants_another_one(declared, id_):
    data = RIGHT.replace("id: small", f"id: {id_}").encode()
    found = examine(data, "mein drucker.playbook.yaml", declared)
    (problem,) = [problem for problem in found.problems if problem.code == "unknown-value"]
    assert (problem.severity, problem.place.line) == ("warning", 2)
    assert problem.instead == "id: mein-drucker, and call the file mein-drucker.playbook.yaml"
    assert (found.playbook is None) == (" " in id_)


@pytest.mark.parametrize(
    ("text", "warned"),
    [
        ("server-ownr", True),
        ("Helpdesk", True),
        ("server-owner", False),
        ("IT-Helpdesk", False),
        ("Network", False),
        ("the helpdesk", False),
        ("help desk", False),
        ('"{server.host}"', False),
    ],
)
def test_one_word_that_is_nearly_a_role_is_told(declared, text, warned):
    data = RIGHT.replace("give-to: helpdesk", f"give-to: {text}")
    assert data != RIGHT
    problems = examine(data.encode(), "small.playbook.yaml", declared).problems
    assert [p.severity for p in problems if p.code == "unknown-value"] == ["warning"] * warned


@pytest.mark.parametrize(
    ("old", "new", "warned"),
    [
        ('version: "7"', "version: „7“", True),
        ('version: "7"', "version: “7” and “8”", False),
        ("default: fast", "default: ‘fast’", True),
        ("title: A small one", "title: “A small one”", False),
        ("Does {server.host} fail?", "“Does {server.host} fail?”", False),
    ],
)
def test_quotes_of_a_word_processor_are_told_where_a_value_is_compared(declared, old, new, warned):
    assert old in RIGHT
    found = examine(RIGHT.replace(old, new).encode(), "small.playbook.yaml", declared)
    quotes = [problem for problem in found.problems if "typographic" in problem.what]
    assert len(quotes) == warned
    assert all((p.severity, p.code) == ("warning", "unknown-value") for p in quotes)
