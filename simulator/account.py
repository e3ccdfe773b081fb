"""The account: its queues by name, and what they share."""

import random
import threading
from collections import Counter
from dataclasses import dataclass

from simulator.clock import Clock
from simulator.errors import no_such_queue
from simulator.faults import Faults, Kind
from simulator.fifo_queue import FifoQueue
from simulator.history import Departure
from simulator.message import Message
from simulator.move_tasks import MoveTasks
from simulator.names import arn, split_url
from simulator.queue import Queue, Surroundings
from simulator.queue_attributes import QueueAttributes
from simulator.receipts import Receipts
from simulator.standard_queue import StandardQueue


@dataclass(frozen=True)
class Settings:
    """`recently_deleted` and `count_lag` in seconds."""

    region: str = "us-east-1"
    account: str = "000000000000"
    count_lag: float = 1.0
    in_flight_limit: int = 120_000
    recently_deleted: float = 60.0
    sampling: bool = True


class Account:
    """One lock for all: calls are short, and a move to a dead-letter queue touches two queues."""

    def __init__(self, settings: Settings, clock: Clock, faults: Faults, seed: int | None) -> None:
        self.settings = settings
        self.clock = clock
        self.faults = faults
        self.lock = threading.RLock()
        self.rng = random.Random(seed)
        self.receipts = Receipts(self.rng.randbytes(32))
        self.queues: dict[str, Queue] = {}
        self.deleted: dict[str, float] = {}
        self.calls: Counter[str] = Counter()
        self.moves = MoveTasks(self)
        self.closing = False
        self.keeps_history = False
        self._last_number = 0
        self._around = Surroundings(clock, self.lock, self.rng, settings.sampling)

    def next_number(self) -> int:
        self._last_number += 1
        return self._last_number

    def arn(self, name: str) -> str:
        return arn(self.settings.region, self.settings.account, name)

    def create(self, name: str, attributes: QueueAttributes) -> Queue:
        kind = FifoQueue if "FifoQueue" in attributes else StandardQueue
        queue = kind(self.next_number(), name, self.arn(name), attributes, self._around)
        if self.keeps_history:
            queue.keep_history()
        self.queues[name] = queue
        return queue

    def delete(self, queue: Queue) -> None:
        queue.deleted = True
        queue.changed.notify_all()
        del self.queues[queue.name]
        self.deleted[queue.name] = self.clock.now()

    def by_url(self, url: str) -> Queue:
        account, name = split_url(url)
        if account != self.settings.account:
            raise no_such_queue()
        return self.by_name(name)

    def by_name(self, name: str) -> Queue:
        """The queue, brought up to now."""
        queue = self.queues.get(name)
        if queue is None:
            raise no_such_queue()
        self.settle(queue)
        return queue

    def by_arn(self, queue_arn: str) -> Queue | None:
        name = queue_arn.rpartition(":")[2]
        return self.queues.get(name) if queue_arn == self.arn(name) else None

    def settle(self, queue: Queue) -> None:
        if self.moves.active:
            self.moves.settle()
        self._settle(queue)

    def _settle(self, queue: Queue) -> None:
        lag, now = self.settings.count_lag, self.clock.now() if self.faults.rules else 0.0
        for rule in self.faults.rules:
            if rule.concerns(Kind.STALE_COUNTS, None, queue.name, now):
                lag = self.faults.seconds(rule)
        queue.settle(lag)

    def next_change(self, queue: Queue) -> float:
        """When the queue gets an available message without a call."""
        return min(queue.next_change(), self.moves.next_change(queue))

    def keep_history(self) -> None:
        """Of every queue there is and will be; see History."""
        self.keeps_history = True
        for queue in self.queues.values():
            queue.keep_history()

    def dead_letter_sources(self, target: Queue) -> list[Queue]:
        return [
            queue
            for queue in self.queues.values()
            if queue.attributes.redrive and queue.attributes.redrive.target_arn == target.arn
        ]

    def dead_letter_queue(self, queue: Queue) -> Queue | None:
        """None also when the policy's queue is gone: messages then stay where they are."""
        policy = queue.attributes.redrive
        return None if policy is None else self.by_arn(policy.target_arn)

    def bury(self, message: Message, source: Queue, target: Queue) -> None:
        """Moves a message whose receives are used up.

        Developer Guide, "Using dead-letter queues": a standard queue's message keeps its enqueue
        time, a FIFO queue's gets a new one, and its message id as deduplication id.
        """
        source.remove(message, Departure.DEAD_LETTERED)
        message.dead_letter_source_arn = source.arn
        if source.fifo:
            message.sent = self.clock.now()
            message.deduplication_id = message.message_id
        # The target alone: a move task must not meet the receive that this is part of.
        self._settle(target)
        target.add(message)

    def close(self) -> None:
        """Lets every long poll under way come back."""
        with self.lock:
            self.closing = True
            for queue in self.queues.values():
                queue.changed.notify_all()
