"""A message as its sender describes it: everything SendMessage checks."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from simulator.contents import check_characters, check_token, utf8_length
from simulator.errors import SqsError, invalid_value, missing
from simulator.md5 import md5_of_text
from simulator.message import Message
from simulator.message_attributes import MessageAttributes
from simulator.parameters import Parameters, integer, required_text, structure, text
from simulator.queue import Queue

_TRACE_HEADER = re.compile(r"[A-Za-z]+=[^;=\s]*(;\s*[A-Za-z]+=[^;=\s]*)*;?\Z")
_NOT_FOR_THIS_TYPE = "The request include parameter that is not valid for this queue type."


@dataclass(frozen=True)
class Outgoing:
    """`delay` in seconds. Group and deduplication id as the queue's type asks for them."""

    body: str
    attributes: MessageAttributes
    system_attributes: MessageAttributes
    delay: float
    group: str | None
    deduplication_id: str | None

    @classmethod
    def read(cls, parameters: Parameters, queue: Queue) -> "Outgoing":
        """SqsError, as AWS would refuse it, if this queue can't take the message."""
        body = required_text(parameters, "MessageBody")
        check_characters(body, "message body")
        attributes = MessageAttributes.parse(structure(parameters, "MessageAttributes"))
        limit = queue.attributes.maximum_message_size
        if utf8_length(body) + attributes.size > limit:
            raise SqsError(
                "InvalidParameterValueException",
                "One or more parameters are invalid. Reason: Message must be shorter than "
                f"{limit} bytes.",
            )
        delay = integer(parameters, "DelaySeconds", 0, 900)
        if queue.fifo and delay:
            raise invalid_value("DelaySeconds", delay, _NOT_FOR_THIS_TYPE)
        return cls(
            body,
            attributes,
            _system_attributes(structure(parameters, "MessageSystemAttributes")),
            queue.attributes.delay if queue.fifo or delay is None else delay,
            _group(parameters, queue),
            _deduplication_id(parameters, queue, body),
        )

    def message(self, number: int, message_id: str, sender_id: str, now: float) -> Message:
        trace = self.system_attributes.values.get("AWSTraceHeader")
        return Message(
            number=number,
            message_id=message_id,
            body=self.body,
            md5_of_body=md5_of_text(self.body),
            attributes=self.attributes,
            sender_id=sender_id,
            sent=now,
            trace_header=str(trace[1]) if trace else None,
            group=self.group,
            deduplication_id=self.deduplication_id,
        )


def claimed_size(parameters: Parameters) -> int:
    """A batch entry's part of the batch's size, whether or not the entry is valid."""
    body, attributes = parameters.get("MessageBody"), parameters.get("MessageAttributes")
    size = utf8_length(body) if isinstance(body, str) else 0
    try:
        return size + MessageAttributes.parse(attributes or {}).size
    except SqsError:
        return size


def _group(parameters: Parameters, queue: Queue) -> str | None:
    group = text(parameters, "MessageGroupId")
    if group is None and queue.fifo:
        raise missing("MessageGroupId")
    if group is not None:
        check_token("MessageGroupId", group)
    return group


def _deduplication_id(parameters: Parameters, queue: Queue, body: str) -> str | None:
    given = text(parameters, "MessageDeduplicationId")
    if given is not None:
        if not queue.fifo:
            raise invalid_value("MessageDeduplicationId", given, _NOT_FOR_THIS_TYPE)
        check_token("MessageDeduplicationId", given)
        return given
    if not queue.fifo:
        return None
    if not queue.attributes.content_based_deduplication:
        raise SqsError(
            "InvalidParameterValueException",
            "The queue should either have ContentBasedDeduplication enabled or "
            "MessageDeduplicationId provided explicitly",
        )
    return hashlib.sha256(body.encode()).hexdigest()


def _system_attributes(given: Mapping[str, Any]) -> MessageAttributes:
    for name in given:
        if name != "AWSTraceHeader":
            raise SqsError(
                "InvalidParameterValueException",
                f"Message system attribute name '{name}' is invalid.",
            )
    attributes = MessageAttributes.parse(given)
    for data_type, value in attributes.values.values():
        if data_type != "String" or not isinstance(value, str) or not _TRACE_HEADER.match(value):
            raise SqsError(
                "InvalidParameterValueException",
                "The AWSTraceHeader must be a String with a correctly formatted trace header.",
            )
    return attributes
