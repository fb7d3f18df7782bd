"""Frozen dataclasses of plain values as canonical JSON, and back, exactly."""

from __future__ import annotations

import json
import types
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def dumps(value: object) -> str:
    """Canonical JSON: keys sorted, no spaces, text as it is; a dataclass or dict becomes an object, a tuple an array.

    Raises:
        ValueError: a number is not finite, or text holds half a surrogate pair.
    """
    text = json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    text.encode()
    return text


def decode(kind: type[T], data: object) -> T:
    """What `dumps` made of a `kind`, parsed, as a `kind` again.

    Raises:
        ValueError: `data` has not the shape of `kind`; the message says where.
    """
    return _decode(kind, data, kind.__name__)  # type: ignore[no-any-return]


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _decode(kind: Any, data: object, where: str) -> Any:
    """By the kind's form: dataclass, tuple, union, literal or plain value."""
    if is_dataclass(kind):
        hints = _hints(kind)  # type: ignore[arg-type]
        if not isinstance(data, dict) or data.keys() != hints.keys():
            raise ValueError(f"{where}: not the fields of a {kind.__name__}")  # type: ignore[union-attr]
        return kind(**{name: _decode(hint, data[name], f"{where}.{name}") for name, hint in hints.items()})  # type: ignore[operator]
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is tuple:
        return _decode_tuple(arguments, data, where)
    if origin in (Union, types.UnionType):
        if data is None and types.NoneType in arguments:
            return None
        (inner,) = (argument for argument in arguments if argument is not types.NoneType)
        return _decode(inner, data, where)
    if origin is Literal:
        if data in arguments:
            return data
    elif kind is float and type(data) is int:  # a whole number that a person wrote
        return float(data)
    elif type(data) is kind:  # exact: a bool is no int here
        return data
    raise ValueError(f"{where}: {data!r:.60} is no {getattr(kind, '__name__', kind)}")


def _decode_tuple(kinds: tuple[Any, ...], data: object, where: str) -> tuple[Any, ...]:
    if not isinstance(data, list):
        raise ValueError(f"{where}: {data!r:.60} is no list")
    each = kinds[:1] * len(data) if kinds[-1] is Ellipsis else kinds
    if len(each) != len(data):
        raise ValueError(f"{where}: {len(data)} values in place of {len(each)}")
    return tuple(_decode(kind, item, f"{where}[{index}]") for index, (kind, item) in enumerate(zip(each, data, strict=True)))
