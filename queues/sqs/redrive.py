"""Dead-letter queues: whose they are, and SQS's own way of emptying them, the message move task.

A task runs inside SQS: it goes on when we are gone. It moves all messages, of which none can be
chosen; each gets a new id and a new sending time, and a cancelled task brings nothing back.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from queues.sqs.calls import call, call_queue
from queues.sqs.move_task import MoveTask, move_task_from, name_of
from queues.sqs.retry import repeat

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

PAGE = 1000
FASTEST = 500  # messages a second
LISTED = 10  # tasks; SQS remembers no more


def start_move_task(
    client: "SQSClient",
    source_arn: str,
    *,
    destination_arn: str | None = None,
    per_second: int | None = None,
) -> str:
    """The task's handle. Without a destination each message goes back to the queue it came from.

    Asked once: where the answer is lost, the list of tasks tells whether it was started.
    """
    request: dict[str, Any] = {"SourceArn": source_arn}
    if destination_arn is not None:
        request["DestinationArn"] = destination_arn
    if per_second is not None:
        request["MaxNumberOfMessagesPerSecond"] = per_second
    handle: str = call(client, "StartMessageMoveTask", name_of(source_arn), **request)["TaskHandle"]
    return handle


def move_tasks(client: "SQSClient", source_arn: str) -> list[MoveTask]:
    """The queue's tasks, newest first: those that SQS remembers, which is ten at most."""
    answer = repeat(
        lambda: call(
            client,
            "ListMessageMoveTasks",
            name_of(source_arn),
            SourceArn=source_arn,
            MaxResults=LISTED,
        )
    )
    return [move_task_from(entry) for entry in answer.get("Results", [])]


def cancel_move_task(client: "SQSClient", handle: str) -> int:
    """About how many messages were moved already; they stay where they are."""
    answer = call(client, "CancelMessageMoveTask", TaskHandle=handle)
    moved: int = answer.get("ApproximateNumberOfMessagesMoved", 0)
    return moved


def dead_letter_sources(client: "SQSClient", url: str) -> list[str]:
    """The URLs of the queues that have this one as their dead-letter queue."""
    return list(_dead_letter_sources(client, url))


def _dead_letter_sources(client: "SQSClient", url: str) -> Iterator[str]:
    request: dict[str, Any] = {"MaxResults": PAGE}
    while True:
        answer = repeat(lambda: call_queue(client, "ListDeadLetterSourceQueues", url, **request))
        yield from answer.get("queueUrls", [])
        if not answer.get("NextToken"):
            return
        request["NextToken"] = answer["NextToken"]
