"""What an expression looks at: `{body, envelope, attributes, message_attributes}` of one message.

`body`: the decoded document's JSON. `envelope`: the JSON that it stood in, such as SNS's.
`attributes`: what SQS says of the message, times (in milliseconds), counts and the sequence number
as numbers. `message_attributes`: name to value, Number as a number, Binary as base64 text. What
cannot be known, such as the body that is no JSON, stands there as Unknown.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from queues.decoders.searched import json_text
from queues.formats.base import Record
from queues.formats.json_lines import attributes_to_json
from queues.search.numbers import fraction, number, whole
from queues.search.unknown import Unknown

NAMES = ("body", "envelope", "attributes", "message_attributes")
NUMERIC = frozenset(
    {
        "ApproximateFirstReceiveTimestamp",
        "ApproximateReceiveCount",
        "SentTimestamp",
        "SequenceNumber",
    }
)

WHITE_SPACE = " \t\n\r"
NOT_JSON = Unknown("the body is not JSON")
NO_ENVELOPE = Unknown("the body stands in no envelope")
TOO_DEEP = Unknown("limit reached: the body is nested too deeply")
TWICE = Unknown("a name stands twice in an object of the body")


def document_of(record: Record, chain: Sequence[str] | None = None) -> dict[str, Any]:
    """Of a stored message, its body decoded; for paths."""
    return document(
        record.body, record.attributes, attributes_to_json(record.message_attributes), chain
    )


def document(
    body: str | None,
    attributes: Mapping[str, str],
    message_attributes: Mapping[str, Mapping[str, str]],
    chain: Sequence[str] | None = None,
) -> dict[str, Any]:
    """`body`: raw; None: nobody is going to look at it. `message_attributes`: name to type and
    value."""
    text, envelope = (None, None) if body is None else decoded(body, chain)
    return {
        "body": NOT_JSON if text is None else json_of(text),
        "envelope": NO_ENVELOPE if envelope is None else json_of(envelope),
        "attributes": attributes and _numbered(attributes),
        "message_attributes": message_attributes and _valued(message_attributes),
    }


def _numbered(attributes: Mapping[str, str]) -> dict[str, Any]:
    return {name: number(value) if name in NUMERIC else value for name, value in attributes.items()}


def _valued(message_attributes: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    return {
        name: number(terms["value"]) if is_number(terms["type"]) else terms["value"]
        for name, terms in message_attributes.items()
    }


def decoded(body: str, chain: Sequence[str] | None) -> tuple[str | None, str | None]:
    """The JSON texts of the decoded body and of its envelope."""
    text, envelope = json_text(body, chain)
    # A bare number or text is JSON, too, if not what decoders lay out.
    return (body if text is None and envelope is None else text), envelope


def json_of(body: str) -> Any:
    try:
        return read_json(body)
    except RecursionError:
        return TOO_DEEP
    except ValueError:
        return NOT_JSON


def read_json(text: str) -> Any:
    """Strictly JSON, else ValueError. Which of a doubled name's values counts is not known."""
    text = text.strip(WHITE_SPACE)
    try:
        found, end = QUICK.raw_decode(text)
    except json.JSONDecodeError:
        raise
    except ValueError:  # an integer with thousands of digits, which `whole` can take
        found, end = THOROUGH.raw_decode(text)
    if end < len(text):
        raise ValueError("Something stands after the JSON")
    return found


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


# Made once: making a decoder takes longer than reading a short body with it.
QUICK = json.JSONDecoder(parse_float=fraction, parse_constant=refuse, object_pairs_hook=object_of)
THOROUGH = json.JSONDecoder(
    parse_int=whole, parse_float=fraction, parse_constant=refuse, object_pairs_hook=object_of
)
