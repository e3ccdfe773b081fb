"""A sweep while SQS, the network or the store misbehave: nothing lost, nothing left hidden."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from queues.sqs.errors import AccessDenied, QueueNotFound, ServerError, SqsError
from queues.sqs.messages import change_visibility, send
from queues.sqs.sweep import Phase, Verdict, crew, receiver
from queues.sqs.types import Message, Outgoing, Queue
from simulator import Simulator
from tests.sqs.sweep.recorded import Recorded

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

Fill = Callable[[Queue, int], None]

RECEIVE, RELEASE = "ReceiveMessage", "ChangeMessageVisibilityBatch"


def states(sim: Simulator) -> set[str]:
    return {message.state for message in sim.messages("orders")}


def test_what_a_lost_answer_hid_is_found_when_it_is_visible_again(
    recorded: Recorded, sim: Simulator, orders: Queue, fill: Fill
) -> None:
    fill(orders, 30)
    sim.faults.add("lost_answer", RECEIVE, count=1)
    result = recorded.run(visibility_timeout=3)
    assert sorted(recorded.bodies) == sorted(f"message {n}" for n in range(30))
    assert result.lost_answers == 1
    assert states(sim) == {"available"}
    assert Phase.PROVING in {progress.phase for progress in recorded.progress}


@pytest.mark.parametrize("pause", [0.0, 2.5])
def test_on_a_fifo_queue_a_lost_answer_is_asked_for_again_as_long_as_sqs_repeats_it(
    client: "SQSClient",
    sim: Simulator,
    new_queue: Callable[..., Queue],
    monkeypatch: pytest.MonkeyPatch,
    pause: float,
) -> None:
    queue = new_queue("orders.fifo", ContentBasedDeduplication="true")
    for n in range(5):
        send(client, queue.url, Outgoing(f"{n}", message_group_id="g"))
    monkeypatch.setattr(crew, "pause", lambda failures: pause)
    sim.faults.add("lost_answer", RECEIVE, count=1)
    recorded = Recorded(sim, client, queue)
    result = recorded.run(visibility_timeout=2, threads=2)
    assert recorded.bodies == ["0", "1", "2", "3", "4"]
    assert result.lost_answers == 1


def test_a_damaged_message_is_handed_on_only_when_it_comes_sound(
    recorded: Recorded, sim: Simulator, orders: Queue, fill: Fill
) -> None:
    fill(orders, 20)
    rule = sim.faults.add("corrupted_body", RECEIVE, count=1)
    result = recorded.run(visibility_timeout=2)
    assert sorted(recorded.bodies) == sorted(f"message {n}" for n in range(20))
    assert result.corrupted == rule.fired == 1
    assert result.verdict is Verdict.COMPLETE


def test_a_message_that_never_comes_sound_is_reported_and_does_not_keep_the_sweep(
    recorded: Recorded, sim: Simulator, orders: Queue, fill: Fill, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiver, "DAMAGED_FOR_GOOD", 2)
    fill(orders, 1)
    sim.faults.add("corrupted_body", RECEIVE)
    result = recorded.run(visibility_timeout=3)
    assert recorded.messages == []
    assert (result.verdict, result.cause) == (Verdict.PARTIAL, "damaged messages")
    assert "1 messages arrived with checksums that do not fit" in result.reason
    assert states(sim) == {"available"}


def test_a_store_that_fails_gets_everything_released_and_its_own_error_back(
    recorded: Recorded, sim: Simulator, orders: Queue, fill: Fill
) -> None:
    fill(orders, 100)
    disk_full = OSError("no space left on device")

    def store(messages: list[Message]) -> None:
        raise disk_full

    with pytest.raises(OSError, match="no space left") as caught:
        recorded.run(store=store)
    assert caught.value is disk_full
    assert states(sim) == {"available"}


def test_a_question_that_fails_is_passed_on_too(
    recorded: Recorded, sim: Simulator, orders: Queue, fill: Fill
) -> None:
    fill(orders, 10)

    def keep_going() -> bool:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        recorded.run(keep_going=keep_going)
    assert states(sim) == {"available"}


def test_an_interrupt_releases_what_is_held(
    recorded: Recorded, sim: Simulator, orders: Queue, fill: Fill
) -> None:
    fill(orders, 30)

    def store(messages: list[Message]) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        recorded.run(store=store)
    assert states(sim) == {"available"}


def test_a_permission_withdrawn_half_way_is_told_and_what_is_held_released(
    recorded: Recorded, sim: Simulator, orders: Queue, fill: Fill
) -> None:
    fill(orders, 1_000)
    with pytest.raises(AccessDenied):
        recorded.run(store=lambda messages: deny(sim, RECEIVE), threads=1)
    assert 0 < len(recorded.messages) < 1_000
    assert states(sim) == {"available"}


def deny(sim: Simulator, operation: str) -> None:
    sim.faults.add("access_denied", operation)


def test_a_queue_deleted_half_way_is_told(
    recorded: Recorded, client: "SQSClient", orders: Queue, fill: Fill
) -> None:
    fill(orders, 1_000)
    with pytest.raises(QueueNotFound):
        recorded.run(store=lambda messages: client.delete_queue(QueueUrl=orders.url) and None)


def test_what_cannot_be_released_is_listed_with_the_time_it_reappears(
    recorded: Recorded, sim: Simulator, orders: Queue, fill: Fill
) -> None:
    fill(orders, 25)
    deny(sim, RELEASE)
    before = datetime.now(UTC)
    result = recorded.run(visibility_timeout=60)
    assert {one.message_id for one in result.not_released} == {
        message.message_id for message in recorded.messages
    }
    assert all(
        before < one.reappears_at < before + timedelta(seconds=90) for one in result.not_released
    )
    assert result.released == 0
    assert result.not_released_count == result.held == 25
    assert sim.calls[RELEASE] < 10, "one refusal is enough to know"


def test_what_is_visible_again_or_deleted_by_now_needs_no_release(
    recorded: Recorded, client: "SQSClient", sim: Simulator, orders: Queue, fill: Fill
) -> None:
    fill(orders, 30)

    def others_are_quick(messages: list[Message]) -> None:
        for message in messages[:5]:
            client.delete_message(QueueUrl=orders.url, ReceiptHandle=message.receipt_handle)
        change_visibility(client, orders.url, messages[5].receipt_handle, 0)

    result = recorded.run(store=others_are_quick, max_messages=30)
    assert result.not_released == ()
    assert result.held == 0
    assert sim.calls[RELEASE] < 15, "none of them is tried again and again"


def test_releases_that_fail_for_some_messages_are_tried_again_for_those(
    recorded: Recorded, sim: Simulator, orders: Queue, fill: Fill
) -> None:
    fill(orders, 50)
    rule = sim.faults.add("batch_failure", RELEASE, entries=3, count=4)
    result = recorded.run()
    assert rule.fired == 4
    assert (result.released, result.not_released) == (50, ())
    assert states(sim) == {"available"}


def test_an_outage_is_not_an_empty_queue(
    recorded: Recorded, sim: Simulator, orders: Queue, fill: Fill
) -> None:
    fill(orders, 10)
    sim.faults.add("error_before", RECEIVE, status=503)
    with pytest.raises(ServerError):
        recorded.run(max_seconds=0.5)


def test_an_outage_that_goes_on_ends_the_sweep_and_a_short_one_does_not(
    recorded: Recorded, sim: Simulator, orders: Queue, fill: Fill
) -> None:
    fill(orders, 10)
    rule = sim.faults.add("throttled", RECEIVE, count=5)
    assert recorded.run(patience=1, visibility_timeout=2).unique == 10
    assert rule.fired == 5
    sim.faults.add("throttled", RECEIVE)
    with pytest.raises(SqsError):
        recorded.run(patience=1, visibility_timeout=1)


def test_progress_that_cannot_be_told_does_not_keep_messages_hidden(
    recorded: Recorded, sim: Simulator, orders: Queue, fill: Fill, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(orders, 30)

    class Deaf(list[object]):
        def append(self, progress: object) -> None:
            if getattr(progress, "phase", None) is Phase.RELEASING:
                raise RuntimeError("nobody listens")

    monkeypatch.setattr(recorded, "progress", Deaf())
    with pytest.raises(RuntimeError, match="nobody listens"):
        recorded.run()
    assert states(sim) == {"available"}


def test_through_everything_at_once_each_message_is_handed_on_once_and_let_go(
    recorded: Recorded, sim: Simulator, orders: Queue, fill: Fill
) -> None:
    fill(orders, 200)
    both = (RECEIVE, RELEASE)
    rules = [
        sim.faults.add("lost_answer", both, probability=0.1, count=3),
        sim.faults.add("error_after", both, probability=0.1, count=3),
        sim.faults.add("error_before", both, probability=0.1, status=503, count=3),
        sim.faults.add("throttled", both, probability=0.1, count=3),
        sim.faults.add("batch_failure", RELEASE, probability=0.3, entries=3, count=3),
        sim.faults.add("duplicate", RECEIVE, probability=0.3, count=3),
        sim.faults.add("empty_receive", RECEIVE, probability=0.3, count=3),
        sim.faults.add("corrupted_body", RECEIVE, probability=0.3, count=3),
    ]
    result = recorded.run(visibility_timeout=2, threads=4, stop_after_empty=2)
    assert sum(rule.fired for rule in rules) > 15
    assert sorted(recorded.bodies) == sorted(f"message {n}" for n in range(200))
    assert result.not_released == ()
    assert result.held == 0
    assert states(sim) == {"available"}
