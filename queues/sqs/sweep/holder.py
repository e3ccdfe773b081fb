"""Keeping hold of messages, and letting go of them: all ChangeMessageVisibility of a sweep."""

import time
from collections import deque
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING

from queues.sqs.batch_call import BatchAnswer, ask, is_lost
from queues.sqs.errors import SqsError
from queues.sqs.retry import pause
from queues.sqs.sweep.leases import Key, Lease, Leases, id_of
from queues.sqs.sweep.report import NotReleased
from queues.sqs.sweep.tally import Tally

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

RELEASE_ATTEMPTS = 8
# Seconds until a lease that could not be extended is tried again.
AGAIN = 1.0

# Visible again already, or somebody else's by now: nothing is left to release.
NOT_OURS = frozenset({"MessageNotInflight", "ReceiptHandleIsInvalid"})

Batch = list[tuple[Key, Lease]]


class Holder:
    """Used by all threads of a sweep at once; each call is one batch's worth of work."""

    def __init__(self, client: "SQSClient", url: str, leases: Leases, tally: Tally) -> None:
        self._client, self._url = client, url
        self._leases, self._tally = leases, tally
        self._lock = Lock()
        self._batches: deque[Batch] = deque()
        self._given_up = False
        self.not_released: list[NotReleased] = []

    def extend_some(self) -> bool:
        """Extends up to ten leases that are due; whether there were any."""
        now = time.monotonic()
        due = self._leases.take_due(now)
        if not due:
            return False
        try:
            answer = self._change([(handle, seconds) for _, handle, seconds in due])
        except SqsError as error:
            for key, handle, seconds in due:
                until = now + seconds if is_lost(error) else None
                self._leases.postponed(key, handle, time.monotonic() + AGAIN, until)
            if error.retryable:
                return True
            raise
        for index, (key, handle, seconds) in enumerate(due):
            if index in answer.successful:
                self._leases.extended(key, handle, now, seconds)
            elif answer.failed[index].retryable or answer.failed[index].unknown:
                self._leases.postponed(key, handle, time.monotonic() + AGAIN)
            else:
                self._leases.gone(key, handle)
        return True

    def collect(self) -> None:
        """Puts all that is held by now in line to be released."""
        batches = self._leases.take_to_release(time.monotonic())
        with self._lock:
            self._batches.extend(batches)

    def release_some(self) -> bool:
        """Releases one batch, or lists what could not be released; whether there was any."""
        try:
            batch = self._batches.popleft()
        except IndexError:
            return False
        for attempt in range(1, RELEASE_ATTEMPTS + 1):
            if self._given_up or not batch:
                break
            batch = self._release(batch)
            if batch and not self._given_up and attempt < RELEASE_ATTEMPTS:
                time.sleep(pause(attempt))
        self._list(batch)
        return True

    @property
    def waiting(self) -> bool:
        return bool(self._batches)

    def _release(self, batch: Batch) -> Batch:
        """What is left of the batch, and worth another try."""
        try:
            answer = self._change([(lease.handle, 0) for _, lease in batch])
        except SqsError as error:
            # Nothing else will be released either: say so at once, instead of batch by batch.
            self._given_up = self._given_up or not error.retryable
            return batch
        self._tally.add(released=len(answer.successful))
        again = []
        for index, (key, lease) in enumerate(batch):
            failure = answer.failed.get(index)
            if failure and failure.code not in NOT_OURS:
                again.append((key, lease))
            else:
                self._leases.gone(key, lease.handle)
        return again

    def _list(self, batch: Batch) -> None:
        now, wall = time.monotonic(), datetime.now(UTC)
        with self._lock:
            self.not_released.extend(
                NotReleased(id_of(key), wall + timedelta(seconds=lease.until - now))
                for key, lease in batch
                if lease.until > now
            )

    def _change(self, changes: list[tuple[str, int]]) -> BatchAnswer:
        operation = "ChangeMessageVisibilityBatch"
        self._tally.request(operation)
        return ask(
            self._client,
            operation,
            self._url,
            {
                index: {"ReceiptHandle": handle, "VisibilityTimeout": seconds}
                for index, (handle, seconds) in enumerate(changes)
            },
        )
