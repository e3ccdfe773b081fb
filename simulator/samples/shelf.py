"""Putting queues and messages of the past straight into an account."""

import base64
import gzip
import json
import random
from typing import Any

from simulator.account import Account
from simulator.message import Message, new_message_id
from simulator.outgoing import Outgoing
from simulator.queue import Queue
from simulator.queue_attributes import QueueAttributes

MINUTE, HOUR, DAY = 60.0, 3_600.0, 86_400.0
SENDER = "AIDAQSAMPLESHOPUSER01"


class Shelf:
    """`rng` decides the contents; ids come from the account's own seed."""

    def __init__(self, account: Account, rng: random.Random) -> None:
        self.account = account
        self.rng = rng

    def queue(self, name: str, *, team: str, **attributes: object) -> Queue:
        given = {key: str(value) for key, value in attributes.items()}
        defaults = QueueAttributes.defaults(fifo=name.endswith(".fifo"))
        queue = self.account.create(name, defaults.changed(given))
        queue.created = queue.modified = self.account.clock.now() - 90 * DAY
        queue.tags.update({"team": team, "environment": "sample"})
        return queue

    def queue_with_dead_letters(
        self, name: str, receives: int, *, team: str, **attributes: object
    ) -> tuple[Queue, Queue]:
        stem, dot, fifo = name.partition(".")
        dead = self.queue(f"{stem}-dlq{dot}{fifo}", team=team, MessageRetentionPeriod=1_209_600)
        policy = json.dumps({"deadLetterTargetArn": dead.arn, "maxReceiveCount": receives})
        return self.queue(name, team=team, RedrivePolicy=policy, **attributes), dead

    def put(self, queue: Queue, body: Any, age: float, **parameters: Any) -> Message:
        """A message sent `age` seconds ago; `parameters` as for SendMessage, and checked alike."""
        text = body if isinstance(body, str) else json.dumps(body)
        outgoing = Outgoing.read({"MessageBody": text, **parameters}, queue)
        message = outgoing.message(
            self.account.next_number(),
            new_message_id(self.account.rng),
            SENDER,
            self.account.clock.now() - age,
        )
        queue.add(message, outgoing.delay)
        return message

    def put_dead(
        self, dead: Queue, source: Queue, body: Any, age: float, **parameters: Any
    ) -> Message:
        """A message that used up its receives in `source`."""
        message = self.put(dead, body, age, **parameters)
        policy = source.attributes.redrive
        message.receive_count = policy.max_receive_count if policy else 1
        message.first_received = message.sent + self.rng.uniform(1, 40)
        message.dead_letter_source_arn = source.arn
        if dead.fifo:
            message.deduplication_id = message.message_id
        message.encode()
        return message

    def ages(self, count: int, oldest: float, newest: float = 5.0) -> list[float]:
        """`count` ages in seconds between the two, oldest first."""
        return sorted((self.rng.uniform(newest, oldest) for _ in range(count)), reverse=True)

    def hex(self, digits: int) -> str:
        return f"{self.rng.getrandbits(4 * digits):0{digits}x}"

    def uuid(self) -> str:
        return new_message_id(self.rng)


def string(value: str, label: str = "") -> dict[str, str]:
    return {"DataType": f"String.{label}" if label else "String", "StringValue": value}


def number(value: float, label: str = "") -> dict[str, str]:
    return {"DataType": f"Number.{label}" if label else "Number", "StringValue": str(value)}


def binary(value: bytes, label: str = "") -> dict[str, str]:
    data_type = f"Binary.{label}" if label else "Binary"
    return {"DataType": data_type, "BinaryValue": base64.b64encode(value).decode()}


def squeezed(body: object) -> str:
    """gzip in base64, as producers do that mind the size limit."""
    return base64.b64encode(gzip.compress(json.dumps(body).encode(), mtime=0)).decode()
