"""What a step depends on: the inputs and the other steps that its texts, its `with` and its check mention."""

from collections.abc import Iterator

from tlswizard.playbook.format import Ask, Check, Explain, Finish, Fix, Playbook, Retest, Return, Step, Use
from tlswizard.playbook.texts import references


def mentions(playbook: Playbook, step: str) -> tuple[str, ...]:
    """The inputs that must be known before this step, in the order in which they are asked.

    Whatever looks at the server needs to know the server. A finish asks for nothing any more.
    """
    found = playbook.steps[step]
    if isinstance(found, Finish | Return):
        return ()
    needed: set[str | None] = set(_heads(found))
    if isinstance(found, Check | Retest):
        needed |= set(found.takes.values())
    if isinstance(found, Check | Fix | Retest):
        needed |= {playbook.input_of("server", step)}
    return tuple(name for name in playbook.inputs if name in needed)


def depends_on_input(playbook: Playbook, step: str, name: str) -> bool:
    """Whether another value of this input could end this step otherwise.

    What a look at the server finds depends on the program for which it is judged, also where no text
    mentions it.
    """
    looks = isinstance(playbook.steps[step], Check | Fix | Retest)
    return name in mentions(playbook, step) or (looks and playbook.inputs[name].type == "client")


def depends_on_step(playbook: Playbook, step: str, other: str) -> bool:
    """Whether this step shows what the other one found, or repeats it."""
    found = playbook.steps[step]
    return other in _heads(found) or (isinstance(found, Retest) and found.of == other)


def _heads(step: Step) -> Iterator[str]:
    for text in _texts(step):
        for reference in references(text):
            yield reference.partition(".")[0]


def _texts(step: Step) -> Iterator[str]:
    yield from (step.title, step.why, step.say, step.details, step.learn, step.note)
    match step:
        case Ask():
            yield step.question
            for choice in step.choices.values():
                yield from (choice.label, choice.say, choice.note)
        case Explain():
            yield step.text
        case Check() | Retest() | Use():
            yield from step.parameters.values()
        case Fix():
            yield step.text
            yield from step.parameters.values()
        case Finish() | Return():
            yield step.message
