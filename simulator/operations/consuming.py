"""What is done with received messages, by receipt handle; and PurgeQueue."""

from typing import Any

from simulator.errors import SqsError, bad_receipt_handle, missing
from simulator.operations.batches import batch_entries, each_entry
from simulator.operations.call import Call
from simulator.parameters import Parameters, integer, required_text
from simulator.queue import LONGEST_IN_FLIGHT
from simulator.receipts import Receipt

PURGE_INTERVAL = 60.0  # seconds


def delete_message(call: Call) -> dict[str, Any]:
    return _delete(call, call.parameters)


def delete_message_batch(call: Call) -> dict[str, Any]:
    return each_entry(call, batch_entries(call), lambda entry: _delete(call, entry))


def change_message_visibility(call: Call) -> dict[str, Any]:
    return _change_visibility(call, call.parameters)


def change_message_visibility_batch(call: Call) -> dict[str, Any]:
    return each_entry(call, batch_entries(call), lambda entry: _change_visibility(call, entry))


def _delete(call: Call, parameters: Parameters) -> dict[str, Any]:
    queue = call.queue
    queue.delete(_receipt(call, parameters))
    # A group of a FIFO queue may have become free for a waiting receiver.
    queue.changed.notify_all()
    return {}


def _change_visibility(call: Call, parameters: Parameters) -> dict[str, Any]:
    receipt = _receipt(call, parameters)
    timeout = integer(parameters, "VisibilityTimeout", 0, LONGEST_IN_FLIGHT)
    if timeout is None:
        raise missing("VisibilityTimeout")
    call.queue.change_visibility(receipt, timeout)
    call.queue.changed.notify_all()
    return {}


def _receipt(call: Call, parameters: Parameters) -> Receipt:
    receipt = call.account.receipts.read(required_text(parameters, "ReceiptHandle"))
    if receipt.queue != call.queue.serial:
        raise bad_receipt_handle()
    return receipt


def purge_queue(call: Call) -> dict[str, Any]:
    queue, now = call.queue, call.account.clock.now()
    if now - queue.purged < PURGE_INTERVAL:
        raise SqsError(
            "PurgeQueueInProgress",
            f"Only one PurgeQueue operation on {queue.name} is allowed every 60 seconds.",
            status=403,
        )
    queue.purge()
    return {}
