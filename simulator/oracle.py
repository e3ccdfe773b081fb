"""What is in a queue and what was, without changing anything: what tests compare with."""

import base64
from dataclasses import dataclass, replace
from typing import Any

from simulator.account import Account
from simulator.history import Stay


@dataclass(frozen=True, slots=True)
class SeenMessage:
    """`state`: available, in_flight or delayed. `attributes`: the system ones, as received.
    `message_attributes`: name → (data type, value)."""

    message_id: str
    body: str
    attributes: dict[str, str]
    message_attributes: dict[str, tuple[str, str | bytes]]
    state: str
    receive_count: int
    group: str | None

    def as_json(self) -> dict[str, Any]:
        return {
            "message_id": self.message_id,
            "body": self.body,
            "attributes": self.attributes,
            "message_attributes": {
                name: {"DataType": data_type, "StringValue": value}
                if isinstance(value, str)
                else {"DataType": data_type, "BinaryValue": base64.b64encode(value).decode()}
                for name, (data_type, value) in self.message_attributes.items()
            },
            "state": self.state,
            "receive_count": self.receive_count,
            "group": self.group,
        }


def look(account: Account, queue_name: str) -> list[SeenMessage]:
    """In order of arrival. SqsError if there is no such queue."""
    with account.lock:
        queue = account.by_name(queue_name)
        return [
            SeenMessage(
                message.message_id,
                message.body,
                message.system_attributes(),
                dict(message.attributes.values),
                message.state.value,
                message.receive_count,
                message.group,
            )
            for message in sorted(queue.messages.values(), key=lambda message: message.order)
        ]


def recall(account: Account, queue_name: str) -> list[Stay]:
    """In order of arrival. ValueError unless history is kept; SqsError if there is no queue."""
    with account.lock:
        queue = account.by_name(queue_name)
        if queue.history is None:
            raise ValueError(
                "no history is kept: start with Simulator(history=True), or POST "
                '{"keep": true} to /_simulator/history'
            )
        return [replace(stay) for stay in queue.history.stays]
