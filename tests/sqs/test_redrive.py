"""Message move tasks as the dashboard uses them: start, watch, cancel, and why they failed."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import botocore.loaders
import pytest

from queues.sqs import errors
from queues.sqs.error_operations import OPERATION_CODES
from queues.sqs.messages import receive, send
from queues.sqs.move_task import FAILURES, MoveTask
from queues.sqs.queues import delete_queue
from queues.sqs.redrive import (
    cancel_move_task,
    dead_letter_sources,
    move_tasks,
    start_move_task,
)
from queues.sqs.translation import from_code
from queues.sqs.types import Outgoing, Queue
from simulator import Clock, Simulator

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

MODEL = botocore.loaders.Loader().load_service_model("sqs", "service-2")
OPERATIONS = (
    "StartMessageMoveTask",
    "ListMessageMoveTasks",
    "CancelMessageMoveTask",
    "ListDeadLetterSourceQueues",
)
# Errors that the model lists for each operation, and those that any operation may end in.
ERRORS = sorted(
    (operation, code)
    for operation in OPERATIONS
    for code in {
        *(error["shape"] for error in MODEL["operations"][operation]["errors"]),
        "AccessDenied",
        "InvalidParameterValue",
    }
)


@pytest.fixture
def clock(sim: Simulator) -> Iterator[Clock]:
    sim.clock.freeze()
    yield sim.clock
    sim.clock.resume()


@pytest.fixture
def dead(new_queue: Callable[..., Queue]) -> Queue:
    """The dead-letter queue of "orders"; with three messages that were sent to it directly."""
    queue = new_queue("dead")
    policy = json.dumps({"deadLetterTargetArn": queue.arn, "maxReceiveCount": 1})
    new_queue("orders", RedrivePolicy=policy)
    return queue


def fill(client: "SQSClient", queue: Queue, count: int = 3) -> None:
    for number in range(count):
        send(client, queue.url, Outgoing(f"message {number}"))


def test_a_task_is_started_watched_and_ends(
    client: "SQSClient", sim: Simulator, clock: Clock, dead: Queue, new_queue: Callable[..., Queue]
) -> None:
    fill(client, dead)
    target = new_queue("repaired")
    clock.advance(1)
    handle = start_move_task(client, dead.arn, destination_arn=target.arn, per_second=1)
    started = datetime.fromtimestamp(int(clock.now() * 1000) / 1000, UTC)
    clock.advance(2)
    [task] = move_tasks(client, dead.arn)
    assert (task.state, task.active, task.handle) == ("RUNNING", True, handle)
    assert (task.source_name, task.destination_name) == ("dead", "repaired")
    assert (task.source_arn, task.destination_arn) == (dead.arn, target.arn)
    assert (task.moved, task.to_move, task.per_second) == (2, 3, 1)
    assert task.started_at == started
    clock.advance(1)
    [task] = move_tasks(client, dead.arn)
    assert (task.state, task.active, task.handle, task.moved) == ("COMPLETED", False, None, 3)
    assert task.failure_sentence == ""
    assert sorted(message.body for message in sim.messages("repaired")) == [
        f"message {number}" for number in range(3)
    ]


def test_without_a_destination_messages_go_home_as_fast_as_sqs_likes(
    client: "SQSClient", sim: Simulator, clock: Clock, dead: Queue
) -> None:
    orders = client.get_queue_url(QueueName="orders")["QueueUrl"]
    send(client, orders, Outgoing("poison"))
    for _ in range(30):
        receive(client, orders, visibility_timeout=0)
        if sim.messages("dead"):
            break
    start_move_task(client, dead.arn)
    clock.advance(1)
    [task] = move_tasks(client, dead.arn)
    assert (task.destination_arn, task.destination_name, task.per_second) == (None, None, None)
    assert [message.body for message in sim.messages("orders")] == ["poison"]


def test_a_cancelled_task_says_how_many_it_had_moved(
    client: "SQSClient", clock: Clock, dead: Queue, orders: Queue
) -> None:
    fill(client, dead)
    handle = start_move_task(client, dead.arn, destination_arn=orders.arn, per_second=1)
    clock.advance(1)
    assert cancel_move_task(client, handle) == 1
    assert [(task.state, task.active) for task in move_tasks(client, dead.arn)] == [
        ("CANCELLING", True)
    ]
    clock.advance(60)
    assert [(task.state, task.active) for task in move_tasks(client, dead.arn)] == [
        ("CANCELLED", False)
    ]
    with pytest.raises(errors.InvalidRequest, match="only a running one can"):
        cancel_move_task(client, handle)


def test_past_tasks_are_listed_newest_first(
    client: "SQSClient", clock: Clock, dead: Queue, orders: Queue
) -> None:
    assert move_tasks(client, dead.arn) == []
    for rate in (1, 2, 3):
        start_move_task(client, dead.arn, destination_arn=orders.arn, per_second=rate)
        clock.advance(2)
    assert [task.per_second for task in move_tasks(client, dead.arn)] == [3, 2, 1]


def test_a_message_without_a_source_is_explained(
    client: "SQSClient", clock: Clock, dead: Queue
) -> None:
    fill(client, dead)
    start_move_task(client, dead.arn)
    clock.advance(1)
    [task] = move_tasks(client, dead.arn)
    assert (task.state, task.failure_reason) == ("FAILED", "CouldNotDetermineMessageSource")
    assert 'sent to queue "dead" directly' in task.failure_sentence
    assert "names a destination" in task.failure_sentence
    assert 'still in queue "dead"' in task.failure_sentence


@pytest.mark.usefixtures("clock")
def test_a_destination_that_was_deleted_is_explained(
    client: "SQSClient", sim: Simulator, dead: Queue, new_queue: Callable[..., Queue]
) -> None:
    fill(client, dead)
    target = new_queue("target")
    start_move_task(client, dead.arn, destination_arn=target.arn, per_second=1)
    client.delete_queue(QueueUrl=target.url)
    sim.clock.advance(1)
    [task] = move_tasks(client, dead.arn)
    assert task.state == "FAILED"
    assert "does not exist any more" in task.failure_sentence
    assert task.destination_name == "target"


@pytest.mark.parametrize("reason", [*FAILURES, "AWS.SimpleQueueService.NonExistentQueue"])
def test_every_documented_reason_has_a_sentence_of_its_own(reason: str) -> None:
    task = MoveTask("FAILED", "arn:aws:sqs:eu-west-1:1:dead", failure_reason=f"{reason} - and more")
    assert "SQS gives as its reason" not in task.failure_sentence
    assert "{" not in task.failure_sentence


@pytest.mark.parametrize("reason", ["BrandNew {trouble}", ""])
def test_an_unknown_reason_is_quoted(reason: str) -> None:
    task = MoveTask("FAILED", "arn:aws:sqs:eu-west-1:1:dead", failure_reason=reason)
    assert f"SQS gives as its reason: {reason or 'none'}." in task.failure_sentence


def test_a_state_that_is_none_of_awss_counts_as_active() -> None:
    """Some servers list a task before it runs; a second one cannot be started then."""
    assert MoveTask("CREATED", "arn:aws:sqs:eu-west-1:1:dead").active


def test_a_second_task_on_the_same_queue_is_refused_with_the_reason(
    client: "SQSClient", clock: Clock, dead: Queue
) -> None:
    start_move_task(client, dead.arn, per_second=1)
    with pytest.raises(errors.InvalidRequest, match=r'queue "dead"\. There is already a task'):
        start_move_task(client, dead.arn)


def test_a_queue_that_is_no_dead_letter_queue_is_refused(
    client: "SQSClient", orders: Queue
) -> None:
    with pytest.raises(errors.InvalidRequest, match="Dead Letter Queue"):
        start_move_task(client, orders.arn)


def test_a_queue_that_is_gone_is_not_found(
    client: "SQSClient", dead: Queue, in_a_hurry: None
) -> None:
    delete_queue(client, dead.url)
    with pytest.raises(errors.QueueNotFound, match='Queue "dead"'):
        start_move_task(client, dead.arn)
    with pytest.raises(errors.QueueNotFound, match='Queue "dead" does not exist'):
        move_tasks(client, dead.arn)


def test_a_handle_that_sqs_does_not_know_is_said_so(client: "SQSClient") -> None:
    with pytest.raises(errors.MoveTaskNotFound):
        cancel_move_task(client, "no handle")


def test_a_start_whose_answer_is_lost_is_not_asked_twice(
    client: "SQSClient", sim: Simulator, clock: Clock, dead: Queue
) -> None:
    sim.faults.add("lost_answer", "StartMessageMoveTask")
    with pytest.raises(errors.Unreachable, match="is not known"):
        start_move_task(client, dead.arn, per_second=1)
    assert sim.calls["StartMessageMoveTask"] == 1
    assert [task.state for task in move_tasks(client, dead.arn)] == ["RUNNING"]


def test_without_permission_it_is_said_what_it_takes(
    client: "SQSClient", sim: Simulator, dead: Queue
) -> None:
    sim.faults.add("access_denied", "StartMessageMoveTask")
    with pytest.raises(errors.AccessDenied, match=r'queue "dead".*sqs:SendMessage on the dest'):
        start_move_task(client, dead.arn)


def test_a_list_that_is_throttled_is_asked_for_again(
    client: "SQSClient", sim: Simulator, dead: Queue
) -> None:
    rule = sim.faults.add("throttled", ("ListMessageMoveTasks", "ListDeadLetterSourceQueues"))
    rule.count = 2
    assert move_tasks(client, dead.arn) == []
    rule.count = 4
    assert len(dead_letter_sources(client, dead.url)) == 1


def test_all_sources_of_a_dead_letter_queue_are_listed(
    client: "SQSClient",
    sim: Simulator,
    new_queue: Callable[..., Queue],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("queues.sqs.redrive.PAGE", 2)
    shared = new_queue("shared-dead")
    assert dead_letter_sources(client, shared.url) == []
    policy = json.dumps({"deadLetterTargetArn": shared.arn, "maxReceiveCount": 3})
    sources = [new_queue(f"source-{number}", RedrivePolicy=policy).url for number in range(5)]
    assert dead_letter_sources(client, shared.url) == sources
    assert sim.calls["ListDeadLetterSourceQueues"] == 4


@pytest.mark.parametrize(("operation", "code"), ERRORS)
def test_every_error_of_these_operations_has_its_sentence(operation: str, code: str) -> None:
    error = from_code(code, "AWS's words", operation, "dead")
    assert type(error) is not errors.SqsError
    assert error.sentence.endswith((".", "words"))
    assert "{" not in error.sentence


def test_the_table_by_operation_has_only_errors_of_ours_for_operations_of_sqss() -> None:
    for (operation, _), meaning in OPERATION_CODES.items():
        assert operation in MODEL["operations"]
        assert issubclass(meaning.error, errors.SqsError)
