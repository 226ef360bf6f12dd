"""Reads the inputs of a playbook."""

from typing import cast

from tlswizard.content.reader import Node, Scalar, Table
from tlswizard.playbook.form import Form, named, unquoted
from tlswizard.playbook.format import INPUT_TYPES, Input, InputType
from tlswizard.playbook.problems import Problems, quoted
from tlswizard.playbook.typed import NotAccepted, accepted

INPUT_KEYS = ("type", "label", "hint", "default", "options", "not-sure")


def read_input(key: Scalar, node: Node, problems: Problems) -> Input | None:
    """The input that stands under `key`; None if its type cannot be told."""
    name = named(problems, key, "an input")
    if not isinstance(node, Table):
        what = f"The keys of the input {quoted(name)} do not stand below it."
        problems.add(node.place, what, "write them there, indented: type, label …", "wrong-type")
        return None
    form = Form(problems, node, key.place, f"the input {quoted(name)}", INPUT_KEYS)
    type_ = form.word("type", INPUT_TYPES, "is no type of an input", "unknown-value", required=True)
    label = form.plain("label", required=True)
    hint, not_sure = form.plain("hint"), form.yes("not-sure")
    if type_ is None:
        return None
    options = _options(form, type_)
    default = form.scalar("default")
    if default:
        unquoted(problems, default)
    if default and (options or type_.text != "choice"):
        try:
            accepted(default.text, type_.text, options)
        except NotAccepted as error:
            problems.add(default.place, str(error), f"a value of the type {type_.text}", "wrong-type")
    return Input(
        name,
        cast(InputType, type_.text),
        label,
        hint,
        default.text.strip() if default else "",
        options,
        not_sure,
    )


def _options(form: Form, type_: Scalar) -> dict[str, str]:
    options = form.texts("options", "an option", required=type_.text == "choice")
    if options and type_.text != "choice":
        place = next(key.place for key, _ in form.table.entries if key.text == "options")
        what = f"{quoted('options')} does not go with the type {quoted(type_.text)}."
        form.problems.add(place, what, "type: choice", "unknown-key")
    return options
