"""Which answer a pasted message suggests. The person confirms it."""

from collections.abc import Sequence

from tlswizard.playbook.format import ANY_CAUSE, Ask


def suggested(ask: Ask, text: str, causes: Sequence[str], any_fault: bool = False) -> str | None:
    """The choice whose `looks-like` stands in the text, else the one with the first match's cause.

    `causes` are those that the catalogue of messages finds in the text, the most specific first;
    `any_fault` says that it knows the message and that the message names no cause.
    """
    folded = text.casefold()
    for choice in ask.choices.values():
        if any(part.casefold() in folded for part in choice.looks_like):
            return choice.id
    wanted = causes[0] if causes else ANY_CAUSE if any_fault else None
    return next((c.id for c in ask.choices.values() if wanted is not None and wanted in c.causes), None)
