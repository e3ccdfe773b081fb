"""What becomes of messages before the sweep's end: sent elsewhere, deleted.

A message's send or delete is ordered once at a time. Deletes use the newest handle, and only while
the message is surely ours: one whose time ran out reappears, is received again, and ordered anew.
"""

import time
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from threading import Lock
from typing import TYPE_CHECKING

from queues.sqs.batch_call import MAX_ENTRIES, BatchAnswer, ask, is_lost
from queues.sqs.errors import SqsError
from queues.sqs.names import is_fifo
from queues.sqs.retry import pause
from queues.sqs.sweep.holder import is_gone
from queues.sqs.sweep.leases import Leases
from queues.sqs.sweep.news import Failure, Inbox, News
from queues.sqs.sweep.outbox import Outbox, SendCall
from queues.sqs.sweep.proof import StopProof
from queues.sqs.sweep.room import Room
from queues.sqs.sweep.tally import Tally
from queues.sqs.types import FailedEntry, Outgoing

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

# Times SQS may refuse one entry of a batch before it counts as failed.
ENTRY_ATTEMPTS = 8
# Seconds for which a batch that is not full waits for more.
FILL_UP = 0.1
# A message that is ours for less than this is not deleted: it may be somebody else's by then.
MARGIN = 1.0

SLIPPED = "It was visible again before it could be deleted, and did not come again."
BEFORE_US = "Who worked on it before may have deleted it."
UNCERTAIN = "Whether it was deleted is not known: the answer was lost."


class Settler:
    """Used by all threads of a sweep at once. order(), stage() and go() by its main thread."""

    def __init__(
        self,
        client: "SQSClient",
        url: str,
        *,
        outbox: Outbox | None,
        leases: Leases,
        proof: StopProof,
        room: Room,
        tally: Tally,
        inbox: Inbox,
    ) -> None:
        self._client, self._url, self.outbox = client, url, outbox
        self._fifo = is_fifo(url)
        self.leases, self.proof, self.room = leases, proof, room
        self.tally, self.inbox = tally, inbox
        self._lock = Lock()
        self._to_delete: deque[int] = deque()
        self._waiting_since = 0.0
        self._refusals: Counter[int] = Counter()
        self._deleting = 0
        self._abandoned = False
        # Not ours when they were to be deleted; and those whose deletion may have happened.
        self._slipped: set[int] = set()
        self._maybe_deleted: set[int] = set()

    def order(self, send: Sequence[tuple[int, Outgoing]], delete: Iterable[int]) -> None:
        for number in delete:
            if self.leases.order(number):
                self._slipped.discard(number)
                self.put_back([number])
        if self.outbox:
            self.outbox.add((n, outgoing) for n, outgoing in send if self.leases.order(n))

    def told(self, news: News) -> None:
        """That is written down now, and more may follow from it."""
        for number, _ in news.sent:
            self.leases.ordered_no_more(number)
        # They had nearly slipped away, and were extended all the same: nobody else gets them.
        self.order((), [number for number, _ in news.extended if number in self._slipped])

    def put_back(self, numbers: Iterable[int]) -> None:
        with self._lock:
            if not self._abandoned:
                if not self._to_delete:
                    self._waiting_since = time.monotonic()
                self._to_delete.extend(numbers)
                return
        for number in numbers:
            self.leases.ordered_no_more(number)

    def next(self) -> "DeleteCall | SendCall | None":
        if self.outbox and (call := self.outbox.next()):
            return call
        with self._lock:
            if not self._to_delete:
                return None
            full = len(self._to_delete) >= MAX_ENTRIES
            if not full and time.monotonic() - self._waiting_since < FILL_UP:
                return None
            numbers = [
                self._to_delete.popleft() for _ in range(min(MAX_ENTRIES, len(self._to_delete)))
            ]
            self._waiting_since = time.monotonic()
            self._deleting += 1
        return DeleteCall(self, numbers)

    @property
    def idle(self) -> bool:
        with self._lock:
            deleting = bool(self._to_delete or self._deleting)
        return not (deleting or (self.outbox and not self.outbox.idle))

    @property
    def behind(self) -> int:
        """Messages that wait to be settled: receiving waits for them when they grow too many."""
        return len(self._to_delete) + (self.outbox.size if self.outbox else 0)

    def over(self) -> None:
        with self._lock:
            self._deleting -= 1

    def ours(self, numbers: list[int]) -> list[int]:
        """Those that may be deleted now; the others are let go, and waited for."""
        now, ours = time.monotonic(), []
        for number in numbers:
            if self.leases.ours(number, now + MARGIN):
                ours.append(number)
            else:
                self.slipped(number)
        return ours

    def slipped(self, number: int) -> None:
        with self._lock:
            self._slipped.add(number)
        self.proof.lost(max(time.monotonic(), self.leases.until(number)))
        self.leases.ordered_no_more(number)

    def maybe_deleted(self, numbers: Iterable[int]) -> None:
        with self._lock:
            self._maybe_deleted.update(numbers)

    def deleted(self, handles: dict[int, str]) -> None:
        """What SQS says it deleted. With a handle that is not the newest it may not have."""
        done = [n for n, handle in handles.items() if self.leases.handle(n) == handle]
        for number in done:
            if self.leases.gone(number, handles[number]):
                self.room.freed(1)
            self.leases.ordered_no_more(number)
            self._maybe_deleted.discard(number)
            self._slipped.discard(number)
        if done and self._fifo:
            # The rest of their groups can come now: what was empty before proves nothing.
            self.proof.found(time.monotonic())
        self.tally.add(deleted=len(done))
        self.inbox.put("deleted", done)
        if len(done) < len(handles):
            self.put_back(handles.keys() - set(done))

    def pause_for(self, numbers: list[int]) -> float:
        """Seconds before these are tried again, so that what ails SQS may pass."""
        return pause(max(self._refusals[number] for number in numbers))

    def refused(self, number: int, handle: str, entry: FailedEntry) -> bool:
        """Whether to try the entry again."""
        if is_gone(entry):
            if self.leases.gone(number, handle):
                self.room.freed(1)
            self.slipped(number)
            return False
        self._refusals[number] += 1
        if (entry.retryable or entry.unknown) and self._refusals[number] < ENTRY_ATTEMPTS:
            return True
        self.leases.ordered_no_more(number)
        self.inbox.put("failed", [Failure(number, "delete", entry.message, entry.unknown)])
        return False

    def begin_no_more(self) -> None:
        """What is ordered to be sent, and not begun, is not sent any more."""
        if self.outbox:
            self.outbox.empty_the_line()

    def abandon(self) -> None:
        """Nothing more is settled: what was ordered is released with all the rest, and so is what
        threads are about when their calls fail."""
        if self.outbox:
            self.outbox.abandon()
        with self._lock:
            self._abandoned = True
            numbers, self._to_delete = self._to_delete, deque()
        for number in numbers:
            self.leases.ordered_no_more(number)

    def left_over(self) -> list[Failure]:
        """At the end: what was to be deleted and slipped away, for good."""
        return [self._why_left(n) for n in sorted(self._slipped | self._maybe_deleted)]

    def _why_left(self, number: int) -> Failure:
        if number in self._maybe_deleted:
            return Failure(number, "delete", UNCERTAIN, unknown=True)
        if self.leases.only_adopted(number):
            return Failure(number, "delete", f"{SLIPPED} {BEFORE_US}", unknown=True)
        return Failure(number, "delete", SLIPPED)

    def ask_to_delete(self, handles: dict[int, str]) -> BatchAnswer:
        entries = {number: {"ReceiptHandle": handle} for number, handle in handles.items()}
        return ask(self._client, "DeleteMessageBatch", self._url, entries)


class DeleteCall:
    def __init__(self, settler: Settler, numbers: list[int]) -> None:
        self._settler, self._numbers = settler, numbers
        self._handles: dict[int, str] = {}

    def ask(self) -> BatchAnswer:
        numbers = self._settler.ours(self._numbers)
        self._handles = dict(zip(numbers, self._settler.leases.handles(numbers), strict=True))
        return self._settler.ask_to_delete(self._handles) if numbers else BatchAnswer({}, {})

    def answered(self, answer: BatchAnswer) -> None:
        settler = self._settler
        settler.deleted({number: self._handles[number] for number in answer.successful})
        settler.maybe_deleted(n for n, entry in answer.failed.items() if entry.unknown)
        again = [
            n for n, entry in answer.failed.items() if settler.refused(n, self._handles[n], entry)
        ]
        if again:
            time.sleep(settler.pause_for(again))
            settler.put_back(again)
        settler.over()

    def failed(self, error: SqsError) -> bool:
        if is_lost(error):
            self._settler.maybe_deleted(self._handles)
        self._settler.put_back(self._handles)
        self._settler.over()
        return False

    def lost(self) -> None:
        self._settler.maybe_deleted(self._handles)
        self._settler.put_back(self._handles)
        self._settler.over()
