"""Queues: list, open, create, configure, count, delete."""

import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from queues.sqs.calls import call, call_queue
from queues.sqs.errors import InvalidRequest, QueueExists, QueueNotEmpty, QueueNotFound
from queues.sqs.messages import change_visibility, receive
from queues.sqs.names import check_name, is_fifo, name_from_url
from queues.sqs.retry import repeat
from queues.sqs.types import Counts, Queue

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

# SQS returns no NextToken, and at most 1,000 queues, unless MaxResults is given.
PAGE = 1000

COUNTS = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)


def list_queues(client: "SQSClient", prefix: str = "") -> Iterator[str]:
    """The URLs of all queues of the connection's region, page by page."""
    request: dict[str, Any] = {"MaxResults": PAGE}
    if prefix:
        request["QueueNamePrefix"] = prefix
    while True:
        answer = _ask(client, "ListQueues", **request)
        yield from answer.get("QueueUrls", [])
        if not answer.get("NextToken"):
            return
        request["NextToken"] = answer["NextToken"]


def get_queue(client: "SQSClient", name: str) -> Queue:
    """Raises QueueNotFound."""
    url = _ask(client, "GetQueueUrl", name, QueueName=name)["QueueUrl"]
    return get_attributes(client, url)


def get_attributes(client: "SQSClient", url: str) -> Queue:
    answer = _ask(client, "GetQueueAttributes", url, QueueUrl=url, AttributeNames=["All"])
    return Queue(url, name_from_url(url), answer.get("Attributes", {}))


def get_tags(client: "SQSClient", url: str) -> dict[str, str]:
    tags: dict[str, str] = _ask(client, "ListQueueTags", url, QueueUrl=url).get("Tags", {})
    return tags


def count(client: "SQSClient", url: str) -> Counts:
    """Three numbers with one request; see Counts for how far to trust them."""
    return count_with_time(client, url)[0]


def count_with_time(client: "SQSClient", url: str) -> tuple[Counts, datetime]:
    """The counts, and the time by SQS's own clock, which stamps the messages."""
    answer = _ask(client, "GetQueueAttributes", url, QueueUrl=url, AttributeNames=list(COUNTS))
    counts = Queue(url, name_from_url(url), answer.get("Attributes", {})).counts
    date = answer["ResponseMetadata"].get("HTTPHeaders", {}).get("date")
    # The header tells whole seconds, of which this one is not over yet.
    now = parsedate_to_datetime(date) + timedelta(seconds=1) if date else datetime.now(UTC)
    return counts, now


def create_queue(
    client: "SQSClient",
    name: str,
    *,
    visibility_timeout: int | None = None,
    attributes: Mapping[str, str] | None = None,
) -> tuple[Queue, bool]:
    """The queue, and whether it was created now: one that exists is opened, unchanged."""
    if problem := check_name(name):
        raise InvalidRequest(problem)
    try:
        return get_queue(client, name), False
    except QueueNotFound:
        pass
    wanted = dict(attributes or {})
    if visibility_timeout is not None:
        wanted["VisibilityTimeout"] = str(visibility_timeout)
    if is_fifo(name):
        wanted["FifoQueue"] = "true"
    try:
        answer = call(client, "CreateQueue", name, QueueName=name, Attributes=wanted)
    except QueueExists:  # somebody was quicker, with other attributes
        return get_queue(client, name), False
    return _once_it_exists(client, answer["QueueUrl"]), True


def set_visibility_timeout(client: "SQSClient", url: str, seconds: int) -> None:
    attributes = {"VisibilityTimeout": str(seconds)}
    _ask(client, "SetQueueAttributes", url, QueueUrl=url, Attributes=attributes)


def delete_queue(client: "SQSClient", url: str) -> None:
    """Raises QueueNotEmpty while the queue holds messages.

    Counts lag, so zeros alone prove nothing: between two looks at the counts one message is
    asked for, and released at once if there is one (that look counts as a receive). A message
    sent at this very moment is lost with the queue; SQS offers no way to prevent that.
    """
    _refuse_unless_empty(url, count(client, url))
    if _finds_a_message(client, url):
        raise QueueNotEmpty(
            f'Queue "{name_from_url(url)}" still holds messages, though its counts say 0. Clear it '
            "first, or wait until they are processed."
        )
    _refuse_unless_empty(url, count(client, url))
    call_queue(client, "DeleteQueue", url)


def _refuse_unless_empty(url: str, counts: Counts) -> None:
    if counts.total:
        raise QueueNotEmpty(
            f'Queue "{name_from_url(url)}" still holds messages: {counts.available} available, '
            f"{counts.in_flight} in flight, {counts.delayed} delayed. It can be deleted once they "
            "are gone."
        )


def _finds_a_message(client: "SQSClient", url: str) -> bool:
    found = receive(client, url, max_messages=1, visibility_timeout=10, wait=2)
    for message in found:
        change_visibility(client, url, message.receipt_handle, 0)
    return bool(found)


def _once_it_exists(client: "SQSClient", url: str) -> Queue:
    """AWS (CreateQueue): wait at least one second after creating a queue before using it."""
    for _ in range(5):
        try:
            return get_attributes(client, url)
        except QueueNotFound:
            time.sleep(0.5)
    return get_attributes(client, url)


def _ask(client: "SQSClient", operation: str, queue: str = "", **request: Any) -> dict[str, Any]:
    """For calls that may be repeated without harm."""
    return repeat(lambda: call(client, operation, queue, **request))
