"""What came into a queue and left it again, for whoever judges from outside; kept on request."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from simulator.message import Message


class Departure(StrEnum):
    DELETED = "deleted"
    DEAD_LETTERED = "dead_lettered"
    EXPIRED = "expired"
    MOVED = "moved"  # by a message move task
    PURGED = "purged"


@dataclass(slots=True)
class Stay:
    """One message's time in one queue, in seconds since the epoch. `how`: why it left."""

    message_id: str
    arrived: float
    left: float | None = None
    how: Departure | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class History:
    """Of one queue. No bodies: some two hundred bytes for each message that ever came."""

    def __init__(self) -> None:
        self.stays: list[Stay] = []
        self._present: dict[int, Stay] = {}

    def arrive(self, message: Message, now: float) -> None:
        stay = Stay(message.message_id, now)
        self.stays.append(stay)
        self._present[message.number] = stay

    def leave(self, message: Message, how: Departure, now: float) -> None:
        stay = self._present.pop(message.number)
        stay.left, stay.how = now, how
