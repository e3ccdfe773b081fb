"""Which lines are messages that SQS would take."""

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queues.formats.base import Record
from queues.formats.json_lines import UnreadableRecord, write
from queues.formats.upload_file import Line
from queues.formats.upload_record import checked
from queues.sqs.md5 import md5_of_body
from queues.sqs.types import MessageAttribute, Queue

AT = datetime(2026, 11, 23, 18, 7, tzinfo=UTC)
STANDARD = Queue("url", "orders", {"MaximumMessageSize": "2048"})
FIFO = Queue("url", "orders.fifo", {"MaximumMessageSize": "2048"})


def check(fields: Mapping[str, Any], queue: Queue = STANDARD) -> Record:
    return checked(Line(1, json.dumps(fields).encode(), True, False), queue, received_at=AT)


def reason(fields: Mapping[str, Any], queue: Queue = STANDARD) -> str:
    with pytest.raises(UnreadableRecord) as refused:
        check(fields, queue)
    return str(refused.value)


def attributes(number: int) -> dict[str, dict[str, str]]:
    return {f"a{at}": {"type": "String", "value": "v"} for at in range(number)}


def one(type_: str, value: str) -> dict[str, Any]:
    return {"body": "a", "message_attributes": {"x": {"type": type_, "value": value}}}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"body": ""}, "The message body is empty."),
        ({"body": "a\0b"}, "The message body holds U+0000 at character 2"),
        ({"body": "\ud800"}, "U+D800"),
        ({"body": "\uffff"}, "U+FFFF"),
        ({"body": "x" * 2049}, "The message has 2,049 bytes, its attributes included."),
        ({"body": "a", "md5_body": md5_of_body("b")}, "Its md5_body does not fit its body"),
        ({"body": "a", "message_attributes": attributes(11)}, "at most 10 attributes"),
        (one("Text", "v"), "has the type 'Text'"),
        (one("Number", "seven"), "is no number that SQS takes"),
        (one("String", ""), 'Attribute "x" is empty'),
        (one("Binary", ""), 'Attribute "x" is empty'),
        ({"body": "a", "message_id": "x" * 101}, "Its message_id is none"),
        ({"body": "a", "message_id": "a\0b"}, "Its message_id is none"),
        ({"body": "a", "received_at": "0001-01-01T00:00:00+14:00"}, "Its received_at lies too far"),
        ({"body": "a", "attributes": {"SentTimestamp": "yesterday"}}, "is no whole number"),
        ({"body": "a", "attributes": {"SentTimestamp": "9" * 15}}, "is no whole number"),
        ({"body": "a", "attributes": {"AWSTraceHeader": "\0"}}, '"AWSTraceHeader", holds U+0000'),
        ({"body": "a", "attributes": {"\ud800": "v"}}, "A name in attributes holds U+D800"),
        ({"body": "a", "attributes": {"DeadLetterQueueSourceArn": "q"}}, "is not the ARN of an"),
        ({"body": "a", "attributes": {"MessageGroupId": "a b"}}, "The message group id may hold"),
    ],
)
def test_what_sqs_would_refuse_is_found_before_it_is_asked(
    fields: dict[str, Any], said: str
) -> None:
    assert said in reason(fields)


def test_a_message_as_large_as_the_queue_takes_is_good_and_one_byte_more_is_not() -> None:
    assert check({"body": "x" * 2048}).size == 2048
    name_type_and_value = len("x" + "String" + "v")
    fits = one("String", "v") | {"body": "b" * (2048 - name_type_and_value)}
    assert check(fits).size == 2048
    assert "2,049 bytes" in reason(fits | {"body": fits["body"] + "b"})


def test_a_message_without_a_group_is_good_for_a_fifo_queue_too_and_gets_one_later() -> None:
    assert check({"body": "a"}, FIFO).group_id is None
    assert "group id is empty" in reason({"body": "a", "attributes": {"MessageGroupId": ""}}, FIFO)


def test_ids_of_a_fifo_queue_do_no_harm_on_the_way_to_a_standard_one() -> None:
    given_ids = {"MessageGroupId": "g", "MessageDeduplicationId": "d"}
    record = check({"body": "a", "attributes": given_ids})
    assert (record.group_id, record.deduplication_id) == ("g", "d")


def test_a_line_cut_off_at_the_end_of_the_file_is_said_to_be_cut() -> None:
    cut = Line(7, b'{"body": "hel', False, False)
    with pytest.raises(UnreadableRecord, match="The file ends in the middle of this line"):
        checked(cut, STANDARD, received_at=AT)
    whole = Line(7, b'{"body": "hello"}', False, False)
    assert checked(whole, STANDARD, received_at=AT).body == "hello"


def test_a_line_too_long_is_refused_without_a_look_into_it() -> None:
    with pytest.raises(UnreadableRecord, match="It is longer than 8,388,608 bytes"):
        checked(Line(1, b'{"body": "x', True, True), STANDARD, received_at=AT)


allowed = st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn"), include_characters="\t\n\r"))
not_empty = allowed.filter(bool)
names = st.from_regex(r"[A-Za-z0-9_-]{1,20}", fullmatch=True)
values = st.one_of(
    st.builds(MessageAttribute, st.sampled_from(["String", "String.json"]), not_empty),
    st.builds(MessageAttribute, st.just("Number.int"), st.integers(-(10**30), 10**30).map(str)),
    st.builds(MessageAttribute, st.sampled_from(["Binary", "Binary.png"]), st.binary(min_size=1)),
)
sendable = st.builds(
    lambda body, system, own: Record("an-id", body, md5_of_body(body), AT, system, own),
    not_empty,
    st.fixed_dictionaries({"SentTimestamp": st.integers(0, 10**13).map(str)}),
    st.dictionaries(names, values, max_size=10),
)


@given(sendable)
def test_whatever_sqs_takes_is_read_back_as_it_was_written(record: Record) -> None:
    [line] = write([record])
    roomy = Queue("url", "orders", {"MaximumMessageSize": "1048576"})
    assert checked(Line(1, line, True, False), roomy, received_at=AT) == record


@given(st.binary(max_size=300), st.booleans())
def test_any_line_is_a_record_or_refused(content: bytes, ended: bool) -> None:
    with suppress(UnreadableRecord):
        assert checked(Line(1, content, ended, False), FIFO, received_at=AT).body
