"""What an expression looks at: `{body, attributes, message_attributes}` of one message.

`body`: the body's JSON. `attributes`: what SQS says of the message, times (in milliseconds), counts
and the sequence number as numbers. `message_attributes`: name to value, Number as a number, Binary
as base64 text. What cannot be known, such as the body that is no JSON, stands there as Unknown.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from queues.search.numbers import fraction, number, whole
from queues.search.unknown import Unknown

NAMES = ("body", "attributes", "message_attributes")
NUMERIC = frozenset(
    {
        "ApproximateFirstReceiveTimestamp",
        "ApproximateReceiveCount",
        "SentTimestamp",
        "SequenceNumber",
    }
)

NOT_JSON = Unknown("the body is not JSON")
TOO_DEEP = Unknown("limit reached: the body is nested too deeply")
TWICE = Unknown("a name stands twice in an object of the body")


def document(
    body: str | None,
    attributes: Mapping[str, str],
    message_attributes: Mapping[str, Mapping[str, str]],
) -> dict[str, Any]:
    """`body` None: nobody is going to look at it. `message_attributes`: name to type and value."""
    return {
        "body": None if body is None else json_of(body),
        "attributes": {
            name: number(value) if name in NUMERIC else value for name, value in attributes.items()
        },
        "message_attributes": {
            name: number(terms["value"]) if is_number(terms["type"]) else terms["value"]
            for name, terms in message_attributes.items()
        },
    }


def json_of(body: str) -> Any:
    try:
        return read_json(body)
    except RecursionError:
        return TOO_DEEP
    except ValueError:
        return NOT_JSON


def read_json(text: str) -> Any:
    """Strictly JSON, else ValueError. Which of a doubled name's values counts is not known."""
    return json.loads(
        text,
        parse_int=whole,
        parse_float=fraction,
        parse_constant=refuse,
        object_pairs_hook=object_of,
    )


def refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def object_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                found[name] = TWICE
            seen.add(name)
    return found


def is_number(type_: str) -> bool:
    return type_.partition(".")[0] == "Number"
