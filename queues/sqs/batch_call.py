"""One batch request and the fate of each of its entries."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from queues.sqs.calls import call_queue
from queues.sqs.errors import NotConnected, ServerError, SqsError, Unreachable
from queues.sqs.names import name_from_url
from queues.sqs.translation import from_code
from queues.sqs.types import FailedEntry

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

MAX_ENTRIES = 10

Entry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class BatchAnswer:
    """By the caller's index. Each entry asked for is in one of the two."""

    successful: dict[int, Entry]
    failed: dict[int, FailedEntry]


def ask(client: "SQSClient", operation: str, url: str, entries: Mapping[int, Entry]) -> BatchAnswer:
    """Asks once, for at most ten. Raises SqsError where the request failed as a whole."""
    named = [{"Id": str(index), **entry} for index, entry in entries.items()]
    answer = call_queue(client, operation, url, Entries=named)
    # What was not asked for is not listened to.
    asked = {entry["Id"] for entry in named}
    failed = {
        int(failure["Id"]): _failed_entry(failure, operation, url)
        for failure in answer.get("Failed", [])
        if failure["Id"] in asked
    }
    successful = {
        int(success["Id"]): success
        for success in answer.get("Successful", [])
        if success["Id"] in asked
    }
    for index in entries.keys() - successful.keys() - failed.keys():
        sentence = "SQS's answer does not mention this message."
        failed[index] = FailedEntry(index, "NoAnswer", sentence, sender_fault=False, unknown=True)
    return BatchAnswer(successful, failed)


def is_lost(error: SqsError) -> bool:
    """Whether the request may have been carried out in spite of the error."""
    return isinstance(error, Unreachable | ServerError) and not isinstance(error, NotConnected)


def _failed_entry(failure: Mapping[str, Any], operation: str, url: str) -> FailedEntry:
    code, detail = str(failure.get("Code", "")), str(failure.get("Message") or "")
    sender_fault = bool(failure.get("SenderFault"))
    error = from_code(code, detail, operation, name_from_url(url))
    return FailedEntry(
        int(failure["Id"]),
        code,
        error.sentence,
        sender_fault,
        # A code without a meaning of ours: AWS says at least whose fault it was.
        retryable=error.retryable or (type(error) is SqsError and not sender_fault),
    )
