"""SendMessage and SendMessageBatch."""

from typing import Any

from simulator.deduplication import Original
from simulator.errors import SqsError
from simulator.fifo_queue import FifoQueue
from simulator.message import Message, new_message_id
from simulator.operations.batches import batch_entries, each_entry
from simulator.operations.call import Call
from simulator.outgoing import Outgoing, claimed_size
from simulator.parameters import Parameters

MOST_BYTES = 1_048_576


def send_message(call: Call) -> dict[str, Any]:
    return _send(call, call.parameters)


def send_message_batch(call: Call) -> dict[str, Any]:
    entries = batch_entries(call)
    size = sum(map(claimed_size, entries))
    if size > MOST_BYTES:
        raise SqsError(
            "BatchRequestTooLong",
            f"Batch requests cannot be longer than {MOST_BYTES} bytes. You have sent {size} bytes.",
        )
    return each_entry(call, entries, lambda entry: _send(call, entry))


def _send(call: Call, parameters: Parameters) -> dict[str, Any]:
    queue = call.queue
    outgoing = Outgoing.read(parameters, queue)
    message = outgoing.message(
        call.account.next_number(),
        new_message_id(call.account.rng),
        call.sender_id,
        call.account.clock.now(),
    )
    original = _original(queue, message) if isinstance(queue, FifoQueue) else None
    if original is None:
        queue.add(message, outgoing.delay)
        original = Original(message.message_id, message.sequence_number or "")
        if isinstance(queue, FifoQueue):
            _remember(queue, message, original)
    return _answer(message, outgoing, original)


def _scope(queue: FifoQueue, message: Message) -> str:
    return (message.group or "") if queue.attributes.deduplication_per_group else ""


def _original(queue: FifoQueue, message: Message) -> Original | None:
    return queue.deduplication.find(
        _scope(queue, message), message.deduplication_id or "", message.sent
    )


def _remember(queue: FifoQueue, message: Message, original: Original) -> None:
    queue.deduplication.remember(
        _scope(queue, message), message.deduplication_id or "", original, message.sent
    )


def _answer(message: Message, outgoing: Outgoing, original: Original) -> dict[str, Any]:
    answer = {"MessageId": original.message_id, "MD5OfMessageBody": message.md5_of_body}
    if message.attributes:
        answer["MD5OfMessageAttributes"] = message.attributes.md5
    if outgoing.system_attributes:
        answer["MD5OfMessageSystemAttributes"] = outgoing.system_attributes.md5
    if original.sequence_number:
        answer["SequenceNumber"] = original.sequence_number
    return answer
