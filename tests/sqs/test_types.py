from datetime import UTC, datetime

import pytest

from queues.sqs.types import Counts, Message, MessageAttribute, Outgoing, Queue


def test_sqs_counts_bytes_of_body_and_of_each_attributes_name_type_and_value() -> None:
    attributes = {
        "colour": MessageAttribute("String", "grün"),
        "seal": MessageAttribute("Binary.png", b"\x00\xff"),
    }
    assert Outgoing("né", attributes).size == 3 + (6 + 6 + 5) + (4 + 10 + 2)
    assert Message("id", "handle", "né", "md5", {}, attributes).size == 3 + 17 + 16


def test_a_lone_surrogate_has_a_size_too() -> None:
    assert Outgoing("\ud800").size == 3


def test_what_sqs_says_about_a_message_is_read_from_its_attributes() -> None:
    message = Message(
        "id",
        "handle",
        "body",
        "md5",
        {
            "SentTimestamp": "1700000000123",
            "ApproximateFirstReceiveTimestamp": "1700000001000",
            "ApproximateReceiveCount": "3",
            "MessageGroupId": "customer-7",
            "MessageDeduplicationId": "once",
            "SequenceNumber": "18849496460467696128",
            "SenderId": "AIDA",
            "DeadLetterQueueSourceArn": "arn:aws:sqs:eu-west-1:1:orders",
        },
    )
    assert message.sent_at == datetime(2023, 11, 14, 22, 13, 20, 123000, UTC)
    assert message.first_received_at == datetime(2023, 11, 14, 22, 13, 21, tzinfo=UTC)
    assert message.receive_count == 3
    assert (message.group_id, message.deduplication_id) == ("customer-7", "once")
    assert message.sequence_number == "18849496460467696128"
    assert message.sender_id == "AIDA"
    assert message.dead_letter_source_arn == "arn:aws:sqs:eu-west-1:1:orders"


def test_what_sqs_does_not_say_is_none() -> None:
    message = Message("id", "handle", "body", "md5")
    assert message.sent_at is None
    assert message.receive_count is None
    assert message.group_id is None


def test_a_queues_attributes_are_numbers_times_and_truths() -> None:
    queue = Queue(
        "http://x/1/orders.fifo",
        "orders.fifo",
        {
            "QueueArn": "arn:aws:sqs:eu-west-1:1:orders.fifo",
            "ApproximateNumberOfMessages": "3",
            "ApproximateNumberOfMessagesNotVisible": "2",
            "ApproximateNumberOfMessagesDelayed": "1",
            "VisibilityTimeout": "45",
            "DelaySeconds": "5",
            "MessageRetentionPeriod": "60",
            "MaximumMessageSize": "1024",
            "ReceiveMessageWaitTimeSeconds": "20",
            "CreatedTimestamp": "1700000000",
            "LastModifiedTimestamp": "1700000001.5",
            "ContentBasedDeduplication": "true",
            "RedrivePolicy": '{"deadLetterTargetArn": "arn:aws:sqs:eu-west-1:1:dead.fifo", '
            '"maxReceiveCount": "4"}',
            "KmsMasterKeyId": "alias/aws/sqs",
        },
    )
    assert queue.counts == Counts(available=3, in_flight=2, delayed=1)
    assert queue.counts.total == 6
    assert queue.fifo
    assert queue.content_based_deduplication
    assert queue.encrypted
    assert (queue.visibility_timeout, queue.delay_seconds, queue.retention) == (45, 5, 60)
    assert (queue.maximum_message_size, queue.receive_wait) == (1024, 20)
    assert queue.created_at == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    assert queue.modified_at is not None
    assert queue.redrive is not None
    assert (queue.redrive.target_name, queue.redrive.max_receive_count) == ("dead.fifo", 4)


@pytest.mark.parametrize(
    ("attributes", "encrypted"),
    [
        ({}, False),
        ({"SqsManagedSseEnabled": "false"}, False),
        ({"SqsManagedSseEnabled": "true"}, True),
    ],
)
def test_a_queue_without_a_key_may_be_encrypted_by_sqs(
    attributes: dict[str, str], encrypted: bool
) -> None:
    queue = Queue("http://x/1/orders", "orders", attributes)
    assert queue.encrypted is encrypted
    assert queue.redrive is None
    assert not queue.fifo


@pytest.mark.parametrize(
    "said", ["x", "1e5", "-1", "", "9" * 30, "9" * 5_000, "٣", "999999999999999"]
)
def test_a_number_that_is_none_is_not_known_rather_than_an_error(said: str) -> None:
    names = ("SentTimestamp", "ApproximateFirstReceiveTimestamp")
    of = Message("m", "h", "body", "md5", {**dict.fromkeys(names, said)})
    assert (of.sent_at, of.first_received_at) == (None, None)
    if said != "999999999999999":
        assert (
            Message("m", "h", "b", "md5", {"ApproximateReceiveCount": said}).receive_count is None
        )
