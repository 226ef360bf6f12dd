"""What a text must look like to be a value of each type that inputs and parameters have."""

from collections.abc import Mapping
from typing import NoReturn

from tlswizard.core.target import BadTarget, parse_target
from tlswizard.core.text import visible
from tlswizard.playbook.format import NOT_SURE, Input

MAX_VALUE = 4096
"""Longest value: what `core.target` reads as a server at most."""

PARTS: Mapping[str, tuple[str, ...]] = {"server": ("host", "port", "starttls", "servername")}
"""What `{input.part}` may name, by the input's type."""


class NotAccepted(ValueError):
    """The text is no value of this type; the message says what to type instead."""


def accepted(text: str, type_: str, options: Mapping[str, str] | None = None) -> str:
    """`text` as it is kept, without what a paste brings along. Raises NotAccepted."""
    text = text.strip()
    if not text:
        _refuse("Nothing was typed.")
    if len(text) > MAX_VALUE:
        _refuse(f"That is too long: at most {MAX_VALUE} characters.")
    match type_:
        case "server":
            try:
                parse_target(text)
            except BadTarget as error:
                raise NotAccepted(str(error)) from None
        case "port":
            if not _is_number(text, 65535) or int(text) == 0:
                _refuse(f"“{visible(text, 40)}” is no port. Ports go from 1 to 65535.")
        case "seconds" | "days":
            if not _is_number(text, 10**6):
                _refuse(
                    f"“{visible(text, 40)}” is no number of {type_}. Type a whole number, for example 30."
                )
        case "yes-no":
            _one_of(text, ("yes", "no"))
        case "choice":
            _one_of(text, tuple(options or ()))
        case _:
            if not text.isprintable():
                _refuse("That must be one line of plain text.")
    return text


def answered(input_: Input, text: str) -> str:
    """`text` as the answer to an input. Raises NotAccepted."""
    if input_.not_sure and text.strip() == NOT_SURE:
        return NOT_SURE
    return accepted(text, input_.type, input_.options)


def parts(input_: Input, value: str) -> dict[str, str]:
    """What `{input}` and `{input.part}` show for a value that was accepted."""
    if value == NOT_SURE:
        return {input_.name: "not sure"}
    shown = {input_.name: input_.options.get(value, value)}
    if input_.type == "server":
        target = parse_target(value)
        shown |= {
            f"{input_.name}.host": target.host,
            f"{input_.name}.port": str(target.port),
            f"{input_.name}.starttls": target.starttls or "none",
            f"{input_.name}.servername": target.servername,
        }
    return shown


def _is_number(text: str, largest: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10 and int(text) <= largest


def _one_of(text: str, choices: tuple[str, ...]) -> None:
    if text not in choices:
        _refuse(f"“{visible(text, 40)}” is none of the answers. Type one of: {', '.join(choices)}.")


def _refuse(why: str) -> NoReturn:
    raise NotAccepted(why)
