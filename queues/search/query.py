"""What somebody looks for in a dump, as its address says it: `text=…&where=…&received_from=3`.

A query is read by `Query.from_params` and written by `params()`, always in the same order, so that
two who ask the same share one answer. All of its terms must hold; one without terms finds all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

from queues.search.chips import Range, Value, label_of
from queues.search.expression import MOST_CHARACTERS, read
from queues.search.mistakes import BadFilter

MOST_TERMS = 10
MOST_TEXT = 1_000
LARGEST = 2**62
# A second before year 10000 would no longer be one that can be shown.
LAST_YEAR = 9_000

Params = list[tuple[str, str]]


class BadQuery(ValueError):
    """`field`: the parameter that is wrong. `number`: which of those with its name, from 0.
    `position`: where in it, its first character being 0; None: nowhere in it."""

    def __init__(
        self, field: str, sentence: str, position: int | None = None, number: int = 0
    ) -> None:
        super().__init__(sentence)
        self.field, self.sentence, self.position, self.number = field, sentence, position, number

    def __str__(self) -> str:
        if self.position is None:
            return self.sentence
        return f"{self.sentence} (At character {self.position + 1}.)"


class Chip(NamedTuple):
    """A term in words, and the query without it."""

    label: str
    params_without_it: Params


@dataclass(frozen=True, slots=True)
class Query:
    """`texts` stand in the body, raw or decoded, or in a message attribute's value; or are the
    whole of the message's id, group or deduplication id. `where`: JMESPath. `attributes`: a message
    attribute, or one of SQS's own, and its value; None: any. `size`: of the body, in bytes.
    `received`: the receive count. `groups`: one of them is the message's group."""

    texts: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    attributes: tuple[tuple[str, str | None], ...] = ()
    sent: Range[datetime] = field(default_factory=Range)
    size: Range[int] = field(default_factory=Range)
    received: Range[int] = field(default_factory=Range)
    groups: tuple[str, ...] = ()
    ignore_case: bool = False

    def __bool__(self) -> bool:
        """Whether it has terms."""
        return bool(self._without_case().params())

    @classmethod
    def from_params(cls, given: Mapping[str, Any]) -> Query:
        """From a QueryDict, or names to lists of values. Empty values and names that are none of a
        query's are passed over. Raises BadQuery."""
        texts = _list(given, "text", _text)
        return cls(
            texts=texts,
            where=_where(given),
            attributes=_list(given, "attribute", _attribute),
            sent=_range(given, "sent", _moment),
            size=_range(given, "size", _whole),
            received=_range(given, "received", _whole),
            groups=_list(given, "group", _text),
            ignore_case=bool(texts) and "ignore" in _values(given, "case"),
        )

    @property
    def expression(self) -> str:
        """All of `where` as one; empty without."""
        if len(self.where) < 2:
            return "".join(self.where)
        return " && ".join(f"({each})" for each in self.where)

    def params(self) -> Params:
        """For a URL; the same query always gives the same."""
        found = [("text", text) for text in self.texts]
        found += [("case", "ignore")] if self.ignore_case else []
        found += [("where", each) for each in self.where]
        found += [
            ("attribute", name if value is None else f"{name}={value}")
            for name, value in self.attributes
        ]
        for name, range_ in self._ranges():
            for side, value in (("from", range_.least), ("to", range_.most)):
                found += [] if value is None else [(f"{name}_{side}", written(value))]
        return found + [("group", group) for group in self.groups]

    def chips(self) -> list[Chip]:
        found = []
        for name in ("texts", "where", "attributes", "groups"):
            terms = getattr(self, name)
            either = name == "texts" and self.ignore_case
            for place, term in enumerate(terms):
                rest = replace(self, **{name: terms[:place] + terms[place + 1 :]})
                label = label_of(name, term) + (", in upper or lower case" if either else "")
                found.append(Chip(label, (rest if rest.texts else rest._without_case()).params()))
        for name, range_ in self._ranges():
            if range_:
                empty: dict[str, Any] = {name: Range()}
                rest = replace(self, **empty)
                found.append(Chip(label_of(name, range_), rest.params()))
        return found

    def _ranges(self) -> list[tuple[str, Range[datetime] | Range[int]]]:
        return [("sent", self.sent), ("size", self.size), ("received", self.received)]

    def _without_case(self) -> Query:
        return replace(self, ignore_case=False)


def _values(given: Mapping[str, Any], name: str) -> list[str]:
    values = given.getlist(name) if hasattr(given, "getlist") else given.get(name, [])
    return [value for value in values if value.strip()]


def _list(
    given: Mapping[str, Any], name: str, check: Callable[[str, str, int], Any]
) -> tuple[Any, ...]:
    """Each of them once, in their order."""
    values = list(dict.fromkeys(_values(given, name)))
    if len(values) > MOST_TERMS:
        raise BadQuery(name, f"More than {MOST_TERMS} of these at once are not taken.", None, 0)
    return tuple(check(name, value, number) for number, value in enumerate(values))


def _text(name: str, value: str, number: int) -> str:
    """It counts with its spaces."""
    if len(value) > MOST_TEXT:
        raise BadQuery(name, f"It is longer than {MOST_TEXT:,} characters.", None, number)
    return value


def _attribute(field: str, value: str, number: int) -> tuple[str, str | None]:
    name, equals, sought = _text(field, value, number).partition("=")
    if not name.strip():
        raise BadQuery(field, "Before “=” stands an attribute's name.", 0, number)
    return name.strip(), sought if equals else None


def _where(given: Mapping[str, Any]) -> tuple[str, ...]:
    found: tuple[str, ...] = _list(given, "where", _expression)
    if sum(map(len, found)) + 6 * len(found) > MOST_CHARACTERS:
        raise BadQuery("where", f"Together they are longer than {MOST_CHARACTERS:,} characters.")
    return found


def _expression(name: str, value: str, number: int) -> str:
    expression = value.strip()
    try:
        read(expression)
    except BadFilter as error:
        # Where it stands in what was typed, spaces included.
        before = len(value) - len(value.lstrip())
        position = None if error.position is None else error.position + before
        raise BadQuery(name, error.sentence, position, number) from error
    return expression


def _range(given: Mapping[str, Any], name: str, check: Callable[[str, str], Value]) -> Range[Value]:
    least, most = (
        check(f"{name}_{side}", values[0]) if (values := _values(given, f"{name}_{side}")) else None
        for side in ("from", "to")
    )
    if (
        least is not None
        and most is not None
        and least >= most
        and (least > most or isinstance(least, datetime))
    ):
        what = (
            "The end is not after the start."
            if name == "sent"
            else ("The largest is smaller than the smallest.")
        )
        raise BadQuery(f"{name}_to", what)
    return Range(least, most)


def _whole(name: str, value: str) -> int:
    digits = value.strip().replace(",", "").replace("_", "")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 20) or int(digits) > LARGEST:
        raise BadQuery(name, f"“{value.strip()[:40]}” is not a whole number.")
    return int(digits)


def _moment(name: str, value: str) -> datetime:
    """As ISO 8601 writes it; without a zone it is UTC, which is what the pages show."""
    # A “+” of the zone that was not encoded arrives as a space.
    text = value.strip().replace(" +", "+")
    try:
        moment = datetime.fromisoformat(text)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        moment = datetime.max.replace(tzinfo=UTC)
    if not 1970 <= moment.year <= LAST_YEAR:
        raise BadQuery(
            name, f"“{value.strip()[:40]}” is not a time. Write it as 2026-11-23 18:07:00, in UTC."
        )
    return moment


def written(value: int | datetime) -> str:
    if isinstance(value, int):
        return str(value)
    return (
        value.replace(tzinfo=None).isoformat(
            timespec="milliseconds" if value.microsecond else "seconds"
        )
        + "Z"
    )
