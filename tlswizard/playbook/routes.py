"""Where a step goes: every outcome exactly once, comma lists allowed, no catch-all."""

from collections.abc import Iterable, Mapping

from tlswizard.content.reader import Scalar, Table
from tlswizard.playbook.form import Form
from tlswizard.playbook.format import NOT_CHECKED
from tlswizard.playbook.problems import MAX_CHOICES, near, quoted
from tlswizard.playbook.scope import Scope


def routes(
    form: Form, scope: Scope, outcomes: Iterable[str] | None, by: str, route_not_checked: bool = False
) -> Mapping[str, str]:
    """The step after each outcome, from the table under `next`.

    `outcomes` is None if they are not known (a misspelt check): then only the steps are judged. With
    `route_not_checked`, the playbook's own step for checks that could not run stands in for a missing one.
    """
    found: dict[str, str] = {}
    unknown: list[str] = []
    allowed = None if outcomes is None else (*outcomes, *((NOT_CHECKED,) if route_not_checked else ()))
    problems = scope.problems
    for key, node in form.entries("next", required=True):
        if isinstance(node, Scalar) and node.text.strip():
            target = scope.step(node)
        else:
            target, problems.ways_known = "", False
            what = f"Behind {quoted(key.text)} stands no name of a step."
            problems.add(node.place, what, f"{key.text}: a-step", "wrong-type")
        for word in (word.strip() for word in key.text.split(",")):
            place = problems.word(key.place, word) if word else key.place
            if allowed is not None and word not in allowed:
                unknown.append(word)
                left = [o for o in allowed if o not in found]
                known = left if near(word, left) else allowed
                problems.unknown(place, word, known, f"{by} never ends in {quoted(word)}.", "unknown-outcome")
                found.setdefault(word, target)  # the file is not run, and its ways are still looked at
            elif word in found:
                problems.ways_known &= found[word] == target
                what = f"{quoted(word)} is handled a second time in {form.of}."
                problems.add(place, what, "keep one of them", "outcome-twice")
            else:
                found[word] = target
    if route_not_checked and NOT_CHECKED not in found and scope.not_checked is not None:
        found[NOT_CHECKED] = scope.not_checked
    if allowed is not None and isinstance(form.table.get("next"), Table):
        _all_handled(form, scope, [o for o in allowed if o not in found], unknown)
    return found


def _all_handled(form: Form, scope: Scope, missing: list[str], unknown: list[str]) -> None:
    """A misspelt outcome is not also missing."""
    for word in unknown:
        if (meant := near(word, missing)) is not None:
            missing.remove(meant)
    if missing:
        scope.problems.ways_known = False
        place = next((key.place for key, _ in form.table.entries if key.text == "next"), form.place)
        shown, more = [quoted(word) for word in missing[:MAX_CHOICES]], len(missing) - MAX_CHOICES
        rest = f" and {more} more; docs/playbook-format.md explains each" if more > 0 else ""
        what = f"{form.subject} does not say what follows {', '.join(shown)}{rest}."
        scope.problems.add(place, what, f"{', '.join(missing)}: a-step", "outcome-not-handled")
