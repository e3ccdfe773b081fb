"""Message move tasks: SQS's own redrive of a dead-letter queue, by the simulator's clock."""

import base64
import json
from collections import deque
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from simulator.errors import SqsError
from simulator.history import Departure
from simulator.message import Message, new_message_id
from simulator.queue import Queue

if TYPE_CHECKING:
    from simulator.account import Account

FASTEST = 500  # messages a second; here also the rate of a task that names none
REMEMBERED = 10  # of each source; ListMessageMoveTasks lists no more
CANCELLING_TAKES = 1.0  # seconds

# Developer Guide, "Troubleshoot Amazon SQS dead-letter queue and DLQ redrive issues"
NO_SOURCE = "CouldNotDetermineMessageSource"
NO_QUEUE = "AWS.SimpleQueueService.NonExistentQueue"


class Status(StrEnum):
    RUNNING = "RUNNING"
    COMPLETED = "COMPLETED"
    CANCELLING = "CANCELLING"
    CANCELLED = "CANCELLED"
    FAILED = "FAILED"


@dataclass(eq=False)
class MoveTask:
    """`destination` None: each message goes back where it came from. Times in seconds."""

    task_id: str
    source: Queue
    destination: Queue | None
    rate: int | None
    to_move: int
    started: float
    moved: int = 0
    status: Status = Status.RUNNING
    failure: str | None = None
    cancelled: float = 0.0

    @property
    def active(self) -> bool:
        return self.status in (Status.RUNNING, Status.CANCELLING)

    @property
    def handle(self) -> str:
        return task_handle(self.task_id, self.source.arn)

    def next_due(self) -> float:
        """When the next message moves."""
        return self.started + (self.moved + 1) / (self.rate or FASTEST)

    def end(self, status: Status, failure: str | None = None) -> None:
        self.status, self.failure = status, failure

    def as_json(self) -> dict[str, Any]:
        found = {
            "TaskHandle": self.handle if self.status is Status.RUNNING else None,
            "Status": self.status.value,
            "SourceArn": self.source.arn,
            "DestinationArn": self.destination.arn if self.destination else None,
            "MaxNumberOfMessagesPerSecond": self.rate,
            "ApproximateNumberOfMessagesMoved": self.moved,
            "ApproximateNumberOfMessagesToMove": self.to_move,
            "FailureReason": self.failure,
            "StartedTimestamp": int(self.started * 1000),
        }
        return {name: value for name, value in found.items() if value is not None}


def task_handle(task_id: str, source_arn: str) -> str:
    return base64.b64encode(
        json.dumps({"taskId": task_id, "sourceArn": source_arn}).encode()
    ).decode()


def read_handle(handle: str) -> tuple[str, str]:
    """The task's id and its source's ARN. SqsError if no handle looks like that."""
    try:
        content = json.loads(base64.b64decode(handle, validate=True))
        return str(content["taskId"]), str(content["sourceArn"])
    except (ValueError, TypeError, KeyError, RecursionError):
        raise SqsError(
            "InvalidParameterValueException", "Value for parameter TaskHandle is invalid."
        ) from None


class MoveTasks:
    """The account's tasks. They move on whenever somebody looks: no thread, and each message at
    the moment it was due. Called with the account's lock held.

    A task ends when it has moved as many as were available at its start, or finds none available.
    Not here: the limits of 36 hours and of 100 active tasks an account.
    """

    def __init__(self, account: "Account") -> None:
        self._account = account
        self._by_source: dict[int, deque[MoveTask]] = {}
        self.active: list[MoveTask] = []

    def of(self, source: Queue) -> list[MoveTask]:
        """Newest first."""
        return list(self._by_source.get(source.serial, ()))

    def start(self, source: Queue, destination: Queue | None, rate: int | None) -> MoveTask:
        account = self._account
        task = MoveTask(
            new_message_id(account.rng),
            source,
            destination,
            rate,
            source.counts().available,
            account.clock.now(),
        )
        self._by_source.setdefault(source.serial, deque(maxlen=REMEMBERED)).appendleft(task)
        self.active.append(task)
        self._wake(task)
        return task

    def cancel(self, task: MoveTask) -> None:
        task.status, task.cancelled = Status.CANCELLING, self._account.clock.now()

    def settle(self) -> None:
        """Brings every active task up to now."""
        now = self._account.clock.now()
        for task in self.active:
            if task.status is Status.CANCELLING and now >= task.cancelled + CANCELLING_TAKES:
                task.end(Status.CANCELLED)
            while task.status is Status.RUNNING and task.next_due() <= now:
                self._move_next(task)
        self.active = [task for task in self.active if task.active]

    def next_change(self, queue: Queue) -> float:
        """When a task may bring the queue a message."""
        return min(
            (
                task.next_due()
                for task in self.active
                if task.status is Status.RUNNING and task.destination in (None, queue)
            ),
            default=float("inf"),
        )

    def _move_next(self, task: MoveTask) -> None:
        if task.source.deleted:
            task.end(Status.FAILED, NO_QUEUE)
            return
        moment = task.next_due()
        task.source.settle_until(moment)
        found = task.source.take(1, everywhere=True, most_receives=None).live
        if not found:
            task.end(Status.COMPLETED)
            return
        target = self._target(task, found[0])
        if target is None:
            task.source.put_back(found[0])
            return
        task.source.remove(found[0], Departure.MOVED)
        target.add(self._as_new(found[0], moment), target.attributes.delay)
        task.moved += 1
        if task.moved >= task.to_move:
            task.end(Status.COMPLETED)

    def _target(self, task: MoveTask, message: Message) -> Queue | None:
        """None, and the task has failed, where the message cannot go."""
        origin = message.dead_letter_source_arn
        if task.destination is None and origin is None:
            task.end(Status.FAILED, NO_SOURCE)
            return None
        target = task.destination or self._account.by_arn(origin or "")
        if target is None or target.deleted:
            task.end(Status.FAILED, NO_QUEUE)
            return None
        return target

    def _as_new(self, message: Message, moment: float) -> Message:
        """A new id, a new sending time, and with it a new life."""
        return Message(
            number=self._account.next_number(),
            message_id=new_message_id(self._account.rng),
            body=message.body,
            md5_of_body=message.md5_of_body,
            attributes=message.attributes,
            sender_id=message.sender_id,
            sent=moment,
            trace_header=message.trace_header,
            group=message.group,
            deduplication_id=message.deduplication_id,
        )

    def _wake(self, task: MoveTask) -> None:
        """Whoever waits for a message waits shorter now."""
        for queue in [task.destination] if task.destination else self._account.queues.values():
            queue.changed.notify_all()
