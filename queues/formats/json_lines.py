"""One JSON object a line, the exact format: nothing of a message is lost, and it can be read back.

    {"message_id": "…", "body": "…", "md5_body": "…", "attributes": {"SentTimestamp": "…"},
     "message_attributes": {"colour": {"type": "String", "value": "red"},
                            "seal": {"type": "Binary", "value": "<base64>"}},
     "received_at": "2026-11-23T18:07:00.123456+00:00"}

Only ASCII is written, so any body survives any transport, lone surrogates included.
"""

import binascii
import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from queues.formats.base import SEPARATOR, Format, Record, in_chunks
from queues.sqs.types import MessageAttribute


class UnreadableRecord(ValueError):
    """A line that is no record; says which and why."""


def write(records: Iterable[Record], *, separator: str = SEPARATOR) -> Iterator[bytes]:
    return in_chunks(_line(record) for record in records)


def read(lines: Iterable[bytes]) -> Iterator[Record]:
    """Raises UnreadableRecord at the first line that is not a record; empty lines are skipped."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield _record(json.loads(line))
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
                raise UnreadableRecord(
                    f"Line {number} is not a message of a dump: {type(error).__name__}: {error}"
                ) from error


def _line(record: Record) -> bytes:
    fields = {
        "message_id": record.message_id,
        "body": record.body,
        "md5_body": record.md5_body,
        "attributes": dict(record.attributes),
        "message_attributes": attributes_to_json(record.message_attributes),
        "received_at": record.received_at.isoformat(),
    }
    return json.dumps(fields).encode("ascii") + b"\n"


def _record(fields: dict[str, object]) -> Record:
    received_at = datetime.fromisoformat(_string(fields["received_at"]))
    if received_at.tzinfo is None:
        raise ValueError("received_at has no time zone")
    return Record(
        message_id=_string(fields["message_id"]),
        body=_string(fields["body"]),
        md5_body=_string(fields["md5_body"]),
        received_at=received_at,
        attributes={name: _string(value) for name, value in _object(fields["attributes"]).items()},
        message_attributes=attributes_from_json(fields["message_attributes"]),
    )


def attributes_to_json(attributes: Mapping[str, MessageAttribute]) -> dict[str, dict[str, str]]:
    """{name: {"type", "value"}}, binary values in base64."""
    return {
        name: {"type": attribute.type, "value": _text(attribute.value)}
        for name, attribute in attributes.items()
    }


def attributes_from_json(fields: object) -> dict[str, MessageAttribute]:
    return {name: _attribute(_object(terms)) for name, terms in _object(fields).items()}


def _attribute(terms: dict[str, object]) -> MessageAttribute:
    type_, value = _string(terms["type"]), _string(terms["value"])
    if not _is_binary(type_):
        return MessageAttribute(type_, value)
    try:
        return MessageAttribute(type_, b64decode(value, validate=True))
    except binascii.Error as error:
        raise ValueError(f"a Binary attribute is not base64: {error}") from error


def _is_binary(type_: str) -> bool:
    return type_.partition(".")[0] == "Binary"


def _text(value: str | bytes) -> str:
    return b64encode(value).decode("ascii") if isinstance(value, bytes) else value


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"text expected, not {type(value).__name__}")
    return value


def _object(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise TypeError(f"an object expected, not {type(value).__name__}")
    return value


FORMAT = Format(
    name="jsonl",
    label="JSON Lines (exact, can be restored)",
    content_type="application/x-ndjson",
    extension="jsonl",
    write=write,
)
