"""Messages and queues as values. Numbers of seconds are ints, times are aware datetimes (UTC)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from queues.sqs.names import FIFO_SUFFIX, name_from_arn


def encode_text(text: str) -> bytes:
    """UTF-8, also for the lone surrogates that JSON can carry and UTF-8 proper cannot."""
    return text.encode("utf-8", "surrogatepass")


@dataclass(frozen=True, slots=True)
class MessageAttribute:
    """`type`: String, Number or Binary, with a label of one's own after a dot if wanted."""

    type: str
    value: str | bytes

    @property
    def size(self) -> int:
        value = self.value if isinstance(self.value, bytes) else encode_text(self.value)
        return len(encode_text(self.type)) + len(value)


class SystemAttributes:
    """What SQS says about a message, read from `attributes`; None where it says nothing."""

    __slots__ = ()
    attributes: Mapping[str, str]

    @property
    def sent_at(self) -> datetime | None:
        return _from_milliseconds(self.attributes.get("SentTimestamp"))

    @property
    def first_received_at(self) -> datetime | None:
        return _from_milliseconds(self.attributes.get("ApproximateFirstReceiveTimestamp"))

    @property
    def receive_count(self) -> int | None:
        count = self.attributes.get("ApproximateReceiveCount", "")
        # An upload may say nonsense, and Python reads no number of thousands of digits.
        return int(count) if count.isascii() and count.isdigit() and len(count) < 20 else None

    @property
    def group_id(self) -> str | None:
        return self.attributes.get("MessageGroupId")

    @property
    def deduplication_id(self) -> str | None:
        return self.attributes.get("MessageDeduplicationId")

    @property
    def sequence_number(self) -> str | None:
        return self.attributes.get("SequenceNumber")

    @property
    def sender_id(self) -> str | None:
        return self.attributes.get("SenderId")

    @property
    def dead_letter_source_arn(self) -> str | None:
        return self.attributes.get("DeadLetterQueueSourceArn")


@dataclass(frozen=True, slots=True)
class Message(SystemAttributes):
    """One received message. `corrupted`: its checksums do not fit, so do not trust its content."""

    message_id: str
    receipt_handle: str
    body: str
    md5_of_body: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    message_attributes: Mapping[str, MessageAttribute] = field(default_factory=dict)
    corrupted: bool = False

    @property
    def size(self) -> int:
        return size_of(self.body, self.message_attributes)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to send. `delay_seconds` None: the queue's own delay applies."""

    body: str
    message_attributes: Mapping[str, MessageAttribute] = field(default_factory=dict)
    delay_seconds: int | None = None
    message_group_id: str | None = None
    message_deduplication_id: str | None = None
    trace_header: str | None = None

    @property
    def size(self) -> int:
        return size_of(self.body, self.message_attributes)


def size_of(body: str, attributes: Mapping[str, MessageAttribute]) -> int:
    """Bytes as SQS counts them: the body, and each message attribute's name, type and value."""
    return len(encode_text(body)) + sum(
        len(encode_text(name)) + attribute.size for name, attribute in attributes.items()
    )


@dataclass(frozen=True, slots=True)
class Sent:
    """What SQS answered to a message sent."""

    message_id: str
    md5_of_body: str
    md5_of_message_attributes: str | None = None
    sequence_number: str | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """Approximate: on AWS they lag, by about a minute."""

    available: int
    in_flight: int
    delayed: int

    @property
    def total(self) -> int:
        return self.available + self.in_flight + self.delayed


@dataclass(frozen=True, slots=True)
class RedrivePolicy:
    target_arn: str
    max_receive_count: int

    @property
    def target_name(self) -> str:
        return name_from_arn(self.target_arn)


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue as last observed. `attributes`: as SQS returns them, name to text."""

    url: str
    name: str
    attributes: Mapping[str, str] = field(default_factory=dict)

    @property
    def fifo(self) -> bool:
        return self.name.endswith(FIFO_SUFFIX)

    @property
    def arn(self) -> str:
        return self.attributes.get("QueueArn", "")

    @property
    def counts(self) -> Counts:
        return Counts(
            available=self._number("ApproximateNumberOfMessages"),
            in_flight=self._number("ApproximateNumberOfMessagesNotVisible"),
            delayed=self._number("ApproximateNumberOfMessagesDelayed"),
        )

    @property
    def visibility_timeout(self) -> int:
        return self._number("VisibilityTimeout", 30)

    @property
    def delay_seconds(self) -> int:
        return self._number("DelaySeconds")

    @property
    def retention(self) -> int:
        """Seconds until SQS deletes a message nobody has deleted."""
        return self._number("MessageRetentionPeriod", 345_600)

    @property
    def maximum_message_size(self) -> int:
        return self._number("MaximumMessageSize", 1_048_576)

    @property
    def receive_wait(self) -> int:
        return self._number("ReceiveMessageWaitTimeSeconds")

    @property
    def created_at(self) -> datetime | None:
        return _from_seconds(self.attributes.get("CreatedTimestamp"))

    @property
    def modified_at(self) -> datetime | None:
        return _from_seconds(self.attributes.get("LastModifiedTimestamp"))

    @property
    def content_based_deduplication(self) -> bool:
        return self.attributes.get("ContentBasedDeduplication") == "true"

    @property
    def deduplicates_by_group(self) -> bool:
        """SQS remembers deduplication IDs for each message group, not for the whole queue."""
        return self.attributes.get("DeduplicationScope") == "messageGroup"

    @property
    def redrive(self) -> RedrivePolicy | None:
        policy = self.attributes.get("RedrivePolicy")
        if not policy:
            return None
        terms = json.loads(policy)
        return RedrivePolicy(terms["deadLetterTargetArn"], int(terms["maxReceiveCount"]))

    @property
    def kms_key(self) -> str | None:
        return self.attributes.get("KmsMasterKeyId") or None

    @property
    def encrypted(self) -> bool:
        """At rest: with a KMS key, or with one that SQS manages."""
        return bool(self.kms_key) or self.attributes.get("SqsManagedSseEnabled") == "true"

    def _number(self, name: str, default: int = 0) -> int:
        return int(self.attributes.get(name, default))


@dataclass(frozen=True, slots=True)
class SuccessfulEntry:
    """`index`: the entry's place in what was asked. `sent`: for messages sent."""

    index: int
    sent: Sent | None = None


@dataclass(frozen=True, slots=True)
class FailedEntry:
    """`retryable`: trying again may help. `unknown`: the answer was lost, so the entry may have
    been carried out all the same."""

    index: int
    code: str
    message: str
    sender_fault: bool
    retryable: bool = False
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class BatchResult:
    """Each entry asked for is in one of the two, in the order asked for."""

    successful: tuple[SuccessfulEntry, ...]
    failed: tuple[FailedEntry, ...]


def _from_seconds(timestamp: str | None) -> datetime | None:
    # Some servers that speak SQS send fractions of a second.
    return datetime.fromtimestamp(float(timestamp), UTC) if timestamp else None


def _from_milliseconds(timestamp: str | None) -> datetime | None:
    """None also for what is no time that can be shown: an upload may say nonsense."""
    if not timestamp or not (timestamp.isascii() and timestamp.isdigit()) or len(timestamp) > 14:
        return None
    return datetime.fromtimestamp(int(timestamp) / 1000, UTC)
