"""Keeping hold of messages, and letting go of them: all ChangeMessageVisibility of a sweep."""

import time
from collections import deque
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING

from queues.sqs.batch_call import MAX_ENTRIES, BatchAnswer, ask, is_lost
from queues.sqs.errors import SqsError
from queues.sqs.retry import pause
from queues.sqs.sweep.leases import Due, Leases
from queues.sqs.sweep.news import Inbox
from queues.sqs.sweep.report import NotReleased
from queues.sqs.sweep.room import Room
from queues.sqs.types import FailedEntry

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

RELEASE_ATTEMPTS = 8
# Seconds until a lease that could not be extended is tried again.
AGAIN = 1.0

_NOT_OURS = frozenset({"MessageNotInflight", "ReceiptHandleIsInvalid"})


def is_gone(entry: FailedEntry) -> bool:
    """Whether the message is visible again already, deleted, or somebody else's by now."""
    code = entry.code.removeprefix("AWS.SimpleQueueService.")
    said = entry.message.lower()
    return code in _NOT_OURS or (
        code == "InvalidParameterValue" and ("expired" in said or "does not exist" in said)
    )


class Holder:
    """Used by all threads of a sweep at once; each call it gives is one batch's worth of work."""

    def __init__(
        self,
        client: "SQSClient",
        url: str,
        *,
        keep: bool,
        leases: Leases,
        room: Room,
        inbox: Inbox,
    ) -> None:
        """`keep`: nothing is ever released; all stays hidden until its time is over."""
        self._client, self._url, self._keep = client, url, keep
        self.leases, self.room, self.inbox = leases, room, inbox
        self._lock = Lock()
        self._to_release: deque[ReleaseCall] = deque()
        self.given_up = False
        self.released = 0
        self.not_released: list[NotReleased] = []

    def next_extension(self) -> "ExtendCall | None":
        due = self.leases.take_due(time.monotonic())
        return ExtendCall(self, due) if due else None

    def collect(self) -> None:
        """Puts all that is held by now, and not being settled, in line to be released."""
        if self._keep:
            return
        now = time.monotonic()
        for batch in self.leases.take_to_release(now):
            self._to_release.append(ReleaseCall(self, batch))
        aside = self.leases.take_aside(now)
        for start in range(0, len(aside), MAX_ENTRIES):
            self._to_release.append(ReleaseCall(self, [], aside[start : start + MAX_ENTRIES]))

    def next_release(self) -> "ReleaseCall | None":
        try:
            return self._to_release.popleft()
        except IndexError:
            return None

    @property
    def waiting(self) -> bool:
        return bool(self._to_release)

    def again(self, call: "ReleaseCall") -> None:
        if self.given_up or call.attempts >= RELEASE_ATTEMPTS:
            self.give_up(call.numbers)
        else:
            self._to_release.append(call)

    def give_up(self, numbers: list[int]) -> None:
        now, wall = time.monotonic(), datetime.now(UTC)
        still = {n: until for n in numbers if (until := self.leases.until(n)) > now}
        ids = self.leases.ids(still)
        with self._lock:
            self.not_released.extend(
                NotReleased(ids[number], wall + timedelta(seconds=until - now))
                for number, until in still.items()
            )

    def let_go(self, number: int, handle: str) -> None:
        if self.leases.gone(number, handle):
            self.room.freed(1)

    def count_released(self, number: int) -> None:
        with self._lock:
            self.released += number

    def change(self, changes: list[tuple[str, int]]) -> BatchAnswer:
        return ask(
            self._client,
            "ChangeMessageVisibilityBatch",
            self._url,
            {
                index: {"ReceiptHandle": handle, "VisibilityTimeout": seconds}
                for index, (handle, seconds) in enumerate(changes)
            },
        )


class ExtendCall:
    def __init__(self, holder: Holder, due: list[Due]) -> None:
        self._holder, self._due = holder, due

    def ask(self) -> BatchAnswer:
        self._asked_at = time.monotonic()
        return self._holder.change([(due.handle, due.seconds) for due in self._due])

    def answered(self, answer: BatchAnswer) -> None:
        leases, extended = self._holder.leases, []
        for index, due in enumerate(self._due):
            if index in answer.successful:
                leases.extended(due, self._asked_at)
                extended.append((due.number, self._asked_at + due.seconds))
            elif answer.failed[index].retryable or answer.failed[index].unknown:
                leases.postponed(due, time.monotonic() + AGAIN)
            else:
                self._holder.let_go(due.number, due.handle)
        self._holder.inbox.put("extended", extended)

    def failed(self, error: SqsError) -> bool:
        self._postpone(possibly=is_lost(error))
        return False

    def lost(self) -> None:
        self._postpone(possibly=True)

    def _postpone(self, possibly: bool) -> None:
        for due in self._due:
            until = self._asked_at + due.seconds if possibly else None
            self._holder.leases.postponed(due, time.monotonic() + AGAIN, until)


class ReleaseCall:
    """`handles`: of damaged messages, which have no number."""

    # There are as many of them at a time as there are batches held.
    __slots__ = ("_asked", "_handles", "_holder", "attempts", "numbers")

    def __init__(self, holder: Holder, numbers: list[int], handles: Sequence[str] = ()) -> None:
        self._holder, self.numbers, self._handles = holder, numbers, handles
        self.attempts = 0

    def ask(self) -> BatchAnswer:
        if self.attempts:
            time.sleep(pause(self.attempts))
        self.attempts += 1
        self._asked = self._holder.leases.handles(self.numbers)
        return self._holder.change([(handle, 0) for handle in (*self._asked, *self._handles)])

    def answered(self, answer: BatchAnswer) -> None:
        again, released = [], []
        for index, (number, handle) in enumerate(zip(self.numbers, self._asked, strict=True)):
            failure = answer.failed.get(index)
            if failure is None or is_gone(failure):
                released.append(number)
                self._holder.let_go(number, handle)
            elif failure.retryable or failure.unknown:
                again.append(number)
            else:
                self._holder.give_up([number])
        self._holder.count_released(len(answer.successful))
        self._holder.inbox.put("released", released)
        self.numbers, self._handles = again, ()
        if again:
            self._holder.again(self)

    def failed(self, error: SqsError) -> bool:
        # What SQS refuses once it refuses again: say so at once, instead of batch by batch.
        self._holder.given_up = self._holder.given_up or not error.retryable
        self._holder.again(self)
        return True

    def lost(self) -> None:
        self._holder.again(self)
