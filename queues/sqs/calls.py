"""The one place that calls SQS: by the operation's AWS name, with errors translated."""

from typing import TYPE_CHECKING, Any

from botocore import xform_name

from queues.sqs.translation import translate_errors

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


def call(client: "SQSClient", operation: str, queue: str = "", **request: Any) -> dict[str, Any]:
    """`queue`, its name or URL, is named in the sentence of an error."""
    with translate_errors(operation, queue):
        answer: dict[str, Any] = getattr(client, xform_name(operation))(**request)
    return answer


def call_queue(client: "SQSClient", operation: str, url: str, **request: Any) -> dict[str, Any]:
    return call(client, operation, url, QueueUrl=url, **request)
