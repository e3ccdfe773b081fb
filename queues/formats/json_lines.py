"""One JSON object a line, the exact format: nothing of a message is lost, and it can be read back.

    {"message_id": "…", "body": "…", "md5_body": "…", "attributes": {"SentTimestamp": "…"},
     "message_attributes": {"colour": {"type": "String", "value": "red"},
                            "seal": {"type": "Binary", "value": "<base64>"}},
     "received_at": "2026-11-23T18:07:00.123456+00:00"}

Only ASCII is written, so any body survives any transport, lone surrogates included.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

from queues.formats.base import SEPARATOR, Format, Record, in_chunks
from queues.sqs.md5 import md5_of_body
from queues.sqs.types import MessageAttribute


class UnreadableRecord(ValueError):
    """A line that is no record; says why."""


def write(records: Iterable[Record], *, separator: str = SEPARATOR) -> Iterator[bytes]:
    return in_chunks(_line(record) for record in records)


def read(lines: Iterable[bytes]) -> Iterator[Record]:
    """A file of ours, back again. Raises UnreadableRecord at the first line that is not a record,
    with its number; empty lines are skipped."""
    now = datetime.now(UTC)
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield record_from(fields_of(line), received_at=now)
            except UnreadableRecord as error:
                raise UnreadableRecord(f"Line {number} is not a message: {error}") from error


def fields_of(line: bytes) -> dict[str, object]:
    """The object that a line holds. Raises UnreadableRecord and nothing else."""
    try:
        found = json.loads(line.decode("utf-8"), object_pairs_hook=_each_once)
    except UnreadableRecord:
        raise
    except UnicodeDecodeError as error:
        raise UnreadableRecord(
            f"It is not UTF-8: byte 0x{line[error.start]:02X} at position {error.start + 1}."
        ) from error
    except json.JSONDecodeError as error:
        raise UnreadableRecord(
            f"It is not JSON (character {error.pos + 1}: {error.msg})."
        ) from error
    except RecursionError as error:
        raise UnreadableRecord("Its JSON is nested too deep to be a message.") from error
    except ValueError as error:  # an integer with thousands of digits
        raise UnreadableRecord(f"It is not JSON that can be read: {error}.") from error
    if not isinstance(found, dict):
        raise UnreadableRecord(f"It is {_kind(found)}; a message is an object with a body.")
    return found


def record_from(fields: Mapping[str, object], *, received_at: datetime) -> Record:
    """`body` is needed, all else may be missing or null: then there is no message id, the MD5 is
    computed, and `received_at` is what is given here. Raises UnreadableRecord."""
    given = {name: value for name, value in fields.items() if value is not None}
    if "body" not in given:
        named = ", ".join(json.dumps(name) for name in list(given)[:6])
        raise UnreadableRecord(f"It has no body. Its fields: {named or 'none'}.")
    body = _string("body", given["body"])
    attributes = _object("attributes", given.get("attributes", {}))
    return Record(
        message_id=_string("message_id", given.get("message_id", "")),
        body=body,
        md5_body=_string("md5_body", given.get("md5_body", md5_of_body(body))),
        received_at=_moment(given["received_at"]) if "received_at" in given else received_at,
        attributes={
            name: _string(f'attributes, "{name}"', value) for name, value in attributes.items()
        },
        message_attributes=attributes_from_json(given.get("message_attributes", {})),
    )


def _each_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise UnreadableRecord(f"It names {json.dumps(twice)} twice.")
    return found


def fields_from(record: Record) -> dict[str, object]:
    """The object that a line of this record holds."""
    return {
        "message_id": record.message_id,
        "body": record.body,
        "md5_body": record.md5_body,
        "attributes": dict(record.attributes),
        "message_attributes": attributes_to_json(record.message_attributes),
        "received_at": record.received_at.isoformat(),
    }


def _line(record: Record) -> bytes:
    return json.dumps(fields_from(record)).encode("ascii") + b"\n"


def attributes_to_json(attributes: Mapping[str, MessageAttribute]) -> dict[str, dict[str, str]]:
    """{name: {"type", "value"}}, binary values in base64."""
    return {
        name: {"type": attribute.type, "value": _text(attribute.value)}
        for name, attribute in attributes.items()
    }


def attributes_from_json(fields: object) -> dict[str, MessageAttribute]:
    """The same, back again. Raises UnreadableRecord."""
    found = _object("message_attributes", fields)
    return {name: _attribute(f'Attribute "{name}"', terms) for name, terms in found.items()}


def _attribute(what: str, fields: object) -> MessageAttribute:
    terms = _object(what, fields)
    for name in ("type", "value"):
        if name not in terms:
            raise UnreadableRecord(f"{what} has no {name}.")
    type_ = _string(f"{what}, its type", terms["type"])
    value = _string(f"{what}, its value", terms["value"])
    if not _is_binary(type_):
        return MessageAttribute(type_, value)
    try:
        return MessageAttribute(type_, b64decode(value, validate=True))
    except ValueError as error:  # binascii.Error is one
        raise UnreadableRecord(f"{what} is Binary, and its value is not base64.") from error


def _is_binary(type_: str) -> bool:
    return type_.partition(".")[0] == "Binary"


def _text(value: str | bytes) -> str:
    return b64encode(value).decode("ascii") if isinstance(value, bytes) else value


def _string(what: str, value: object) -> str:
    if not isinstance(value, str):
        raise UnreadableRecord(f"{what}: text is expected, not {_kind(value)}.")
    return value


def _object(what: str, value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise UnreadableRecord(f"{what}: an object is expected, not {_kind(value)}.")
    return value


def _moment(value: object) -> datetime:
    text = _string("received_at", value)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UnreadableRecord("received_at is not a time as ISO 8601 writes it.") from error
    if moment.tzinfo is None:
        raise UnreadableRecord("received_at has no time zone.")
    return moment


def _kind(value: object) -> str:
    if value is None:
        return "null"
    kinds = {str: "text", bool: "true or false", list: "a list", dict: "an object"}
    return kinds.get(type(value), "a number")


FORMAT = Format(
    name="jsonl",
    label="JSON Lines (exact, can be restored)",
    content_type="application/x-ndjson",
    extension="jsonl",
    write=write,
)
