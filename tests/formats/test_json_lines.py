import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queues.formats.base import CHUNK, Record
from queues.formats.json_lines import (
    UnreadableRecord,
    fields_of,
    read,
    record_from,
    write,
)
from queues.sqs.md5 import md5_of_body
from queues.sqs.types import MessageAttribute

AT = datetime(2026, 11, 23, 18, 7, 0, 123456, UTC)

# Any text JSON can carry, as a JSON parser hands it out: lone surrogates too.
texts = st.text(st.characters(codec=None)).map(lambda text: json.loads(json.dumps(text)))
labels = st.sampled_from(["", ".int", ".png"])
message_attributes = st.one_of(
    st.builds(MessageAttribute, labels.map(lambda label: "String" + label), texts),
    st.builds(MessageAttribute, labels.map(lambda label: "Number" + label), st.integers().map(str)),
    st.builds(MessageAttribute, labels.map(lambda label: "Binary" + label), st.binary()),
)
zones = st.integers(-12 * 60, 12 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
records = st.builds(
    Record,
    message_id=texts,
    body=texts,
    md5_body=texts,
    received_at=st.datetimes(timezones=zones),
    attributes=st.dictionaries(texts, texts),
    message_attributes=st.dictionaries(texts, message_attributes),
)


@given(st.lists(records, max_size=5))
def test_whatever_is_written_is_read_back_unchanged(written: list[Record]) -> None:
    lines = b"".join(write(written)).splitlines(keepends=True)
    assert len(lines) == len(written)
    assert list(read(lines)) == written


@given(records)
def test_a_line_is_ascii_and_one_line_whatever_the_body_holds(record: Record) -> None:
    [line] = write([record])
    assert line.isascii()
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")


def test_a_line_has_exactly_the_fields_that_are_promised() -> None:
    record = Record(
        message_id="id",
        body="größe",
        md5_body="md5",
        received_at=AT,
        attributes={"SentTimestamp": "1"},
        message_attributes={
            "colour": MessageAttribute("String", "red"),
            "seal": MessageAttribute("Binary.png", b"\x00\xff"),
        },
    )
    [line] = write([record])
    assert json.loads(line) == {
        "message_id": "id",
        "body": "größe",
        "md5_body": "md5",
        "attributes": {"SentTimestamp": "1"},
        "message_attributes": {
            "colour": {"type": "String", "value": "red"},
            "seal": {"type": "Binary.png", "value": "AP8="},
        },
        "received_at": "2026-11-23T18:07:00.123456+00:00",
    }


def test_a_long_dump_is_written_in_chunks_and_not_gathered_first() -> None:
    taken = 0

    def endless() -> object:
        nonlocal taken
        while True:
            taken += 1
            yield Record("id", "x" * 1000, "md5", AT)

    chunks = write(endless())  # type: ignore[arg-type]
    first = next(chunks)
    assert CHUNK <= len(first) < CHUNK + 2000
    assert taken < 100


GOOD = {
    "message_id": "id",
    "body": "b",
    "md5_body": "m",
    "attributes": {},
    "message_attributes": {},
    "received_at": AT.isoformat(),
}


@pytest.mark.parametrize(
    "line",
    [
        b"not json",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b"[" * 100_000,
        json.dumps({**GOOD, "body": 7}).encode(),
        json.dumps({**GOOD, "attributes": {"SentTimestamp": 1}}).encode(),
        json.dumps({**GOOD, "received_at": "yesterday"}).encode(),
        json.dumps({**GOOD, "received_at": "2026-11-23T18:07:00"}).encode(),
        json.dumps(
            {**GOOD, "message_attributes": {"a": {"type": "Binary", "value": "AP8=!"}}}
        ).encode(),
        json.dumps({**GOOD, "message_attributes": {"a": "x"}}).encode(),
    ],
)
def test_a_line_that_is_no_message_is_named_by_its_number(line: bytes) -> None:
    good = json.dumps(GOOD).encode()
    with pytest.raises(UnreadableRecord, match="Line 3 is not a message"):
        list(read([good, b"\n", line]))


def test_a_body_is_enough_and_the_rest_is_filled_in() -> None:
    [record] = read([b'{"body": "hello"}'])
    assert (record.message_id, record.body, record.md5_body) == ("", "hello", md5_of_body("hello"))
    assert (record.attributes, record.message_attributes) == ({}, {})
    assert datetime.now(UTC) - record.received_at < timedelta(minutes=5)


def test_null_is_the_same_as_missing() -> None:
    line = json.dumps(dict.fromkeys(GOOD) | {"body": "hello"}).encode()
    assert record_from(fields_of(line), received_at=AT) == record_from(
        {"body": "hello"}, received_at=AT
    )


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"not json", "It is not JSON (character 1: Expecting value)."),
        (b'{"body": "a"', "It is not JSON (character 13: Expecting ',' delimiter)."),
        (b'{"body": "a"}\xff', "It is not UTF-8: byte 0xFF at position 14."),
        (b"[1]", "It is a list; a message is an object with a body."),
        (b"12", "It is a number; a message is an object with a body."),
        (b'{"Body": "a", "MessageId": "b"}', 'It has no body. Its fields: "Body", "MessageId".'),
        (b'{"body": null}', "It has no body. Its fields: none."),
        (b'{"body": "a", "body": "b"}', 'It names "body" twice.'),
        (b'{"body": {"a": 1}}', "body: text is expected, not an object."),
        (b'{"body": "a", "attributes": []}', "attributes: an object is expected, not a list."),
        (
            b'{"body": "a", "message_attributes": {"x": {"type": "String"}}}',
            'Attribute "x" has no value.',
        ),
        (
            b'{"body": "a", "message_attributes": {"x": {"type": "Binary", "value": "AP8=!"}}}',
            'Attribute "x" is Binary, and its value is not base64.',
        ),
        (b'{"body": "a", "received_at": "soon"}', "received_at is not a time"),
        (b"[" * 100_000, "nested too deep"),
        (b'{"body": "a", "n": ' + b"9" * 5000 + b"}", "It is not JSON that can be read"),
    ],
)
def test_what_is_wrong_with_a_line_is_said_in_a_sentence(line: bytes, reason: str) -> None:
    with pytest.raises(UnreadableRecord) as found:
        record_from(fields_of(line), received_at=AT)
    assert reason in str(found.value)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
# Lines that come close: the fields' names are right, and hold anything.
almost = st.fixed_dictionaries({}, optional=dict.fromkeys(GOOD, json_values)).map(
    lambda fields: json.dumps(fields).encode()
)


@given(st.binary() | texts.map(lambda text: text.encode("utf-8", "surrogatepass")) | almost)
def test_whatever_a_line_holds_it_is_a_record_or_refused(line: bytes) -> None:
    with suppress(UnreadableRecord):
        assert isinstance(record_from(fields_of(line), received_at=AT).body, str)
