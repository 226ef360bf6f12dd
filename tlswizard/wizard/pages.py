"""Pages out of a walk's facts. Pure: what the engine wants, and what was found, in; a Page out."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from tlswizard.checks.check import CRASHED, DOES_NOT_APPLY, NOT_CHECKED, OK, Result
from tlswizard.checks.siblings import all_checks
from tlswizard.content.clients import ClientRow
from tlswizard.content.library import SHIPPED, Content
from tlswizard.core.blocks import Block, Cell, Commands, Conclusion, Heading, Mark, Paragraph, Rows
from tlswizard.core.edit import AddToStore
from tlswizard.core.finding import Diagnosis, Found, ProvenFix
from tlswizard.core.text import listed
from tlswizard.diagnosis.programs import own, whole
from tlswizard.playbook.engine import WantAnswer, WantInput, stage
from tlswizard.playbook.format import (
    EVERYTHING,
    NOT_SURE,
    READY_LABELS,
    Ask,
    Check,
    Explain,
    Finish,
    Fix,
    Playbook,
    Return,
    Step,
    Use,
)
from tlswizard.playbook.record import Session
from tlswizard.playbook.texts import blocks, fill
from tlswizard.report import sections
from tlswizard.wizard import fitting, learning
from tlswizard.wizard.expiry import expiry
from tlswizard.wizard.fitting import Heard
from tlswizard.wizard.glossary import words_on
from tlswizard.wizard.known import known
from tlswizard.wizard.note import NOT_JUDGED, nothing_found
from tlswizard.wizard.page import Choice, Field, Kind, Page
from tlswizard.wizard.pasting import shown
from tlswizard.wizard.retest import Retest
from tlswizard.wizard.spoken import Words

DONE, HERE, CANNOT = "done", "do-it-here", "cannot"
ELSEWHERE = "The computer on which it fails was not looked at: this is what shows from here."
NOT_INSTALLED = "Not installed here"
DONE_HERE = "It has been done: go on (the practice world does it now)"


@dataclass(frozen=True, slots=True)
class Scene:
    """What every page needs."""

    playbook: Playbook
    session: Session
    content: Content
    observed: str
    server: str
    values: Mapping[str, str]
    done: tuple[str, ...]
    error: str = ""
    elsewhere: bool = False
    """it fails on another computer: what is seen from here says nothing of that one's trust and clock"""
    heard: Heard | None = None
    """the message that the person pasted"""
    named: str | None = None
    """the program that the person named"""
    unexplained: bool = False
    """everything was looked at, and nothing of it can be what the message means"""
    can_go_back: bool = True
    learning: bool = False
    """what the step has to teach stands on its page"""


def page(scene: Scene, step: Step, kind: Kind, body: tuple[Block, ...], **more: object) -> Page:
    """A page of `step`, with what all of them have."""
    place = stage(scene.playbook, step.name)
    if scene.elsewhere and kind in ("check", "fix", "retest"):
        body = (Conclusion(Mark.NOT_CHECKED, ELSEWHERE), *body)
    if scene.playbook.hides and not scene.session.state.trail:
        hidden = f"This playbook from {scene.playbook.origin} hides the one {listed(scene.playbook.hides)}."
        body = (Conclusion(Mark.INFO, hidden), *body)
    if scene.learning:
        body = (*body, *learning.lesson(step, scene.values, guessed=kind == "check"))
    facts: dict[str, object] = {
        "kind": kind,
        "title": f"{scene.playbook.title} · {scene.server}" if scene.server else scene.playbook.title,
        "where": f"{place[0]} of {place[1]}  {place[2]}" if place else "",
        "observed": scene.observed,
        "origin": origin(scene.playbook),
        "heading": fill(step.title, scene.values),
        "blocks": body,
        "why": fill(step.why, scene.values) if step.why else "",
        "details": fill(step.details, scene.values) if step.details else "",
        "say": fill(step.say, scene.values) if step.say else "",
        "done": scene.done,
        "copy": _commands(body),
        "error": scene.error,
        "can_go_back": scene.can_go_back,
    }
    made = Page(**(facts | more))  # type: ignore[arg-type]
    return replace(made, words=words_on(made, scene.content.glossary.values()))


def origin(playbook: Playbook) -> str:
    """Where it came from, in few words."""
    return "shipped playbook" if playbook.origin == SHIPPED else f"playbook from {playbook.origin}"


def words(scene: Scene) -> Words:
    return Words(scene.values, scene.content.site)


def question(scene: Scene, want: WantAnswer, suggested: str | None, fits: str) -> Page:
    """A question; `suggested` is the answer that the pasted message points to, `fits` says so."""
    step = want.step
    ids = list(step.choices)
    chosen = want.offered or suggested
    body = blocks(step.question, scene.values)
    if step.paste and scene.session.message:
        told = Rows(
            (("Message", Cell(f"“{shown(scene.session.message)}”")), *((("", Cell(fits)),) if fits else ()))
        )
        body = (told, *body)
    if want.out_of_date and want.offered:
        body = (
            *body,
            Conclusion(Mark.INFO, "You answered this before something changed that it depends on."),
        )
    return page(
        scene, step, "question", body,
        choices=tuple(Choice(c.id, fill(c.label, scene.values)) for c in step.choices.values()),
        selected=ids.index(chosen) if chosen in ids else _first_answer(scene, step),
        field=Field("Paste the message") if step.paste else None,
    )  # fmt: skip


TRUST = ("client-store", "machine-store")
"""Where fixes act that make somebody trusted."""


def _first_answer(scene: Scene, step: Ask) -> int:
    """The answer that Enter takes of itself. Whom to trust is said on purpose, and never by Enter alone."""
    ids = list(step.choices)
    if not any(_trusts(scene, id_, step) for id_ in ids):
        return 0
    safe = [id_ for id_ in ids if not _trusts(scene, id_, step)]
    return ids.index(NOT_SURE if NOT_SURE in safe else safe[0]) if safe else 0


def _trusts(scene: Scene, choice: str, step: Ask) -> bool:
    """This answer leads straight to a fix that puts something into a list of trust, with nothing between
    that is asked or looked at."""
    following, passed = scene.playbook.steps[step.choices[choice].next], set[str]()
    while isinstance(following, Use | Explain | Return) and following.name not in passed:
        passed.add(following.name)
        following = scene.playbook.steps[following.into if isinstance(following, Use) else following.next]
    row = scene.content.fixes.get(following.fix) if isinstance(following, Fix) else None
    return row is not None and row.where in TRUST


def asked_input(
    scene: Scene,
    step: Step,
    want: WantInput,
    programs: tuple[ClientRow, ...],
    found: tuple[str, ...] | None,
    likely: str | None,
) -> Page:
    """An input: choices where there are some, else a field. `found` are the programs that are installed,
    None if nobody looked."""
    asked = want.input
    choices = _choices(want, programs, found, likely)
    offered = want.offered or (likely if asked.type == "client" else "yes" if asked.type == "yes-no" else "")
    ids = [c.id for c in choices]
    told = (Paragraph(asked.label), *((Paragraph(asked.hint),) if asked.hint else ()))
    body: tuple[Block, ...] = told if choices else ()  # a field has both beside it
    return page(
        replace(scene, learning=False), step, "input", body,  # asked on the way to the step, not by it
        heading="",
        choices=choices,
        selected=ids.index(offered) if offered in ids else 0,
        field=None if choices else Field(asked.label, want.offered, asked.hint),
        why=asked.hint, details="", say="",
    )  # fmt: skip


def _choices(
    want: WantInput,
    programs: tuple[ClientRow, ...],
    found: tuple[str, ...] | None,
    likely: str | None,
) -> tuple[Choice, ...]:
    unsure = (Choice(NOT_SURE, READY_LABELS[NOT_SURE]),) if want.input.not_sure else ()
    match want.input.type:
        case "client":
            return _by_installed(programs, found, likely, unsure)
        case "yes-no":
            return (Choice("yes", READY_LABELS["yes"]), Choice("no", READY_LABELS["no"]), *unsure)
        case "choice":
            return tuple(Choice(id_, label) for id_, label in want.input.options.items()) + unsure
    return ()


def _by_installed(
    programs: tuple[ClientRow, ...],
    found: tuple[str, ...] | None,
    likely: str | None,
    unsure: tuple[Choice, ...],
) -> tuple[Choice, ...]:
    if found is None:
        return (*(Choice(r.id, r.title) for r in programs), *unsure)
    here = [Choice(r.id, r.title) for r in programs if r.id in found]
    others = [
        Choice(r.id, r.title, "your message is one of its" if r.id == likely else "")
        for r in programs
        if r.id not in found
    ]
    return (*here, *unsure, *_grouped(others))


def _grouped(others: list[Choice]) -> tuple[Choice, ...]:
    """Those that are not installed, under a heading of their own."""
    return tuple(replace(c, group="" if at else NOT_INSTALLED) for at, c in enumerate(others))


def programs(diagnosis: Diagnosis) -> tuple[Choice, ...]:
    """Every program that was judged, with its verdict; a person's own first."""
    mine = own(diagnosis)
    here = [Choice(c.id, c.title, str(whole(c))) for c in mine]
    others = [Choice(c.id, c.title, str(whole(c))) for c in diagnosis.clients if c not in mine]
    return (*here, *_grouped(others))


def guess(scene: Scene, step: Check) -> Page:
    """Before a check looks, in learning mode: what was seen is not told yet."""
    heading = fill(step.title, scene.values) or all_checks()[step.check].title
    body = (Paragraph(learning.GUESS),)
    return page(scene, step, "text", body, heading=heading, details="", enter="look")


def finding(scene: Scene, step: Step, result: Result, diagnosis: Diagnosis | None, next_is_fix: bool) -> Page:
    """What a check found: the conclusion, one line of evidence, the table, what to do."""
    body: list[Block] = []
    if result.causes and diagnosis:
        for found in result.causes:
            body.append(Conclusion(sections.cause_mark(found), found.title, found.certainty))
            rows = (
                *_fits(scene, found, diagnosis),
                *known(scene.content.site, found.other or found.certificate),
            )
            body.append(Rows((("How I know", Cell(found.evidence)), *rows)))
    else:
        body.append(_without_cause(result))
    if result.check.id == EVERYTHING:
        body += _unexplained(scene)
    body += result.evidence.blocks
    if result.causes and diagnosis:
        body.append(_what_now(scene, result, diagnosis))
    return page(
        scene, step, "check", tuple(body),
        heading=fill(step.title, scene.values) or result.check.title,
        details="\n\n".join(_details(scene, step, result)),
        enter="show the fix" if next_is_fix and result.causes else "go on",
    )  # fmt: skip


def _fits(scene: Scene, found: Found, diagnosis: Diagnosis) -> tuple[tuple[str, Cell], ...]:
    """How the finding and the pasted message agree, if they do."""
    if scene.heard is None:
        return ()
    line = fitting.fits(scene.heard, found, diagnosis, scene.named, scene.content)
    return (("", Cell(line, Mark.INFO)),) if line else ()


def _unexplained(scene: Scene) -> tuple[Block, ...]:
    return (Conclusion(Mark.WARNING, fitting.UNEXPLAINED),) if scene.unexplained else ()


def _details(scene: Scene, step: Step, result: Result) -> Iterator[str]:
    """What the author says, then what each cause means and what would speak against it."""
    if step.details:
        yield fill(step.details, scene.values)
    for found in result.causes:
        row = scene.content.causes[found.id]
        yield f"{row.title}: {row.meaning}"
        yield f"Why it happens: {row.because}"
        yield f"What would speak against it: {row.against}"
        yield f"Sources: {'; '.join(row.sources)}"


def _without_cause(result: Result) -> Conclusion:
    match result.outcome:
        case "ok":
            return Conclusion(Mark.FINE, result.check.fine)
        case "does-not-apply":
            return Conclusion(Mark.NOT_CHECKED, f"Not looked at: {result.why}")
    return Conclusion(Mark.NOT_CHECKED, f"Not checked: {result.why}")


def _what_now(scene: Scene, result: Result, diagnosis: Diagnosis) -> Rows:
    ids = {f.id for f in result.causes}
    fix = next((p.fix for p in diagnosis.fixes if ids & set(p.fix.causes)), None)
    rows = [("What to do", Cell(fix.title))] if fix else []
    rows.append(("Who", Cell(words(scene).who(fix.who if fix else result.causes[0].who))))
    return Rows(tuple(rows))


def fix(
    scene: Scene, step: Fix, offers: tuple[ProvenFix, ...], diagnosis: Diagnosis | None, pretend: bool
) -> Page:
    """The fix, proven; or its text and why there is no proof."""
    body: list[Block] = []
    if diagnosis:
        for offer in offers:
            body += _offer(scene, offer, diagnosis)
    if step.fix == "manual" or not offers:
        row = scene.content.fixes.get(step.fix)
        text = step.text or (row.text if row else "")
        body += blocks(text, scene.values)
        why = (
            "nothing here can be judged in advance"
            if step.fix == "manual"
            else "nothing that was looked at shows what this would change"
        )
        body.append(Rows((("Proof", Cell(f"none: {why}", Mark.NOT_CHECKED)),)))
    can = pretend and any(o.fix.edits for o in offers)
    choices = [Choice(DONE, DONE_HERE if can else "It has been done: go on")]
    if can:
        choices.insert(0, Choice(HERE, "Do it here, in this practice world"))
    choices.append(Choice(CANNOT, "I cannot do this"))
    actor = step.who or (offers[0].fix.who if offers else "")
    return page(
        scene, step, "fix", tuple(body),
        heading=fill(step.title, scene.values) + (f" — for {words(scene).who(actor)}" if actor else ""),
        choices=tuple(choices),
    )  # fmt: skip


def _commands(body: Iterable[Block]) -> str:
    """All that there is to copy, a line each."""
    return "\n".join(line for block in body if isinstance(block, Commands) for line in block.lines)


def _offer(scene: Scene, offer: ProvenFix, diagnosis: Diagnosis) -> tuple[Block, ...]:
    fix_ = offer.fix
    added = [e.certificate for e in fix_.edits if isinstance(e, AddToStore)]
    ours = [row for certificate in added[:1] for row in known(scene.content.site, certificate)]
    return (
        Conclusion(Mark.INFO, fix_.title),
        *((Rows(tuple(ours)),) if ours else ()),
        *sections.danger(fix_),  # before the commands: on a small screen nobody pages down to a warning
        *((Commands(fix_.commands),) if fix_.commands else (Paragraph(fix_.text),)),
        *sections.proof(offer, diagnosis),
        Rows(
            (
                *((("Undo", Cell(line)) for line in fix_.undo)),
                ("Takes effect", Cell(fix_.takes_effect)),
                ("Risk", Cell(fix_.risk)),
                *sections.beside(fix_),
            )
        ),
    )


def retest(scene: Scene, step: Step, told: Retest, table: Block | None, now: Diagnosis | None) -> Page:
    mark = {"fixed": Mark.FINE, "nothing-wrong": Mark.FINE, "not-checked": Mark.NOT_CHECKED}.get(
        told.outcome, Mark.REFUSED
    )
    gaps = sections.not_checked(now) if now else ()
    return page(
        scene, step, "retest", (Conclusion(mark, told.sentence), *((table,) if table else ()), *gaps),
        heading=fill(step.title, scene.values) or "Look again",
    )  # fmt: skip


def explanation(scene: Scene, step: Step, text: str) -> Page:
    return page(scene, step, "text", blocks(text, scene.values))


def finish(scene: Scene, step: Finish, note: str, now: Diagnosis | None, before: Diagnosis | None) -> Page:
    """The end: the result, what it was, what changed, what was not checked, and the note to keep."""
    mark = {"solved": Mark.FINE, "nothing-wrong": Mark.FINE}.get(step.result, Mark.INFO)
    message = fill(step.message, scene.values) if step.message else _RESULTS[step.result]
    body: list[Block] = [Conclusion(mark, message)]
    if step.result == "solved" and now:
        accept = [c for c in now.counting if c.verdict.result == "accept"]
        if len(accept) < len(now.counting):
            said = "You say that it works; from here not every program that counts accepts the server."
            body.append(Conclusion(Mark.NOT_CHECKED, said))
    body += _unexplained(scene)
    body.append(Rows(tuple(_summary(scene, step, now, before))))
    body += (Heading("Note for the ticket"), Commands(tuple(note.splitlines())))
    return page(scene, step, "finish", tuple(body), copy=note, over=True, enter="leave")


def _summary(
    scene: Scene, step: Finish, now: Diagnosis | None, before: Diagnosis | None
) -> Iterator[tuple[str, Cell]]:
    first = before or now
    nothing = nothing_found(first) if first else NOT_JUDGED
    yield from _listed("What it was", [f.title for f in first.urgent] if first else [], nothing)
    yield from _listed("What changed", list(scene.session.changed))
    if step.give_to:
        yield "Goes to", Cell(words(scene).who(step.give_to))
    if now:
        gaps = list(dict.fromkeys(n.part for n in now.not_checked))
        if gaps:
            yield "Not checked", Cell(", ".join(gaps), Mark.NOT_CHECKED)
        if line := expiry(now):
            yield "Expires", Cell(line)


def _listed(label: str, lines: list[str], nothing: str = "nothing") -> Iterator[tuple[str, Cell]]:
    for index, line in enumerate(lines or [nothing]):
        number = f"{index + 1}  " if len(lines) > 1 else ""
        yield ("" if index else label), Cell(f"{number}{line}")


_RESULTS = {
    "solved": "It works.",
    "nothing-wrong": "Nothing is wrong from here.",
    "handed-over": "This goes to somebody else now.",
    "unsolved": "It is not put right yet.",
}


def stopped(scene: Scene, step: Step, note: str) -> Page:
    """Stop here: the note, and the promise that nothing is lost."""
    body = (
        Conclusion(Mark.INFO, "Stopped here. Nothing is lost: later, tlswizard --resume goes on."),
        Commands(tuple(note.splitlines())),
    )
    return page(
        replace(scene, learning=False), step, "finish", body,
        copy=note, over=True, enter="leave", heading="Stopped", can_go_back=True,
    )  # fmt: skip


def done_mark(outcome: str) -> str:
    """The sign of a check in the done-list."""
    return {
        OK: Mark.FINE.value,
        DOES_NOT_APPLY: Mark.INFO.value,
        NOT_CHECKED: Mark.NOT_CHECKED.value,
        CRASHED: Mark.NOT_CHECKED.value,
    }.get(outcome, Mark.REFUSED.value)
