"""ReceiveMessage: short and long polls, and what becomes of messages received too often."""

from collections.abc import Iterator
from dataclasses import dataclass

from simulator.account import Account
from simulator.contents import check_token
from simulator.errors import SqsError, invalid_value, no_such_queue, unknown_attribute
from simulator.faults import Kind
from simulator.fifo_queue import FifoQueue
from simulator.message import Message, State
from simulator.operations.call import Call
from simulator.parameters import integer, text, texts
from simulator.queue import LONGEST_IN_FLIGHT, Queue

SYSTEM_NAMES = {
    "All",
    "SenderId",
    "SentTimestamp",
    "ApproximateReceiveCount",
    "ApproximateFirstReceiveTimestamp",
    "SequenceNumber",
    "MessageDeduplicationId",
    "MessageGroupId",
    "AWSTraceHeader",
    "DeadLetterQueueSourceArn",
}


@dataclass(frozen=True)
class Request:
    """`visibility_timeout` and `wait` in seconds, the queue's own where the call names none."""

    most: int
    visibility_timeout: int
    wait: int
    attempt_id: str | None
    system_names: frozenset[str]
    attribute_names: tuple[str, ...]

    @classmethod
    def read(cls, call: Call) -> "Request":
        asked, queue = call.parameters, call.queue
        most = integer(asked, "MaxNumberOfMessages", 1, 10)
        visibility_timeout = integer(asked, "VisibilityTimeout", 0, LONGEST_IN_FLIGHT)
        wait = integer(asked, "WaitTimeSeconds", 0, 20)
        if visibility_timeout is None:
            visibility_timeout = queue.attributes.visibility_timeout
        return cls(
            1 if most is None else most,
            visibility_timeout,
            queue.attributes.receive_wait if wait is None else wait,
            _attempt_id(call),
            _system_names(call),
            tuple(texts(asked, "MessageAttributeNames")),
        )


def _attempt_id(call: Call) -> str | None:
    attempt_id = text(call.parameters, "ReceiveRequestAttemptId")
    if attempt_id is not None:
        check_token("ReceiveRequestAttemptId", attempt_id)
        if not call.queue.fifo:
            reason = "The request include parameter that is not valid for this queue type."
            raise invalid_value("ReceiveRequestAttemptId", attempt_id, reason)
    return attempt_id


def _system_names(call: Call) -> frozenset[str]:
    # AttributeNames is the older name of the same parameter, and still works.
    names = texts(call.parameters, "AttributeNames")
    names += texts(call.parameters, "MessageSystemAttributeNames")
    for name in names:
        if name not in SYSTEM_NAMES:
            raise unknown_attribute(name)
    return frozenset(names)


def receive_message(call: Call) -> str:
    queue, account = call.queue, call.account
    request = Request.read(call)
    if account.faults.strike(Kind.EMPTY_RECEIVE, call.operation, queue.name):
        return "{}"
    messages = _again(account, queue, request)
    if messages is None:
        messages = _poll(account, queue, request)
        if isinstance(queue, FifoQueue) and request.attempt_id and messages:
            queue.attempts.remember(request.attempt_id, messages, account.clock.now())
    if not messages:
        return "{}"
    found = ",".join(_as_json(call, request, messages))
    # After the answer is made: a copy left behind is not received yet.
    _leave_duplicates(account, queue, messages)
    return f'{{"Messages":[{found}]}}'


def _again(account: Account, queue: Queue, request: Request) -> list[Message] | None:
    if not isinstance(queue, FifoQueue) or request.attempt_id is None:
        return None
    now = account.clock.now()
    messages = queue.attempts.find(request.attempt_id, now)
    for message in messages or ():
        until = min(now + request.visibility_timeout, message.received + LONGEST_IN_FLIGHT)
        queue.hide_until(message, until)
    return messages


def _poll(account: Account, queue: Queue, request: Request) -> list[Message]:
    clock = account.clock
    deadline = clock.now() + request.wait
    while True:
        messages = _receive(account, queue, request)
        if messages or account.closing or clock.now() >= deadline:
            return messages
        clock.wait(queue.changed, min(deadline, account.next_change(queue)))
        if queue.deleted:
            raise no_such_queue()
        account.settle(queue)


def _receive(account: Account, queue: Queue, request: Request) -> list[Message]:
    room = _in_flight_limit(account, queue) - len(queue.in_flight)
    if room <= 0:
        # Developer Guide, "Amazon SQS visibility timeout": only a short poll on a standard queue
        # is told.
        if not queue.fifo and not request.wait:
            raise SqsError("OverLimit", "Too many messages in flight.", status=403)
        return []
    graveyard, policy = account.dead_letter_queue(queue), queue.attributes.redrive
    taken = queue.take(
        min(request.most, room),
        everywhere=request.wait > 0,
        most_receives=policy.max_receive_count if policy and graveyard else None,
    )
    if graveyard is not None:
        for message in taken.dead:
            account.bury(message, queue, graveyard)
    queue.hide(taken.live, request.visibility_timeout)
    return taken.live


def _in_flight_limit(account: Account, queue: Queue) -> int:
    rule = account.faults.strike(Kind.IN_FLIGHT_LIMIT, "ReceiveMessage", queue.name)
    return account.settings.in_flight_limit if rule is None else rule.limit


def _leave_duplicates(account: Account, queue: Queue, messages: list[Message]) -> None:
    if queue.fifo or not account.faults.rules:
        return
    for message in messages:
        if message.state is State.IN_FLIGHT and account.faults.strike(
            Kind.DUPLICATE, "ReceiveMessage", queue.name
        ):
            queue.show(message)


def _as_json(call: Call, request: Request, messages: list[Message]) -> Iterator[str]:
    queue, faults, receipts = call.queue, call.account.faults, call.account.receipts
    for message in messages:
        handle = receipts.handle(queue.serial, message.number, message.receive_count)
        corrupted = None
        if faults.rules and faults.strike(Kind.CORRUPTED_BODY, call.operation, queue.name):
            corrupted = faults.flip_a_bit(message.body)
        yield message.as_json(handle, request.system_names, request.attribute_names, corrupted)
