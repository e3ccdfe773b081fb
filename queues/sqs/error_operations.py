"""What an error code means where the operation says more than the code does."""

from queues.sqs import errors as ours
from queues.sqs.error_codes import Meaning

_NEEDS = "sqs:ReceiveMessage, sqs:DeleteMessage and sqs:GetQueueAttributes on it"

OPERATION_CODES: dict[tuple[str, str], Meaning] = {
    # Codes and texts beyond the API reference: LocalStack's tests, recorded from AWS.
    ("StartMessageMoveTask", "AccessDenied"): Meaning(
        ours.AccessDenied,
        "The credentials may not start a message move task for {queue}. That takes "
        f"sqs:StartMessageMoveTask, {_NEEDS}, and sqs:SendMessage on the destination; for "
        "queues encrypted with a KMS key kms:Decrypt and kms:GenerateDataKey, too. AWS says: "
        "{detail}",
    ),
    ("StartMessageMoveTask", "InvalidParameterValue"): Meaning(
        ours.InvalidRequest, "SQS did not start a message move task for {queue}. {detail}"
    ),
    ("StartMessageMoveTask", "ResourceNotFoundException"): Meaning(
        ours.QueueNotFound,
        "{Queue} or the destination does not exist in this account and region; it may have been "
        "deleted a moment ago. {detail}",
    ),
    ("StartMessageMoveTask", "UnsupportedOperation"): Meaning(
        ours.InvalidRequest,
        "SQS cannot start a message move task for {queue}: it takes the dead-letter queue of an "
        "SQS queue, on which no other task is active. {detail}",
    ),
    ("ListMessageMoveTasks", "ResourceNotFoundException"): Meaning(
        ours.QueueNotFound,
        "{Queue} does not exist in this account and region. Check its name; it may have been "
        "deleted a moment ago.",
    ),
    ("ListMessageMoveTasks", "UnsupportedOperation"): Meaning(
        ours.InvalidRequest,
        "SQS lists message move tasks of dead-letter queues only, and {queue} is none. {detail}",
    ),
    ("CancelMessageMoveTask", "AccessDenied"): Meaning(
        ours.AccessDenied,
        "The credentials may not cancel the message move task. That takes "
        f"sqs:CancelMessageMoveTask on the dead-letter queue, and {_NEEDS}. AWS says: {{detail}}",
    ),
    ("CancelMessageMoveTask", "InvalidParameterValue"): Meaning(
        ours.MoveTaskNotFound, "SQS does not know this message move task. {detail}"
    ),
    ("CancelMessageMoveTask", "ResourceNotFoundException"): Meaning(
        ours.MoveTaskNotFound,
        "SQS does not know this message move task any more. It may have ended, or its queue was "
        "deleted: look at the list of tasks.",
    ),
    ("CancelMessageMoveTask", "UnsupportedOperation"): Meaning(
        ours.InvalidRequest,
        "The message move task cannot be cancelled: only a running one can. {detail}",
    ),
}
