"""The operations of SQS, by the name in a request's X-Amz-Target."""

from collections.abc import Callable, Mapping
from typing import Any

from simulator.operations.call import Call
from simulator.operations.configuring import get_queue_attributes, set_queue_attributes
from simulator.operations.consuming import (
    change_message_visibility,
    change_message_visibility_batch,
    delete_message,
    delete_message_batch,
    purge_queue,
)
from simulator.operations.listing import list_dead_letter_source_queues, list_queues
from simulator.operations.moving import (
    cancel_message_move_task,
    list_message_move_tasks,
    start_message_move_task,
)
from simulator.operations.queues import create_queue, delete_queue, get_queue_url
from simulator.operations.receiving import receive_message
from simulator.operations.sending import send_message, send_message_batch
from simulator.operations.tags import list_queue_tags, tag_queue, untag_queue

# An operation answers with its result, or with JSON already encoded.
Operation = Callable[[Call], Mapping[str, Any] | str]

OPERATIONS: dict[str, Operation] = {
    "CancelMessageMoveTask": cancel_message_move_task,
    "ChangeMessageVisibility": change_message_visibility,
    "ChangeMessageVisibilityBatch": change_message_visibility_batch,
    "CreateQueue": create_queue,
    "DeleteMessage": delete_message,
    "DeleteMessageBatch": delete_message_batch,
    "DeleteQueue": delete_queue,
    "GetQueueAttributes": get_queue_attributes,
    "GetQueueUrl": get_queue_url,
    "ListDeadLetterSourceQueues": list_dead_letter_source_queues,
    "ListMessageMoveTasks": list_message_move_tasks,
    "ListQueueTags": list_queue_tags,
    "ListQueues": list_queues,
    "PurgeQueue": purge_queue,
    "ReceiveMessage": receive_message,
    "SendMessage": send_message,
    "SendMessageBatch": send_message_batch,
    "SetQueueAttributes": set_queue_attributes,
    "StartMessageMoveTask": start_message_move_task,
    "TagQueue": tag_queue,
    "UntagQueue": untag_queue,
}

NOT_YET = {"AddPermission", "RemovePermission"}

__all__ = ["NOT_YET", "OPERATIONS", "Call"]
