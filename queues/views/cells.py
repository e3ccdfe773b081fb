"""Columns that were picked from the document by path, and the paths there are to pick from."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from queues.decoders import Reading, Shape, visible
from queues.decoders.json_document import NOT_JSON, Digits, parse
from queues.models import Message
from queues.search.paths import MISSING, Path

MOST_CHARACTERS = 120
# Objects and lists within a value are shown so deep.
DEEPEST = 3
# Paths are suggested from so many messages, so deep into each, and so many of them.
LOOKED_AT = 20
MOST_STEPS = 4
MOST_NAMES = 60
MOST_PATHS = 40


@dataclass(frozen=True)
class Cell:
    """`note`: why there is no value."""

    label: str
    text: str
    note: str = ""


def document_of(reading: Reading, message: Message) -> dict[str, Any]:
    """What paths lead into, as for filters, but with numbers as they were sent."""
    return {
        "body": parse(reading.text or "") if reading.shape is Shape.JSON else NOT_JSON,
        "envelope": parse(reading.envelope) if reading.envelope else NOT_JSON,
        "attributes": json.loads(message.attributes_json),
        "message_attributes": {
            name: terms["value"]
            for name, terms in json.loads(message.message_attributes_json).items()
        },
    }


def cells_of(columns: Sequence[Path], document: dict[str, Any] | None) -> list[Cell]:
    return [cell(path, document) for path in columns]


def cell(path: Path, document: dict[str, Any] | None) -> Cell:
    label = visible(path.label)
    if document is None:
        return Cell(label, "—", "This body is not decoded in the list.")
    value = path.of(document)
    if value is MISSING or value is NOT_JSON:
        return Cell(label, "—", "There is nothing at this path.")
    return Cell(label, cut(in_words(value)))


def cut(text: str) -> str:
    short = visible(" ".join(text[: MOST_CHARACTERS + 1].split()))
    return short if len(text) <= MOST_CHARACTERS else f"{short[:MOST_CHARACTERS]}…"


def in_words(value: Any, depth: int = 0) -> str:
    """A text without its quotes, anything else as JSON writes it, every digit kept."""
    if isinstance(value, str):
        return value if depth == 0 or isinstance(value, Digits) else json.dumps(value)
    if isinstance(value, dict | list) and depth >= DEEPEST:
        return "{…}" if isinstance(value, dict) else "[…]"
    if isinstance(value, dict):
        inner = (f"{json.dumps(k)}: {in_words(v, depth + 1)}" for k, v in some(value.items()))
        return "{" + ", ".join(inner) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(in_words(each, depth + 1) for each in some(value)) + "]"
    return json.dumps(value)


def some(values: Iterable[Any]) -> Iterator[Any]:
    """No more than can be shown."""
    return (value for _, value in zip(range(MOST_CHARACTERS), values, strict=False))


def paths_in(documents: Iterable[dict[str, Any]]) -> list[tuple[str, str]]:
    """Paths to single values in these documents, the commonest first, each with an example."""
    counts: Counter[str] = Counter()
    examples: dict[str, str] = {}
    for document in documents:
        for path, value in leaves(document):
            if value not in ("", None):
                counts[path] += 1
                examples.setdefault(path, cut(in_words(value)))
    return [(path, examples[path]) for path, _ in counts.most_common(MOST_PATHS)]


def leaves(document: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for steps, value in walk(("body",), document["body"]):
        yield Path(steps).label, value
    for name, value in document["message_attributes"].items():
        yield str(Path(("message_attributes", name))), value


def walk(steps: tuple[str | int, ...], value: Any) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    if isinstance(value, dict) and len(steps) <= MOST_STEPS:
        for _, (name, each) in zip(range(MOST_NAMES), value.items(), strict=False):
            yield from walk((*steps, name), each)
    elif isinstance(value, list) and value and len(steps) <= MOST_STEPS:
        yield from walk((*steps, 0), value[0])
    elif not isinstance(value, dict | list) and value is not NOT_JSON:
        yield steps, value
