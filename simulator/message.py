"""A message in a queue, and how it looks to a receiver."""

import random
from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum

# json.dumps of a string is this, after choosing among its options; ten messages a receive with
# half a dozen strings each make the difference felt.
from json.encoder import encode_basestring_ascii as quoted

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
    _identity: str = field(default="", repr=False)
    _origin: str = field(default="", repr=False)

    def system_attributes(self) -> dict[str, str]:
        found = {**self._where_from(), "ApproximateReceiveCount": str(self.receive_count)}
        if self.receive_count:
            found["ApproximateFirstReceiveTimestamp"] = str(int(self.first_received * 1000))
        return found

    def _where_from(self) -> dict[str, str]:
        found = {"SenderId": self.sender_id, "SentTimestamp": str(int(self.sent * 1000))}
        for name, value in (
            ("SequenceNumber", self.sequence_number),
            ("MessageDeduplicationId", self.deduplication_id),
            ("MessageGroupId", self.group),
            ("AWSTraceHeader", self.trace_header),
            ("DeadLetterQueueSourceArn", self.dead_letter_source_arn),
        ):
            if value is not None:
                found[name] = value
        return found

    def as_json(
        self,
        handle: str,
        system_names: Collection[str],
        attribute_names: Collection[str],
        body: str | None = None,
    ) -> str:
        """The protocol's form; `body` stands in for the real one when a fault corrupts it."""
        identity = self._identity if body is None else self._identity_json(body)
        parts = [identity, f'"ReceiptHandle":"{handle}"']
        if system_names:
            found = self._system_attributes_json(system_names)
            if found:
                parts.append(f'"Attributes":{{{found}}}')
        if attribute_names and self.attributes:
            chosen = self.attributes.select(attribute_names)
            if chosen:
                parts.append(f'"MD5OfMessageAttributes":"{chosen.md5}"')
                parts.append(f'"MessageAttributes":{chosen.as_json}')
        return "{" + ",".join(parts) + "}"

    def encode(self) -> None:
        """Encodes what no receive changes; again after a move to another queue."""
        self._identity = self._identity_json(self.body)
        self._origin = _members(self._where_from())

    def _identity_json(self, body: str) -> str:
        return (
            f'"MessageId":"{self.message_id}","MD5OfBody":"{self.md5_of_body}",'
            f'"Body":{quoted(body)}'
        )

    def _system_attributes_json(self, names: Collection[str]) -> str:
        if "All" not in names:
            found = self.system_attributes()
            return _members({name: found[name] for name in found if name in names})
        return (
            f'{self._origin},"ApproximateReceiveCount":"{self.receive_count}",'
            f'"ApproximateFirstReceiveTimestamp":"{int(self.first_received * 1000)}"'
        )


def _members(found: dict[str, str]) -> str:
    return ",".join([f'"{name}":{quoted(value)}' for name, value in found.items()])


def new_message_id(rng: random.Random) -> str:
    """A random UUID, version 4, but from the simulator's own seed."""
    digits = f"{rng.getrandbits(128):032x}"
    return (
        f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-"
        f"{'89ab'[int(digits[16], 16) % 4]}{digits[17:20]}-{digits[20:]}"
    )
