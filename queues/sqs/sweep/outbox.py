"""Messages on their way to another queue, in batches that keep every group's order.

A batch to a FIFO queue holds at most one message of a group, a group has one batch under way at a
time, and after a message that failed no later one of its group is sent: so the order within a
group is kept, come what may.
"""

import time
from collections import Counter, deque
from collections.abc import Iterable
from threading import Lock
from typing import TYPE_CHECKING

from queues.sqs.batch_call import MAX_ENTRIES, BatchAnswer, ask, is_lost
from queues.sqs.batches import MAX_BYTES
from queues.sqs.errors import SqsError
from queues.sqs.messages import arrived_intact, request_of, sent_from
from queues.sqs.names import is_fifo
from queues.sqs.retry import pause
from queues.sqs.sweep.leases import Leases
from queues.sqs.sweep.news import Failure, Inbox
from queues.sqs.sweep.tally import Tally
from queues.sqs.types import FailedEntry, Outgoing

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

ENTRY_ATTEMPTS = 8
# How far into the line a FIFO batch looks for groups that are free.
LOOK_AHEAD = 500
STOPPED = "Not sent: an earlier message of its group could not be sent."
NOT_BEGUN = "Not sent: the job ended before."
DAMAGED = "What SQS stored is not what was sent: the checksums differ."

Letter = tuple[int, Outgoing]


class Outbox:
    """add(), stage() and go() are the main thread's; next() is any thread's."""

    def __init__(
        self,
        client: "SQSClient",
        target_url: str,
        *,
        threads: int,
        leases: Leases | None,
        tally: Tally,
        inbox: Inbox,
    ) -> None:
        self._client, self._url = client, target_url
        self._fifo = is_fifo(target_url)
        self._threads, self._leases = threads, leases
        self.tally, self.inbox = tally, inbox
        self._lock = Lock()
        self._line: deque[Letter] = deque()
        self._staged: list[SendCall] = []
        self._ready: deque[SendCall] = deque()
        self._under_way = 0
        self._busy_groups: set[str | None] = set()
        self._stopped_groups: set[str | None] = set()
        self._refusals: Counter[int] = Counter()
        self._abandoned = False
        self._sent_before: set[int] = set()
        # SQS may have taken them already, in an answer that was lost.
        self._uncertain: set[int] = set()

    def add(self, letters: Iterable[Letter]) -> None:
        fresh = list(letters)
        with self._lock:
            self._line.extend(fresh)

    def stop(self, groups: Iterable[str]) -> None:
        """Of these nothing more is sent."""
        with self._lock:
            self._stopped_groups.update(groups)

    def stage(self) -> list[int]:
        """Chooses what is sent next, as much as the threads can take up; go() sends it."""
        fresh: list[int] = []
        with self._lock:
            while self._under_way + len(self._staged) < self._threads:
                letters = self._choose()
                if not letters:
                    break
                self._staged.append(SendCall(self, letters))
                # Those sent before are written down as being sent already.
                fresh += [number for number, _ in letters if number not in self._sent_before]
                self._sent_before.update(number for number, _ in letters)
        return fresh

    def go(self) -> None:
        with self._lock:
            self._ready.extend(self._staged)
            self._under_way += len(self._staged)
            self._staged.clear()

    def next(self) -> "SendCall | None":
        try:
            return self._ready.popleft()
        except IndexError:
            return None

    def empty_the_line(self) -> None:
        """What was not begun is not sent any more."""
        with self._lock:
            for number, _ in self._line:
                if number not in self._sent_before:
                    self._free(number)
            self._line = deque(each for each in self._line if each[0] in self._sent_before)

    def abandon(self) -> None:
        """Nothing is sent any more, not even what was begun, unless a thread is about it."""
        with self._lock:
            self._abandoned = True
            letters = [each for call in (*self._staged, *self._ready) for each in call.letters]
            self._under_way -= len(self._ready)
            self._staged.clear()
            self._ready.clear()
            for number, _ in (*letters, *self._line):
                if number in self._sent_before and number not in self._uncertain:
                    self._fail(number, NOT_BEGUN)  # it is written down as being sent
                else:
                    self._free(number)
            self._line.clear()

    @property
    def about_to(self) -> bool:
        """Some is written down as being sent, and no thread is about it yet."""
        return bool(self._ready)

    @property
    def idle(self) -> bool:
        with self._lock:
            return not (self._line or self._staged or self._under_way)

    @property
    def size(self) -> int:
        return len(self._line)

    def ask(self, letters: list[Letter]) -> BatchAnswer:
        entries = {number: request_of(outgoing) for number, outgoing in letters}
        return ask(self._client, "SendMessageBatch", self._url, entries)

    def _choose(self) -> list[Letter]:
        chosen: list[Letter] = []
        passed: list[Letter] = []
        size, groups = 0, set(self._busy_groups) if self._fifo else set()
        while self._line and len(chosen) < MAX_ENTRIES and len(passed) < LOOK_AHEAD:
            number, outgoing = self._line[0]
            if self._fifo and outgoing.message_group_id in self._stopped_groups:
                self._line.popleft()
                self._fail(number, STOPPED)
                continue
            if chosen and size + outgoing.size > MAX_BYTES:
                break
            self._line.popleft()
            if self._fifo and outgoing.message_group_id in groups:
                passed.append((number, outgoing))
                continue
            chosen.append((number, outgoing))
            size += outgoing.size
            if self._fifo:
                groups.add(outgoing.message_group_id)
        self._line.extendleft(reversed(passed))
        if self._fifo:
            self._busy_groups.update(outgoing.message_group_id for _, outgoing in chosen)
        return chosen

    def back(self, letters: list[Letter], again: list[Letter]) -> None:
        """A batch is over; some of it is to be sent again, before all that waits."""
        with self._lock:
            if self._abandoned:
                for number, _ in again:
                    self._free(number)
            else:
                self._line.extendleft(reversed(again))
            self._busy_groups -= {outgoing.message_group_id for _, outgoing in letters}
            self._under_way -= 1

    def sent(self, number: int, message_id: str) -> None:
        # It stays ordered until that is written down: it must not be released meanwhile.
        self._sent_before.discard(number)
        self.inbox.put("sent", [(number, message_id)])

    def maybe_sent(self, letters: list[Letter]) -> None:
        """Their answer was lost. A FIFO queue knows them by their deduplication ids again; on a
        standard queue what is sent again may stand there twice."""
        self._uncertain.update(number for number, _ in letters)
        if not self._fifo:
            self.tally.add(resent=len(letters))
            self.inbox.put("resent", [number for number, _ in letters])

    def refuse_all(self, letters: list[Letter], sentence: str) -> list[Letter]:
        """SQS did not take the batch, and never will. Those of which that is not sure for all."""
        unsure = [each for each in letters if each[0] in self._uncertain]
        for number, outgoing in letters:
            if number not in self._uncertain:
                self.refuse(number, outgoing, sentence)
        return unsure

    def pause_for(self, letters: list[Letter]) -> float:
        """Seconds before these are tried again, so that what ails SQS may pass."""
        return pause(max(self._refusals[number] for number, _ in letters))

    def refused(self, number: int, outgoing: Outgoing, entry: FailedEntry) -> bool:
        """Whether to try the entry again."""
        self._refusals[number] += 1
        if entry.unknown:
            self.maybe_sent([(number, outgoing)])
        if (entry.retryable or entry.unknown) and self._refusals[number] < ENTRY_ATTEMPTS:
            return True
        self.refuse(number, outgoing, entry.message, unknown=entry.unknown)
        return False

    def refuse(self, number: int, outgoing: Outgoing, sentence: str, unknown: bool = False) -> None:
        with self._lock:
            if self._fifo:
                self._stopped_groups.add(outgoing.message_group_id)
            self._fail(number, sentence, unknown)

    def _fail(self, number: int, sentence: str, unknown: bool = False) -> None:
        self._free(number)
        self.inbox.put("failed", [Failure(number, "send", sentence, unknown)])

    def _free(self, number: int) -> None:
        self._sent_before.discard(number)
        if self._leases:
            self._leases.ordered_no_more(number)


class SendCall:
    def __init__(self, outbox: Outbox, letters: list[Letter]) -> None:
        self._outbox, self.letters = outbox, letters

    def ask(self) -> BatchAnswer:
        return self._outbox.ask(self.letters)

    def answered(self, answer: BatchAnswer) -> None:
        outbox, again, sent = self._outbox, [], 0
        for number, outgoing in self.letters:
            if number in answer.failed:
                if outbox.refused(number, outgoing, answer.failed[number]):
                    again.append((number, outgoing))
                continue
            stored = sent_from(answer.successful[number])
            if arrived_intact(stored, outgoing):
                sent += 1
                outbox.sent(number, stored.message_id)
            else:
                outbox.refuse(number, outgoing, DAMAGED, unknown=True)
        outbox.tally.add(sent=sent, billed=sum(o.size for _, o in self.letters) // 65_536)
        if again:
            time.sleep(outbox.pause_for(again))
        outbox.back(self.letters, again)

    def failed(self, error: SqsError) -> bool:
        again = self.letters
        if is_lost(error):
            self._outbox.maybe_sent(self.letters)
        elif not error.retryable:
            again = self._outbox.refuse_all(self.letters, error.sentence)
        self._outbox.back(self.letters, again)
        return False

    def lost(self) -> None:
        self._outbox.maybe_sent(self.letters)
        self._outbox.back(self.letters, self.letters)
