"""SQS's own message move task, as listed, and its failures explained for people."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

ENDED = ("COMPLETED", "CANCELLED", "FAILED")

# Developer Guide, "Troubleshoot Amazon SQS dead-letter queue and DLQ redrive issues". A reason may
# come with more words around it.
FAILURES = {
    "CouldNotDetermineMessageSource": (
        "SQS met a message of which it does not know the queue it came from: one that was sent to "
        "{source} directly, by a producer, by SNS or by Lambda. Start a task that names a "
        "destination for all messages, or redrive with sqsdash."
    ),
    "NonExistentQueue": (
        "A queue that messages were to go to does not exist any more. Create it again, or start a "
        "task with another destination."
    ),
    "AccessDenied": (
        "SQS was not allowed to move the messages. Whoever starts a task needs sqs:ReceiveMessage, "
        "sqs:DeleteMessage and sqs:GetQueueAttributes on {source} and sqs:SendMessage on the "
        "destination; where a queue is encrypted with a KMS key, kms:Decrypt and "
        "kms:GenerateDataKey as well."
    ),
    "KMS.": (
        "SQS could not use the KMS key of one of the queues. Look at the key and its policy: it "
        "takes kms:Decrypt for {source}, and kms:GenerateDataKey and kms:Decrypt for the "
        "destination."
    ),
}


@dataclass(frozen=True, slots=True)
class MoveTask:
    """`handle`: only while the task runs. `destination_arn` None: each message goes back to the
    queue it came from. `per_second` None: SQS chooses. `moved` and `to_move` are approximate, and
    lag; `to_move`, None while the task waits to begin, was counted at its start."""

    state: str
    source_arn: str
    handle: str | None = None
    destination_arn: str | None = None
    moved: int = 0
    to_move: int | None = None
    per_second: int | None = None
    started_at: datetime | None = None
    failure_reason: str = ""

    @property
    def source_name(self) -> str:
        return name_of(self.source_arn)

    @property
    def destination_name(self) -> str | None:
        return name_of(self.destination_arn) if self.destination_arn else None

    @property
    def active(self) -> bool:
        """Running, or being cancelled: no second task may start on the queue."""
        return self.state not in ENDED

    @property
    def failure_sentence(self) -> str:
        """Empty unless the task has failed: why, what has become of the rest, and what to do."""
        if self.state != "FAILED":
            return ""
        source = f'queue "{self.source_name}"'
        for reason, sentence in FAILURES.items():
            if reason in self.failure_reason:
                explained = sentence.format(source=source)
                break
        else:
            explained = f"SQS gives as its reason: {self.failure_reason or 'none'}."
        return f"{explained} What was not moved is still in {source}."


def move_task_from(entry: Mapping[str, Any]) -> MoveTask:
    """One of ListMessageMoveTasks' results."""
    started = entry.get("StartedTimestamp")
    return MoveTask(
        state=entry.get("Status", ""),
        source_arn=entry.get("SourceArn", ""),
        handle=entry.get("TaskHandle"),
        destination_arn=entry.get("DestinationArn"),
        moved=entry.get("ApproximateNumberOfMessagesMoved", 0),
        to_move=entry.get("ApproximateNumberOfMessagesToMove"),
        per_second=entry.get("MaxNumberOfMessagesPerSecond"),
        started_at=datetime.fromtimestamp(started / 1000, UTC) if started else None,
        failure_reason=entry.get("FailureReason", ""),
    )


def name_of(arn: str) -> str:
    return arn.rpartition(":")[2]
