"""FIFO queues: strict order within each message group, and one receiver of a group at a time."""

import heapq
from collections.abc import Iterator

from simulator.attempts import Attempts
from simulator.deduplication import Deduplication
from simulator.errors import invalid_value
from simulator.history import Departure
from simulator.message import Message, State
from simulator.queue import Queue, Surroundings
from simulator.queue_attributes import QueueAttributes
from simulator.receipts import Receipt

# Sequence numbers have 20 digits and grow, but not by one (SendMessage, API reference).
_FIRST_SEQUENCE, _SEQUENCE_STEP = 18_870_000_000_000_000_000, 256


class Group:
    """The waiting messages of one group, by order; locked while one of them is in flight."""

    __slots__ = ("in_flight", "waiting")

    def __init__(self) -> None:
        self.in_flight = 0
        self.waiting: list[tuple[int, Message]] = []

    def head(self) -> int | None:
        while self.waiting:
            order, message = self.waiting[0]
            if message.state is State.AVAILABLE:
                return order
            heapq.heappop(self.waiting)
        return None


class FifoQueue(Queue):
    fifo = True

    def __init__(
        self, serial: int, name: str, arn: str, attributes: QueueAttributes, around: Surroundings
    ) -> None:
        super().__init__(serial, name, arn, attributes, around)
        # Outlives a purge: SQS tracks ids even of messages that are gone.
        self.deduplication = Deduplication()

    def _clear_available(self) -> None:
        self._groups: dict[str, Group] = {}
        # Groups that can be received from, by their head's order; entries that no longer hold
        # are recognised by that order.
        self._ready: list[tuple[int, str]] = []
        self.attempts = Attempts()

    def configure(self, attributes: QueueAttributes) -> None:
        """Unlike a standard queue's, a FIFO queue's delay also counts for messages in it."""
        super().configure(attributes)
        for message in self.delayed.items():
            self.delayed.put(message, message.sent + attributes.delay)

    def add(self, message: Message, delay: float = 0.0) -> None:
        number = _FIRST_SEQUENCE + (self._last_order + 1) * _SEQUENCE_STEP
        message.sequence_number = str(number)
        super().add(message, delay)

    def _group(self, message: Message) -> Group:
        return self._groups.setdefault(message.group or "", Group())

    def _add_available(self, message: Message) -> None:
        group = self._group(message)
        heapq.heappush(group.waiting, (message.order, message))
        if not group.in_flight and group.head() == message.order:
            heapq.heappush(self._ready, (message.order, message.group or ""))

    def _next_available(self, limit: int, *, everywhere: bool) -> Iterator[Message]:
        """As many of one group as there are, then the next group."""
        while self._ready:
            order, name = heapq.heappop(self._ready)
            group = self._groups.get(name)
            if group is None or group.in_flight or group.head() != order:
                continue
            while group.head() is not None:
                yield heapq.heappop(group.waiting)[1]

    def _hidden(self, message: Message) -> None:
        self._group(message).in_flight += 1

    def _unhidden(self, message: Message) -> None:
        self._group(message).in_flight -= 1
        self._removed_available(message)

    def _removed_available(self, message: Message) -> None:
        group = self._group(message)
        if group.in_flight:
            return
        head = group.head()
        if head is None:
            del self._groups[message.group or ""]
        else:
            heapq.heappush(self._ready, (head, message.group or ""))

    def delete(self, receipt: Receipt) -> None:
        message = self.messages.get(receipt.message)
        if message is None:
            return
        if message.state is not State.IN_FLIGHT or message.receive_count != receipt.receive:
            self._refuse_old_handle(receipt)
        self.remove(message, Departure.DELETED)

    def _refuse_old_handle(self, receipt: Receipt) -> None:
        raise invalid_value("ReceiptHandle", receipt.handle, "The receipt handle has expired.")
