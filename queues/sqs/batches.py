"""Any number of messages, in as few requests as SQS allows, with the fate of each.

Nothing here raises for what SQS answers: an operation on 1,000 messages of which 3 fail is a
BatchResult with 3 failed entries, and an outage half-way one with all the rest.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from queues.sqs import errors
from queues.sqs.batch_call import MAX_ENTRIES, Entry, ask, is_lost
from queues.sqs.messages import arrived_intact, request_of, sent_from
from queues.sqs.names import is_fifo
from queues.sqs.retry import pause
from queues.sqs.types import BatchResult, FailedEntry, Outgoing, Sent, SuccessfulEntry

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

MAX_BYTES = 1_048_576
ATTEMPTS = 4
# One lost answer is an accident; after so many that may not be tried again, SQS is out of reach.
LOST_ENOUGH = 3

# After one of these, the next batch would fail in the same way.
_HOPELESS = (
    errors.AccessDenied,
    errors.CredentialsProblem,
    errors.QueueNotFound,
    errors.Unreachable,
)


def send_batch(client: "SQSClient", url: str, outgoing: Sequence[Outgoing]) -> BatchResult:
    """Sends all, in order. A lost answer is not tried again on a standard queue, where that
    could store the message twice: such an entry is failed and `unknown`.

    On a FIFO queue a batch holds at most one message of a group, and after one that failed no
    later one of its group is sent, so that the order within a group is kept come what may.
    """
    run = _Run(client, "SendMessageBatch", url, repeatable=is_fifo(url))
    stopped_groups: set[str] = set()
    for batch in batches_to_send(outgoing, fifo=is_fifo(url)):
        entries = {}
        for index in batch:
            if is_fifo(url) and outgoing[index].message_group_id in stopped_groups:
                run.failed[index] = _not_sent(index)
            else:
                entries[index] = request_of(outgoing[index])
        run.settle(entries)
        _check_arrivals(run, outgoing, batch)
        stopped_groups.update(outgoing[i].message_group_id or "" for i in batch if i in run.failed)
    return run.result({index: sent_from(answer) for index, answer in run.successful.items()})


def delete_batch(client: "SQSClient", url: str, receipt_handles: Sequence[str]) -> BatchResult:
    run = _Run(client, "DeleteMessageBatch", url)
    for batch in _tens(len(receipt_handles)):
        run.settle({index: {"ReceiptHandle": receipt_handles[index]} for index in batch})
    return run.result()


def change_visibility_batch(
    client: "SQSClient", url: str, receipt_handles: Sequence[str], seconds: int
) -> BatchResult:
    """Hides each for `seconds` from now on; 0 makes them visible at once."""
    run = _Run(client, "ChangeMessageVisibilityBatch", url)
    for batch in _tens(len(receipt_handles)):
        run.settle(
            {
                index: {"ReceiptHandle": receipt_handles[index], "VisibilityTimeout": seconds}
                for index in batch
            }
        )
    return run.result()


def batches_to_send(outgoing: Sequence[Outgoing], *, fifo: bool) -> Iterator[list[int]]:
    """Indexes, in order, cut where SQS's limits or a FIFO group's order ask for it."""
    batch: list[int] = []
    size = 0
    groups: set[str | None] = set()
    for index, message in enumerate(outgoing):
        full = len(batch) == MAX_ENTRIES or size + message.size > MAX_BYTES
        if batch and (full or (fifo and message.message_group_id in groups)):
            yield batch
            batch, size, groups = [], 0, set()
        batch.append(index)
        size += message.size
        groups.add(message.message_group_id)
    if batch:
        yield batch


def _tens(number: int) -> Iterator[range]:
    return (
        range(start, min(start + MAX_ENTRIES, number)) for start in range(0, number, MAX_ENTRIES)
    )


@dataclass(slots=True)
class _Run:
    """One operation over many batches. `repeatable`: asking twice does no harm."""

    client: "SQSClient"
    operation: str
    url: str
    repeatable: bool = True
    sleep: Callable[[float], None] = time.sleep
    successful: dict[int, Entry] = field(default_factory=dict)
    failed: dict[int, FailedEntry] = field(default_factory=dict)
    lost: int = 0
    hopeless: errors.SqsError | None = None

    def settle(self, entries: dict[int, Entry]) -> None:
        """Tries a batch until each entry succeeded or failed for good, or the attempts are used."""
        for attempt in range(1, ATTEMPTS + 1):
            if not entries:
                return
            if attempt > 1:
                self.sleep(pause(attempt - 1))
            entries = self._attempt(entries, last=attempt == ATTEMPTS)

    def result(self, sent: Mapping[int, Sent] | None = None) -> BatchResult:
        return BatchResult(
            successful=tuple(
                SuccessfulEntry(index, (sent or {}).get(index)) for index in sorted(self.successful)
            ),
            failed=tuple(self.failed[index] for index in sorted(self.failed)),
        )

    def _attempt(self, entries: dict[int, Entry], *, last: bool) -> dict[int, Entry]:
        """Asks once. Returns the entries worth another try; each is in `failed` meanwhile."""
        if self.hopeless:
            self._fail(entries, self.hopeless)
            return {}
        try:
            answer = ask(self.client, self.operation, self.url, entries)
        except errors.SqsError as error:
            lost = is_lost(error)
            self._fail(entries, error, unknown=lost)
            if error.retryable and (self.repeatable or not lost) and not last:
                return entries
            self.lost += lost
            if isinstance(error, _HOPELESS) and (last or not lost or self.lost == LOST_ENOUGH):
                self.hopeless = error
            return {}
        self.successful |= answer.successful
        self.failed |= answer.failed
        for index in answer.successful:
            self.failed.pop(index, None)
        return {index: entries[index] for index, entry in answer.failed.items() if entry.retryable}

    def _fail(
        self, entries: Iterable[int], error: errors.SqsError, *, unknown: bool = False
    ) -> None:
        for index in entries:
            self.failed[index] = FailedEntry(
                index,
                error.code,
                error.sentence,
                sender_fault=not error.retryable,
                retryable=error.retryable,
                unknown=unknown,
            )


def _check_arrivals(run: _Run, outgoing: Sequence[Outgoing], batch: Sequence[int]) -> None:
    for index in batch:
        if index in run.successful and not arrived_intact(
            sent_from(run.successful[index]), outgoing[index]
        ):
            del run.successful[index]
            run.failed[index] = FailedEntry(
                index,
                "ChecksumMismatch",
                "What SQS stored is not what was sent: the checksums differ.",
                sender_fault=False,
                unknown=True,
            )


def _not_sent(index: int) -> FailedEntry:
    return FailedEntry(
        index, "NotSent", "Not sent: an earlier message of its group failed.", sender_fault=True
    )
