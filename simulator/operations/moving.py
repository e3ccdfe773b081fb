"""StartMessageMoveTask, ListMessageMoveTasks, CancelMessageMoveTask.

What the API reference leaves open (codes, sentences, the handle's form) is as AWS was recorded to
answer by the tests of LocalStack: tests/aws/services/sqs/test_sqs_move_task.snapshot.json there.
"""

from typing import Any

from simulator.account import Account
from simulator.errors import SqsError
from simulator.move_tasks import FASTEST, REMEMBERED, MoveTask, Status, read_handle
from simulator.operations.call import Call
from simulator.parameters import integer, required_text, text
from simulator.queue import Queue


def start_message_move_task(call: Call) -> dict[str, str]:
    source = _source(call, required_text(call.parameters, "SourceArn"))
    destination = _destination(call, source)
    rate = integer(call.parameters, "MaxNumberOfMessagesPerSecond", 1, FASTEST)
    if not call.account.dead_letter_sources(source):
        raise _refused("Source queue must be configured as a Dead Letter Queue.")
    if any(task.active for task in call.account.moves.of(source)):
        raise _refused(
            "There is already a task running. Only one active task is allowed for a source queue "
            "arn at a given time."
        )
    return {"TaskHandle": call.account.moves.start(source, destination, rate).handle}


def list_message_move_tasks(call: Call) -> dict[str, Any]:
    source = _source(call, required_text(call.parameters, "SourceArn"))
    most = integer(call.parameters, "MaxResults", 1, REMEMBERED)
    tasks = call.account.moves.of(source)[: most or 1]
    return {"Results": [task.as_json() for task in tasks]} if tasks else {}


def cancel_message_move_task(call: Call) -> dict[str, int]:
    task_id, source_arn = read_handle(required_text(call.parameters, "TaskHandle"))
    task = _task(call.account, _source(call, source_arn), task_id)
    if task.status is not Status.RUNNING:
        raise SqsError(
            "UnsupportedOperation",
            f"Only a running task can be cancelled; this one is {task.status.value}.",
        )
    call.account.moves.cancel(task)
    return {"ApproximateNumberOfMessagesMoved": task.moved}


def _task(account: Account, source: Queue, task_id: str) -> MoveTask:
    for task in account.moves.of(source):
        if task.task_id == task_id:
            return task
    raise SqsError("ResourceNotFoundException", "Task does not exist.", status=404)


def _source(call: Call, arn: str) -> Queue:
    source = _by_arn(call.account, "SourceArn", arn)
    call.account.settle(source)
    return source


def _destination(call: Call, source: Queue) -> Queue | None:
    arn = text(call.parameters, "DestinationArn")
    if arn is None:
        return None
    destination = _by_arn(call.account, "DestinationArn", arn)
    if destination is source:
        raise _refused("The destination queue cannot be the source queue.")
    if destination.fifo != source.fifo:
        raise _refused("The destination queue must be of the same type as the source queue.")
    return destination


def _by_arn(account: Account, parameter: str, arn: str) -> Queue:
    queue = account.by_arn(arn)
    if queue is None:
        raise SqsError(
            "ResourceNotFoundException",
            f"The resource that you specified for the {parameter} parameter doesn't exist.",
            status=404,
        )
    return queue


def _refused(message: str) -> SqsError:
    return SqsError("InvalidParameterValueException", message)
