"""What standard and FIFO queues have in common: the life of a message."""

import random
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from simulator.clock import Clock
from simulator.errors import SqsError, invalid_value
from simulator.history import Departure, History
from simulator.message import Message, State
from simulator.queue_attributes import QueueAttributes
from simulator.receipts import Receipt
from simulator.schedule import Schedule

LONGEST_IN_FLIGHT = 43_200  # seconds from its receive; extending does not reset it


class Counts(NamedTuple):
    available: int
    in_flight: int
    delayed: int


@dataclass(frozen=True)
class Surroundings:
    """What a queue shares with the other queues of its account."""

    clock: Clock
    lock: threading.RLock
    rng: random.Random
    sampling: bool


class Queue(ABC):
    """Called with the account's lock held, and `settle` called first."""

    fifo: bool

    def __init__(
        self, serial: int, name: str, arn: str, attributes: QueueAttributes, around: Surroundings
    ) -> None:
        self.serial = serial
        self.name = name
        self.arn = arn
        self.attributes = attributes
        self.tags: dict[str, str] = {}
        self.created = self.modified = around.clock.now()
        self.purged = float("-inf")
        self.changed = threading.Condition(around.lock)
        self.deleted = False
        self._clock = around.clock
        self._rng = around.rng
        self._sampling = around.sampling
        self._last_order = 0
        self.history: History | None = None
        self.clear()
        self._published = Counts(0, 0, 0)
        self._published_at = self.created

    def clear(self) -> None:
        """Empties the queue, in one step however long it is."""
        self.messages: dict[int, Message] = {}
        self.in_flight: Schedule[Message] = Schedule()
        self.delayed: Schedule[Message] = Schedule()
        self._retained: Schedule[Message] = Schedule()
        self._clear_available()

    def purge(self) -> None:
        if self.history is not None:
            for message in self.messages.values():
                self.history.leave(message, Departure.PURGED, self._clock.now())
        self.purged = self._clock.now()
        self.clear()

    def keep_history(self) -> None:
        """From now on; what is here already arrived when it was sent."""
        if self.history is None:
            self.history = History()
            for message in self.messages.values():
                self.history.arrive(message, message.sent)

    def configure(self, attributes: QueueAttributes) -> None:
        self.attributes = attributes
        self.modified = self._clock.now()

    # --- what differs between the two kinds

    @abstractmethod
    def _clear_available(self) -> None: ...

    @abstractmethod
    def _add_available(self, message: Message) -> None: ...

    @abstractmethod
    def _next_available(self, limit: int, *, everywhere: bool) -> Iterator[Message]:
        """Takes messages out of the available ones, one at a time, until the caller has enough."""

    @abstractmethod
    def delete(self, receipt: Receipt) -> None: ...

    @abstractmethod
    def _refuse_old_handle(self, receipt: Receipt) -> None: ...

    @abstractmethod
    def _hidden(self, message: Message) -> None:
        """Called when a message goes in flight."""

    @abstractmethod
    def _unhidden(self, message: Message) -> None:
        """Called when a message is no longer in flight, before it is available or gone."""

    @abstractmethod
    def _removed_available(self, message: Message) -> None:
        """Called when an available message is gone without having been received."""

    # --- time

    def settle(self, lag: float) -> None:
        """Brings the queue up to now. `lag`: how many seconds old its published counts may be."""
        now = self._clock.now()
        self.settle_until(now)
        # Published before the call that follows changes anything: so a reader sees each change
        # late, but never by more than the lag.
        if now - self._published_at >= lag:
            self._published = self.counts()
            self._published_at = now

    def settle_until(self, now: float) -> None:
        for message in self._retained.pop_due(now - self.attributes.retention):
            self.remove(message, Departure.EXPIRED)
        for message in self.delayed.pop_due(now):
            self._make_available(message)
        for message in self.in_flight.pop_due(now):
            self._unhidden(message)
            self._make_available(message)

    def next_change(self) -> float:
        """When a message becomes available by itself."""
        return min(self.in_flight.next_due(), self.delayed.next_due())

    def counts(self) -> Counts:
        hidden, delayed = len(self.in_flight), len(self.delayed)
        return Counts(len(self.messages) - hidden - delayed, hidden, delayed)

    def approximate_counts(self) -> Counts:
        return self._published

    # --- a message's life

    def add(self, message: Message, delay: float = 0.0) -> None:
        self._last_order += 1
        message.order = self._last_order
        message.encode()
        self.messages[message.number] = message
        if self.history is not None:
            self.history.arrive(message, self._clock.now())
        self._retained.put(message, message.sent)
        if delay > 0:
            message.state = State.DELAYED
            self.delayed.put(message, message.sent + delay)
        else:
            self._make_available(message)
        # Also when delayed: a waiting receiver then knows until when to wait.
        self.changed.notify_all()

    def take(self, limit: int, *, everywhere: bool, most_receives: int | None) -> "Taken":
        """Up to `limit` messages; those received `most_receives` times already are set apart."""
        taken = Taken([], [])
        for message in self._next_available(limit, everywhere=everywhere):
            if most_receives is not None and message.receive_count >= most_receives:
                taken.dead.append(message)
            else:
                taken.live.append(message)
                if len(taken.live) == limit:
                    break
        return taken

    def hide(self, messages: list[Message], visibility_timeout: float) -> None:
        """Counts a receive of each, and hides them (for 0 seconds: not at all)."""
        now = self._clock.now()
        for message in messages:
            message.receive_count += 1
            message.first_received = message.first_received or now
            message.received = now
            message.visibility_changed = False
            if visibility_timeout > 0:
                message.state = State.IN_FLIGHT
                self._hidden(message)
                self.hide_until(message, now + visibility_timeout)
            else:
                message.state = State.AVAILABLE
                self._add_available(message)
        if visibility_timeout <= 0:
            self.changed.notify_all()

    def hide_until(self, message: Message, until: float) -> None:
        """Changes when a message in flight is visible again."""
        message.visible_at = until
        self.in_flight.put(message, until)

    def show(self, message: Message) -> None:
        """Ends the message's time in flight."""
        self.in_flight.discard(message)
        self._unhidden(message)
        self._make_available(message)

    def change_visibility(self, receipt: Receipt, timeout: int) -> None:
        message = self.messages.get(receipt.message)
        if message is None:
            raise invalid_value(
                "ReceiptHandle",
                receipt.handle,
                "Message does not exist or is not available for visibility timeout change.",
            )
        if message.state is not State.IN_FLIGHT:
            raise SqsError("MessageNotInflight", "The specified message isn't in flight.")
        if message.receive_count != receipt.receive:
            self._refuse_old_handle(receipt)
            return
        now = self._clock.now()
        if now + timeout > message.received + LONGEST_IN_FLIGHT:
            raise invalid_value(
                "VisibilityTimeout",
                timeout,
                "Total VisibilityTimeout for the message is beyond the limit "
                f"[{LONGEST_IN_FLIGHT} seconds]",
            )
        message.visibility_changed = True
        if timeout:
            self.hide_until(message, now + timeout)
        else:
            self.show(message)

    def put_back(self, message: Message) -> None:
        """Of those that `take` handed out, one that is not wanted."""
        self._add_available(message)

    def remove(self, message: Message, how: Departure) -> None:
        """Takes the message out of the queue, whatever its state."""
        state, message.state = message.state, State.GONE
        if self.history is not None:
            self.history.leave(message, how, self._clock.now())
        self.messages.pop(message.number, None)
        self._retained.discard(message)
        self.delayed.discard(message)
        if state is State.IN_FLIGHT:
            self.in_flight.discard(message)
            self._unhidden(message)
        elif state is State.AVAILABLE:
            self._removed_available(message)

    def _make_available(self, message: Message) -> None:
        message.state = State.AVAILABLE
        self._add_available(message)
        self.changed.notify_all()


class Taken(NamedTuple):
    live: list[Message]
    dead: list[Message]
