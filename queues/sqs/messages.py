"""One call each: receive, send, delete, change visibility. For many messages, see batches.py."""

import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from queues.sqs.calls import call_queue
from queues.sqs.errors import CorruptedAnswer
from queues.sqs.md5 import md5_of_attributes, md5_of_body
from queues.sqs.names import is_fifo, name_from_url
from queues.sqs.types import Message, MessageAttribute, Outgoing, Sent

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


def receive(
    client: "SQSClient",
    url: str,
    *,
    max_messages: int = 10,
    visibility_timeout: int | None = None,
    wait: int = 0,
    attempt_id: str | None = None,
) -> list[Message]:
    """Up to `max_messages` (1 to 10), hidden from others for `visibility_timeout` seconds.

    `visibility_timeout` None: the queue's own. 0 is best not used: the receive counts all the
    same, and one answer may then hold a message twice. `wait` up to 20: a long poll, which asks
    all of SQS's servers; a short poll may come back empty from a queue that is not.

    A message whose checksums do not fit comes back too, marked `corrupted`. `attempt_id`, for
    FIFO queues: the same id again within 5 minutes gets the same messages, should the first
    answer have been lost; by default each call has an id of its own.
    """
    request: dict[str, Any] = {
        "MaxNumberOfMessages": max_messages,
        "WaitTimeSeconds": wait,
        "MessageSystemAttributeNames": ["All"],
        "MessageAttributeNames": ["All"],
    }
    if visibility_timeout is not None:
        request["VisibilityTimeout"] = visibility_timeout
    if is_fifo(url):
        request["ReceiveRequestAttemptId"] = attempt_id or new_attempt_id()
    answer = call_queue(client, "ReceiveMessage", url, **request)
    return [_message(received) for received in answer.get("Messages") or []]


def new_attempt_id() -> str:
    return uuid.uuid4().hex


def send(client: "SQSClient", url: str, outgoing: Outgoing) -> Sent:
    """Raises CorruptedAnswer if SQS did not get the message as it was meant."""
    sent = sent_from(call_queue(client, "SendMessage", url, **request_of(outgoing)))
    if not arrived_intact(sent, outgoing):
        raise CorruptedAnswer(
            f'What queue "{name_from_url(url)}" received is not what was sent: the checksums '
            f"differ. Look at message {sent.message_id}, and send it again.",
            retryable=False,
        )
    return sent


def delete(client: "SQSClient", url: str, receipt_handle: str) -> None:
    call_queue(client, "DeleteMessage", url, ReceiptHandle=receipt_handle)


def change_visibility(client: "SQSClient", url: str, receipt_handle: str, seconds: int) -> None:
    """Hidden for `seconds` from now on, but never longer than 12 hours from its receive."""
    call_queue(
        client,
        "ChangeMessageVisibility",
        url,
        ReceiptHandle=receipt_handle,
        VisibilityTimeout=seconds,
    )


def request_of(outgoing: Outgoing) -> dict[str, Any]:
    """The message as SendMessage, and an entry of SendMessageBatch, want it."""
    request: dict[str, Any] = {"MessageBody": outgoing.body}
    if outgoing.message_attributes:
        request["MessageAttributes"] = {
            name: {"DataType": attribute.type, _value_field(attribute): attribute.value}
            for name, attribute in outgoing.message_attributes.items()
        }
    if outgoing.trace_header is not None:
        trace = {"DataType": "String", "StringValue": outgoing.trace_header}
        request["MessageSystemAttributes"] = {"AWSTraceHeader": trace}
    optional = {
        "DelaySeconds": outgoing.delay_seconds,
        "MessageGroupId": outgoing.message_group_id,
        "MessageDeduplicationId": outgoing.message_deduplication_id,
    }
    return request | {name: value for name, value in optional.items() if value is not None}


def sent_from(answer: Mapping[str, Any]) -> Sent:
    return Sent(
        message_id=answer["MessageId"],
        md5_of_body=answer["MD5OfMessageBody"],
        md5_of_message_attributes=answer.get("MD5OfMessageAttributes"),
        sequence_number=answer.get("SequenceNumber"),
    )


def arrived_intact(sent: Sent, outgoing: Outgoing) -> bool:
    attributes = outgoing.message_attributes
    return sent.md5_of_body == md5_of_body(outgoing.body) and (
        sent.md5_of_message_attributes is None
        or sent.md5_of_message_attributes == md5_of_attributes(attributes)
    )


def _message(received: Mapping[str, Any]) -> Message:
    body, attributes = received.get("Body") or "", _attributes(received)
    md5_of_attributes_sent = received.get("MD5OfMessageAttributes")
    return Message(
        message_id=received["MessageId"],
        receipt_handle=received["ReceiptHandle"],
        body=body,
        md5_of_body=received.get("MD5OfBody", ""),
        attributes=received.get("Attributes") or {},
        message_attributes=attributes,
        corrupted=received.get("MD5OfBody") != md5_of_body(body)
        or (
            md5_of_attributes_sent is not None
            and md5_of_attributes_sent != md5_of_attributes(attributes)
        ),
    )


def _attributes(received: Mapping[str, Any]) -> dict[str, MessageAttribute]:
    return {
        name: MessageAttribute(
            value["DataType"],
            value["BinaryValue"] if "BinaryValue" in value else value.get("StringValue", ""),
        )
        for name, value in (received.get("MessageAttributes") or {}).items()
    }


def _value_field(attribute: MessageAttribute) -> str:
    return "BinaryValue" if isinstance(attribute.value, bytes) else "StringValue"
