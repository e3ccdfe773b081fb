"""A message in a queue, and how it looks to a receiver."""

import json
import random
from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum

from simulator.message_attributes import MessageAttributes


class State(StrEnum):
    AVAILABLE = "available"
    IN_FLIGHT = "in_flight"
    DELAYED = "delayed"
    GONE = "gone"


@dataclass(eq=False, slots=True)
class Message:
    """Times are seconds since the epoch. `order` is its place in its queue, unique there."""

    number: int
    message_id: str
    body: str
    md5_of_body: str
    attributes: MessageAttributes
    sender_id: str
    sent: float
    trace_header: str | None = None
    group: str | None = None
    deduplication_id: str | None = None
    sequence_number: str | None = None
    dead_letter_source_arn: str | None = None
    order: int = 0
    state: State = State.AVAILABLE
    receive_count: int = 0
    first_received: float = 0.0
    received: float = 0.0
    visible_at: float = 0.0
    visibility_changed: bool = False
    _head: str = field(default="", repr=False)

    def system_attributes(self) -> dict[str, str]:
        found = {
            "SenderId": self.sender_id,
            "SentTimestamp": str(int(self.sent * 1000)),
            "ApproximateReceiveCount": str(self.receive_count),
        }
        if self.receive_count:
            found["ApproximateFirstReceiveTimestamp"] = str(int(self.first_received * 1000))
        optional = {
            "SequenceNumber": self.sequence_number,
            "MessageDeduplicationId": self.deduplication_id,
            "MessageGroupId": self.group,
            "AWSTraceHeader": self.trace_header,
            "DeadLetterQueueSourceArn": self.dead_letter_source_arn,
        }
        found.update((name, value) for name, value in optional.items() if value is not None)
        return found

    def as_json(
        self,
        handle: str,
        system_names: Collection[str],
        attribute_names: Collection[str],
        body: str | None = None,
    ) -> str:
        """The protocol's form; `body` stands in for the real one when a fault corrupts it."""
        parts = [self._identity() if body is None else self._identity_with(json.dumps(body))]
        parts.append(f'"ReceiptHandle":"{handle}"')
        if system_names:
            found = self.system_attributes()
            if "All" not in system_names:
                found = {name: found[name] for name in found if name in system_names}
            if found:
                parts.append(f'"Attributes":{json.dumps(found)}')
        if attribute_names and self.attributes:
            chosen = self.attributes.select(attribute_names)
            if chosen:
                parts.append(f'"MD5OfMessageAttributes":"{chosen.md5}"')
                parts.append(f'"MessageAttributes":{chosen.as_json}')
        return "{" + ",".join(parts) + "}"

    def _identity(self) -> str:
        # Encoded once: a body is received more often than it is sent.
        if not self._head:
            self._head = self._identity_with(json.dumps(self.body))
        return self._head

    def _identity_with(self, body_json: str) -> str:
        return (
            f'"MessageId":"{self.message_id}","MD5OfBody":"{self.md5_of_body}","Body":{body_json}'
        )


def new_message_id(rng: random.Random) -> str:
    """A random UUID, version 4, but from the simulator's own seed."""
    digits = f"{rng.getrandbits(128):032x}"
    return (
        f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-"
        f"{'89ab'[int(digits[16], 16) % 4]}{digits[17:20]}-{digits[20:]}"
    )
