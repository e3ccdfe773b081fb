import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queues.formats.base import CHUNK, Record
from queues.formats.json_lines import UnreadableRecord, read, write
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
