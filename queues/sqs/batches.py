"""Any number of messages, in as few requests as SQS allows, with the fate of each.

Nothing here raises for what SQS answers: an operation on 1,000 messages of which 3 fail is a
BatchResult with 3 failed entries, and an outage half-way one with all the rest.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from queues.sqs import errors
from queues.sqs.calls import call_queue
from queues.sqs.messages import arrived_intact, request_of, sent_from
from queues.sqs.names import is_fifo
from queues.sqs.retry import pause
from queues.sqs.translation import meaning_of_code
from queues.sqs.types import BatchResult, FailedEntry, Outgoing, Sent, SuccessfulEntry

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

MAX_ENTRIES = 10
MAX_BYTES = 1_048_576
ATTEMPTS = 4

# After one of these, the next batch would fail in the same way.
_HOPELESS = (
    errors.AccessDenied,
    errors.CredentialsProblem,
    errors.QueueNotFound,
    errors.Unreachable,
)

Entry = dict[str, Any]


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
    hopeless: errors.SqsError | None = None

    def settle(self, entries: Mapping[int, Entry]) -> None:
        """Tries a batch until each entry succeeded or failed for good, or the attempts are used."""
        open_entries = dict(entries)
        for attempt in range(1, ATTEMPTS + 1):
            if not open_entries:
                return
            if attempt > 1:
                self.sleep(pause(attempt - 1))
            open_entries = self._attempt(open_entries)

    def result(self, sent: Mapping[int, Sent] | None = None) -> BatchResult:
        return BatchResult(
            successful=tuple(
                SuccessfulEntry(index, (sent or {}).get(index)) for index in sorted(self.successful)
            ),
            failed=tuple(self.failed[index] for index in sorted(self.failed)),
        )

    def _attempt(self, entries: dict[int, Entry]) -> dict[int, Entry]:
        """Asks once. Returns the entries worth another try; each is in `failed` meanwhile."""
        if self.hopeless:
            self._fail_all(entries, self.hopeless)
            return {}
        try:
            answer = call_queue(
                self.client,
                self.operation,
                self.url,
                Entries=[{"Id": str(index), **entry} for index, entry in entries.items()],
            )
        except errors.SqsError as error:
            again = self._fail_all(entries, error, asked=True)
            if isinstance(error, _HOPELESS) and not again:
                self.hopeless = error
            return entries if again else {}
        return self._sort(answer, entries)

    def _sort(self, answer: Entry, entries: dict[int, Entry]) -> dict[int, Entry]:
        for success in answer.get("Successful", []):
            self.successful[int(success["Id"])] = success
            self.failed.pop(int(success["Id"]), None)
        again = {}
        for failure in map(_failed_entry, answer.get("Failed", [])):
            self.failed[failure.index] = failure
            if _may_pass(failure):
                again[failure.index] = entries[failure.index]
        for index in entries.keys() - self.successful.keys() - self.failed.keys():
            self.failed[index] = FailedEntry(
                index, "NoAnswer", "SQS's answer does not mention this message.", False, True
            )
        return again

    def _fail_all(
        self, entries: dict[int, Entry], error: errors.SqsError, *, asked: bool = False
    ) -> bool:
        """Whether it is worth trying again."""
        outcome_lost = asked and isinstance(error, errors.Unreachable | errors.ServerError)
        for index in entries:
            self.failed[index] = FailedEntry(
                index, error.code, error.sentence, not error.retryable, unknown=outcome_lost
            )
        return error.retryable and (self.repeatable or not outcome_lost)


def _failed_entry(failure: Mapping[str, Any]) -> FailedEntry:
    code, detail = str(failure.get("Code", "")), str(failure.get("Message") or "")
    meaning = meaning_of_code(code)
    sentence = detail or (f"SQS refused it with the error {code}.")
    if meaning and "{" not in meaning.sentence:
        sentence = meaning.sentence
    return FailedEntry(int(failure["Id"]), code, sentence, bool(failure.get("SenderFault")))


def _may_pass(failure: FailedEntry) -> bool:
    meaning = meaning_of_code(failure.code)
    if meaning is None:
        return not failure.sender_fault
    return meaning.error.retryable or bool(meaning.retryable)


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
