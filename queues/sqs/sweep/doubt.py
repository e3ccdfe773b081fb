"""What an earlier sweep may still hide, though as far as it wrote down it is visible again.

It may have been killed between asking SQS for more time and writing down that it has it. Such
messages are put back at once: they come again like any other, with a lease that is known.
"""

import time
from collections import deque
from datetime import UTC, datetime, timedelta
from threading import Lock

from queues.sqs.batch_call import BatchAnswer, is_lost
from queues.sqs.errors import SqsError
from queues.sqs.retry import pause
from queues.sqs.sweep.holder import RELEASE_ATTEMPTS, Holder
from queues.sqs.sweep.proof import StopProof
from queues.sqs.sweep.report import NotReleased


class Doubt:
    """Used by all threads of a sweep at once. `regained`: how many were hidden indeed."""

    def __init__(self, holder: Holder, proof: StopProof) -> None:
        self.holder, self._proof = holder, proof
        self._lock = Lock()
        self._again: deque[PutBackCall] = deque()
        self.regained = 0

    def next(self) -> "PutBackCall | None":
        if not self.waiting:  # nearly always, and asked before each receive
            return None
        try:
            return self._again.popleft()
        except IndexError:
            numbers = self.holder.leases.take_doubtful(time.monotonic())
        return PutBackCall(self, numbers) if numbers else None

    @property
    def waiting(self) -> bool:
        return bool(self._again or self.holder.leases.doubtful)

    def over(self, regained: int) -> None:
        """What was empty before proves nothing: they may come now."""
        with self._lock:
            self.regained += regained
        self._proof.lost(time.monotonic())

    def again(self, call: "PutBackCall") -> None:
        if call.attempts < RELEASE_ATTEMPTS:
            self._again.append(call)
        else:
            self.give_up(call.numbers)

    def give_up(self, numbers: list[int]) -> None:
        leases = self.holder.leases
        left = leases.perhaps_until - time.monotonic()
        reappear = datetime.now(UTC) + timedelta(seconds=left)
        ids = leases.ids(numbers)
        with self._lock:
            self.holder.not_released.extend(NotReleased(ids[n], reappear) for n in numbers)


class PutBackCall:
    __slots__ = ("_doubt", "attempts", "numbers")

    def __init__(self, doubt: Doubt, numbers: list[int]) -> None:
        self._doubt, self.numbers = doubt, numbers
        self.attempts = 0

    def ask(self) -> BatchAnswer:
        if self.attempts:
            time.sleep(pause(self.attempts))
        self.attempts += 1
        holder = self._doubt.holder
        return holder.change([(handle, 0) for handle in holder.leases.handles(self.numbers)])

    def answered(self, answer: BatchAnswer) -> None:
        # Any other refusal says that it is visible already, deleted, or somebody else's by now.
        again = [
            number
            for index, number in enumerate(self.numbers)
            if (entry := answer.failed.get(index)) and (entry.retryable or entry.unknown)
        ]
        self._doubt.over(len(answer.successful))
        self.numbers = again
        if again:
            self._doubt.again(self)

    def failed(self, error: SqsError) -> bool:
        if error.retryable or is_lost(error):
            self._doubt.again(self)
        else:
            self._doubt.give_up(self.numbers)
        return True

    def lost(self) -> None:
        self._doubt.again(self)
