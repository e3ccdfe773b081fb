"""The terms of a query in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

Value = TypeVar("Value", int, datetime)


@dataclass(frozen=True, slots=True)
class Range(Generic[Value]):
    """`least` is within it. `most` is within a range of numbers; a range of times ends before it,
    so that bars of a chart do not overlap."""

    least: Value | None = None
    most: Value | None = None

    def __bool__(self) -> bool:
        return self.least is not None or self.most is not None


def label_of(field: str, term: Any) -> str:
    """Of one of the texts, expressions, attributes or groups, or of a range."""
    return LABELS[field](term)


def _clock(moment: datetime) -> str:
    fraction = f".{moment.microsecond // 1000:03}" if moment.microsecond else ""
    return f"{moment:%Y-%m-%d %H:%M:%S}{fraction}"


def _sent(range_: Range[datetime]) -> str:
    if range_.least is None or range_.most is None:
        word = "before" if range_.least is None else "from"
        one = range_.most if range_.least is None else range_.least
        return f"sent {word} {_clock(one)} UTC" if one else ""
    until = (
        f"{range_.most:%H:%M:%S}"
        if range_.least.date() == range_.most.date()
        else (_clock(range_.most))
    )
    return f"sent {_clock(range_.least)} to {until} UTC"


def _numbers(what: str, unit: str) -> Callable[[Range[int]], str]:
    def label(range_: Range[int]) -> str:
        if range_.least == range_.most:
            return f"{what} {range_.least:,} {unit}"
        parts = [] if range_.least is None else [f"at least {range_.least:,}"]
        parts += [] if range_.most is None else [f"at most {range_.most:,}"]
        return f"{what} {' and '.join(parts)} {unit}"

    return label


def _attribute_label(term: tuple[str, str | None]) -> str:
    name, value = term
    return f"has attribute {name}" if value is None else f"{name} = {value}"


LABELS: dict[str, Callable[[Any], str]] = {
    "texts": lambda text: f"text “{text}”",
    "where": str,
    "attributes": _attribute_label,
    "groups": lambda group: f"group {group}",
    "sent": _sent,
    "size": _numbers("body", "bytes"),
    "received": _numbers("received", "times"),
}
