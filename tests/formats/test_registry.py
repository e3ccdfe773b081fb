from datetime import UTC, datetime

import pytest

from queues.formats import FORMATS, Record
from queues.sqs.types import Message, MessageAttribute


def test_there_is_a_format_for_machines_one_for_people_and_one_for_spreadsheets() -> None:
    assert list(FORMATS) == ["jsonl", "text", "csv"]


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_can_be_offered_as_a_download(name: str) -> None:
    format_ = FORMATS[name]
    assert format_.name == name
    assert format_.label
    assert "/" in format_.content_type
    assert format_.extension.isalnum()
    record = Record("id", "body", "md5", datetime.now(UTC))
    assert b"body" in b"".join(format_.write([record], separator="|"))


def test_a_received_message_becomes_a_record_with_nothing_left_out() -> None:
    now = datetime.now(UTC)
    attributes = {"SentTimestamp": "1", "MessageGroupId": "g"}
    named = {"a": MessageAttribute("String", "v")}
    record = Record.of(Message("id", "handle", "body", "md5", attributes, named), now)
    assert record == Record("id", "body", "md5", now, attributes, named)
    assert record.group_id == "g"
