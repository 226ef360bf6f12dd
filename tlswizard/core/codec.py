"""Cases and sessions as JSON and back: one general translation of frozen dataclasses, by their types.

A saved file is hostile until parsed: every value is checked against its declared type, what does not
fit is named with its place, and every text is made visible. Certificates stand once in a table of
their own and are referred to by their SHA-256 everywhere else, because the same root lies in many stores.
"""

import base64
import binascii
import reprlib
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, Generic, Literal, NoReturn, TypeVar, Union, get_args, get_origin, get_type_hints

from tlswizard.core.certificate import Certificate, Malformed, parse_certificate
from tlswizard.core.text import visible

T = TypeVar("T")

MAX_BYTES = 64 * 1024 * 1024
"""A Case with ten stores of 150 roots has 0.5 MB."""


class Unreadable(ValueError):
    """The data is not what was saved; the message names the place and what is wrong there."""


def encode(value: Any) -> dict[str, Any]:
    """A document that `json.dumps` takes."""
    table: dict[str, str] = {}
    return {"value": _out(value, table), "certificates": table}


def decode(kind: type[T], document: Any) -> T:
    """The value of type `kind` in a document that `encode` made. Raises Unreadable."""
    if not isinstance(document, dict) or not isinstance(document.get("certificates"), dict):
        raise Unreadable("this is not a file that tlswizard saved")
    table = {str(k): _certificate(k, v) for k, v in document["certificates"].items()}
    value: T = _in(kind, document.get("value"), table, "the file")
    return value


def _out(value: Any, table: dict[str, str]) -> Any:
    match value:
        case None | bool() | int() | float() | str():
            return value
        case datetime():
            return value.astimezone(UTC).isoformat()
        case bytes():
            return base64.b64encode(value).decode("ascii")
        case Certificate() | Malformed():
            table[value.sha256] = base64.b64encode(value.der).decode("ascii")
            return value.sha256
        case Mapping():
            return {str(k): _out(v, table) for k, v in value.items()}
        case tuple() | frozenset() | list():
            return [_out(v, table) for v in (sorted(value) if isinstance(value, frozenset) else value)]
    if is_dataclass(value):
        row = {f.name: _out(getattr(value, f.name), table) for f in fields(value)}
        return {"is": type(value).__name__} | row
    raise TypeError(f"{type(value).__name__} cannot be saved")


def _in(kind: Any, data: Any, table: Mapping[str, Certificate | Malformed], where: str) -> Any:
    origin, arguments = get_origin(kind), get_args(kind)
    if kind is Any:
        return data
    if origin in (Union, types.UnionType):
        return _one_of(arguments, data, table, where)
    if origin is Literal:
        return _expect(data in arguments and isinstance(data, str), data, where)
    if origin is tuple and len(arguments) == 2 and arguments[1] is ...:
        _expect(isinstance(data, list), data, where)
        return tuple(_in(arguments[0], item, table, f"{where}[{i}]") for i, item in enumerate(data))
    if origin is tuple:
        _expect(isinstance(data, list) and len(data) == len(arguments), data, where)
        return tuple(_in(a, item, table, where) for a, item in zip(arguments, data, strict=True))
    if origin is frozenset:
        _expect(isinstance(data, list), data, where)
        return frozenset(_in(arguments[0], item, table, where) for item in data)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        _expect(isinstance(data, dict), data, where)
        shown = {visible(str(k), MAX_BYTES): v for k, v in data.items()}
        return {k: _in(arguments[1], v, table, f"{where}.{visible(k, 60)}") for k, v in shown.items()}
    if kind in (Certificate, Malformed):
        found = table.get(data) if isinstance(data, str) else None
        return found if isinstance(found, kind) else _wrong(where, data)
    if kind in _SIMPLE:
        return _SIMPLE[kind](data, where)
    return _value(kind, data, table, where)


def _value(kind: Any, data: Any, table: Mapping[str, Certificate | Malformed], where: str) -> Any:
    """A dataclass; a generic one (`Part[Reach]`) with its parameter put in."""
    bare = get_origin(kind) or kind
    if not is_dataclass(bare):
        raise TypeError(f"{kind} cannot be read")
    _expect(isinstance(data, dict) and data.get("is") == getattr(bare, "__name__", None), data, where)
    parameters = dict(zip(_parameters(bare), get_args(kind), strict=False))
    made: Any = bare
    hints = _hints(made)
    known = {f.name for f in fields(bare) if f.init}
    values = {
        name: _in(
            parameters.get(hints[name], _filled(hints[name], parameters)), item, table, f"{where}.{name}"
        )
        for name, item in data.items()
        if name in known
    }
    try:
        return made(**values)
    except TypeError:
        return _wrong(where, "too little")


def _filled(hint: Any, parameters: Mapping[Any, Any]) -> Any:
    """`T | None` with T put in."""
    if get_origin(hint) in (Union, types.UnionType):
        return Union[tuple(parameters.get(a, a) for a in get_args(hint))]  # noqa: UP007 - built at run time
    return hint


def _one_of(
    kinds: tuple[Any, ...], data: Any, table: Mapping[str, Certificate | Malformed], where: str
) -> Any:
    if data is None and type(None) in kinds:
        return None
    wrong: Unreadable | None = None
    for kind in kinds:
        if kind is type(None):
            continue
        try:
            return _in(kind, data, table, where)
        except Unreadable as error:
            # The complaint of the kind that the data says it is of tells most.
            wrong = error if wrong is None or _named(kind, data) else wrong
    raise wrong or Unreadable(f"{where} is missing")


def _named(kind: Any, data: Any) -> bool:
    return isinstance(data, dict) and data.get("is") == getattr(get_origin(kind) or kind, "__name__", None)


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _parameters(kind: Any) -> tuple[Any, ...]:
    return next((get_args(b) for b in getattr(kind, "__orig_bases__", ()) if get_origin(b) is Generic), ())


def _moment(data: Any, where: str) -> datetime:
    try:
        moment = datetime.fromisoformat(data)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (TypeError, ValueError, OverflowError):
        _wrong(where, data)


def _number(data: Any, where: str) -> float:
    try:
        return float(data)
    except OverflowError:
        _wrong(where, data)


def _bytes(data: Any, where: str) -> bytes:
    try:
        return base64.b64decode(data, validate=True)
    except (TypeError, ValueError, binascii.Error):
        _wrong(where, data)


def _certificate(sha256: Any, data: Any) -> Certificate | Malformed:
    found = parse_certificate(_bytes(data, "certificates"))
    if found.sha256 != sha256:
        raise Unreadable("certificates: the bytes are not those that were saved")
    return found


def _expect(holds: bool, data: Any, where: str) -> Any:
    return data if holds else _wrong(where, data)


def _wrong(where: str, data: Any) -> NoReturn:
    shown = reprlib.repr(data)  # bounded in depth and length: the data is hostile
    raise Unreadable(f"{where}: {shown[:60] + '…' if len(shown) > 60 else shown} does not fit here")


_SIMPLE: dict[Any, Any] = {
    str: lambda d, w: visible(_expect(isinstance(d, str), d, w), MAX_BYTES),
    bool: lambda d, w: _expect(isinstance(d, bool), d, w),
    int: lambda d, w: _expect(isinstance(d, int) and not isinstance(d, bool), d, w),
    float: lambda d, w: _number(_expect(isinstance(d, int | float) and not isinstance(d, bool), d, w), w),
    type(None): lambda d, w: _expect(d is None, d, w),
    datetime: _moment,
    bytes: _bytes,
}
