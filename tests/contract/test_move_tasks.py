"""Message move tasks: what they take along, how they go on, and how they end."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest

from simulator import Clock
from tests.contract.shop import Shop, bodies, refused

UNKNOWN = "arn:aws:sqs:us-east-1:000000000000:nowhere"


@pytest.fixture
def stopped(clock: Clock) -> Iterator[Clock]:
    """The clock, which only the test moves."""
    clock.freeze()
    yield clock
    clock.resume()


def let_die(shop: Shop, url: str, *texts: str, **more: Any) -> None:
    """Sends messages to a queue whose messages die after one receive, and lets them."""
    for text in texts:
        shop.send(url, text, **more)
    shop.receive_all(url, len(texts), VisibilityTimeout=0)
    assert shop.has_nothing(url)


def start(shop: Shop, dead: str, destination: str | None = None, **more: Any) -> str:
    if destination is not None:
        more["DestinationArn"] = shop.arn(destination)
    handle: str = shop.sqs.start_message_move_task(SourceArn=shop.arn(dead), **more)["TaskHandle"]
    return handle


def tasks(shop: Shop, dead: str, **more: Any) -> list[dict[str, Any]]:
    answer = shop.sqs.list_message_move_tasks(SourceArn=shop.arn(dead), **more)
    found: list[dict[str, Any]] = answer.get("Results", [])
    return found


def test_dead_letters_go_back_to_the_queue_they_came_from(shop: Shop, stopped: Clock) -> None:
    url, dead = shop.queue_with_dead_letters(1)
    policy = {"deadLetterTargetArn": shop.arn(dead), "maxReceiveCount": 1}
    other = shop.queue(RedrivePolicy=json.dumps(policy))
    let_die(shop, url, "a")
    let_die(shop, other, "b")
    start(shop, dead)
    stopped.advance(1)
    assert bodies(shop.receive_all(url, 1)) == ["a"]
    assert bodies(shop.receive_all(other, 1)) == ["b"]
    assert shop.has_nothing(dead)
    [task] = tasks(shop, dead)
    assert "DestinationArn" not in task
    assert "MaxNumberOfMessagesPerSecond" not in task


def test_a_moved_message_has_a_new_life_and_its_old_content(shop: Shop, stopped: Clock) -> None:
    url, dead = shop.queue_with_dead_letters(1)
    attributes = {"n": {"DataType": "Number", "StringValue": "7"}}
    let_die(shop, url, "content", MessageAttributes=attributes, MessageGroupId="tenant")
    [old] = shop.receive_all(dead, 1, VisibilityTimeout=0)
    stopped.advance(100)
    start(shop, dead)
    stopped.advance(1)
    new = shop.receive(url)
    assert new["MessageId"] != old["MessageId"]
    assert (new["Body"], new["MessageAttributes"]) == ("content", attributes)
    found = new["Attributes"]
    assert found["MessageGroupId"] == "tenant"
    assert found["ApproximateReceiveCount"] == "1"
    assert "DeadLetterQueueSourceArn" not in found
    assert int(found["SentTimestamp"]) >= int(old["Attributes"]["SentTimestamp"]) + 100_000


def test_a_moved_messages_retention_starts_anew(shop: Shop, stopped: Clock) -> None:
    url, dead = shop.queue_with_dead_letters(1, MessageRetentionPeriod=600)
    let_die(shop, url, "a")
    stopped.advance(500)
    start(shop, dead)
    stopped.advance(500)
    assert bodies(shop.receive_all(url, 1)) == ["a"]


def test_a_fifo_groups_order_is_kept(shop: Shop, stopped: Clock) -> None:
    url, dead = shop.queue_with_dead_letters(1, fifo=True, ContentBasedDeduplication="true")
    let_die(shop, url, "first", "second", "third", MessageGroupId="g")
    start(shop, dead)
    stopped.advance(1)
    # Each may be received once; so not all of them stay where they are.
    assert bodies(shop.poll(url)) == ["first", "second", "third"]


def test_a_task_moves_no_faster_than_asked_and_tells_how_far_it_is(
    shop: Shop, stopped: Clock
) -> None:
    url, dead = shop.queue_with_dead_letters(1)
    target = shop.queue()
    let_die(shop, url, "a", "b", "c", "d")
    handle = start(shop, dead, target, MaxNumberOfMessagesPerSecond=2)
    started = int(stopped.now() * 1000)
    stopped.advance(1)
    [task] = tasks(shop, dead)
    assert task == {
        "TaskHandle": handle,
        "Status": "RUNNING",
        "SourceArn": shop.arn(dead),
        "DestinationArn": shop.arn(target),
        "MaxNumberOfMessagesPerSecond": 2,
        "ApproximateNumberOfMessagesMoved": 2,
        "ApproximateNumberOfMessagesToMove": 4,
        "StartedTimestamp": started,
    }
    assert len(shop.receive_all(target, 2)) == 2
    assert shop.has_nothing(target)
    stopped.advance(1)
    [task] = tasks(shop, dead)
    assert (task["Status"], task["ApproximateNumberOfMessagesMoved"]) == ("COMPLETED", 4)
    assert "TaskHandle" not in task
    assert "FailureReason" not in task
    assert len(shop.receive_all(target, 2)) == 2


def test_a_queue_without_messages_is_done_at_once(shop: Shop, stopped: Clock) -> None:
    _, dead = shop.queue_with_dead_letters(1)
    start(shop, dead)
    stopped.advance(1)
    [task] = tasks(shop, dead)
    assert (task["Status"], task["ApproximateNumberOfMessagesToMove"]) == ("COMPLETED", 0)


def test_what_somebody_holds_is_not_moved(shop: Shop, stopped: Clock) -> None:
    url, dead = shop.queue_with_dead_letters(1)
    let_die(shop, url, "a", "b")
    held = shop.receive(dead)
    start(shop, dead)
    stopped.advance(1)
    [task] = tasks(shop, dead)
    assert (task["Status"], task["ApproximateNumberOfMessagesMoved"]) == ("COMPLETED", 1)
    shop.release(dead, held)
    assert bodies(shop.receive_all(dead, 1)) == [held["Body"]]


def test_what_is_visible_again_by_its_turn_is_moved(shop: Shop, stopped: Clock) -> None:
    url, dead = shop.queue_with_dead_letters(1)
    let_die(shop, url, "a", "b", "c")
    start(shop, dead, MaxNumberOfMessagesPerSecond=1)
    shop.receive(dead, VisibilityTimeout=2)
    stopped.advance(3)
    [task] = tasks(shop, dead)
    assert (task["Status"], task["ApproximateNumberOfMessagesMoved"]) == ("COMPLETED", 3)
    assert sorted(bodies(shop.receive_all(url, 3))) == ["a", "b", "c"]


def test_a_cancelled_task_stops_and_brings_nothing_back(shop: Shop, stopped: Clock) -> None:
    url, dead = shop.queue_with_dead_letters(1)
    target = shop.queue()
    let_die(shop, url, "a", "b", "c")
    handle = start(shop, dead, target, MaxNumberOfMessagesPerSecond=1)
    stopped.advance(1)
    answer = shop.sqs.cancel_message_move_task(TaskHandle=handle)
    assert answer["ApproximateNumberOfMessagesMoved"] == 1
    [task] = tasks(shop, dead)
    assert task["Status"] == "CANCELLING"
    stopped.advance(60)
    [task] = tasks(shop, dead)
    assert (task["Status"], task["ApproximateNumberOfMessagesMoved"]) == ("CANCELLED", 1)
    assert "TaskHandle" not in task
    assert len(shop.receive_all(target, 1)) == 1
    assert shop.has_nothing(target)
    assert len(shop.receive_all(dead, 2)) == 2


def test_only_a_running_task_can_be_cancelled(shop: Shop, stopped: Clock) -> None:
    _, dead = shop.queue_with_dead_letters(1)
    handle = start(shop, dead)
    stopped.advance(1)
    with refused("UnsupportedOperation"):
        shop.sqs.cancel_message_move_task(TaskHandle=handle)


def test_a_message_sent_to_the_dead_letter_queue_itself_fails_the_task(
    shop: Shop, stopped: Clock
) -> None:
    _, dead = shop.queue_with_dead_letters(1)
    shop.send(dead, "sent by hand")
    start(shop, dead)
    stopped.advance(1)
    [task] = tasks(shop, dead)
    assert task["Status"] == "FAILED"
    assert task["FailureReason"] == "CouldNotDetermineMessageSource"
    assert bodies(shop.receive_all(dead, 1)) == ["sent by hand"]


def test_with_a_destination_it_is_moved_all_the_same(shop: Shop, stopped: Clock) -> None:
    _, dead = shop.queue_with_dead_letters(1)
    target = shop.queue()
    shop.send(dead, "sent by hand")
    start(shop, dead, target)
    stopped.advance(1)
    assert bodies(shop.receive_all(target, 1)) == ["sent by hand"]


def test_a_destination_deleted_half_way_fails_the_task(shop: Shop, stopped: Clock) -> None:
    url, dead = shop.queue_with_dead_letters(1)
    target = shop.queue()
    let_die(shop, url, "a", "b", "c")
    start(shop, dead, target, MaxNumberOfMessagesPerSecond=1)
    stopped.advance(1)
    shop.sqs.delete_queue(QueueUrl=target)
    stopped.advance(1)
    [task] = tasks(shop, dead)
    assert (task["Status"], task["ApproximateNumberOfMessagesMoved"]) == ("FAILED", 1)
    assert task["FailureReason"] == "AWS.SimpleQueueService.NonExistentQueue"
    assert len(shop.receive_all(dead, 2)) == 2


def test_a_queue_has_one_active_task(shop: Shop, stopped: Clock) -> None:
    url, dead = shop.queue_with_dead_letters(1)
    let_die(shop, url, "a")
    handle = start(shop, dead, MaxNumberOfMessagesPerSecond=1)
    with refused("InvalidParameterValue", "UnsupportedOperation"):
        start(shop, dead)
    shop.sqs.cancel_message_move_task(TaskHandle=handle)
    stopped.advance(60)
    assert start(shop, dead) != handle


def test_the_newest_task_is_listed_or_up_to_ten(shop: Shop, stopped: Clock) -> None:
    _, dead = shop.queue_with_dead_letters(1)
    assert tasks(shop, dead) == []
    for rate in range(1, 13):
        start(shop, dead, MaxNumberOfMessagesPerSecond=rate)
        stopped.advance(60)
    assert [task["MaxNumberOfMessagesPerSecond"] for task in tasks(shop, dead)] == [12]
    listed = tasks(shop, dead, MaxResults=10)
    assert [task["MaxNumberOfMessagesPerSecond"] for task in listed] == list(range(12, 2, -1))


@pytest.mark.parametrize("rate", [0, 501, -1])
def test_a_rate_is_1_to_500(shop: Shop, rate: int) -> None:
    _, dead = shop.queue_with_dead_letters(1)
    with refused("InvalidParameterValue"):
        start(shop, dead, MaxNumberOfMessagesPerSecond=rate)


@pytest.mark.parametrize("most", [0, 11])
def test_a_list_of_tasks_has_1_to_10(shop: Shop, most: int) -> None:
    _, dead = shop.queue_with_dead_letters(1)
    with refused("InvalidParameterValue"):
        tasks(shop, dead, MaxResults=most)


def test_only_a_dead_letter_queues_messages_can_be_moved(shop: Shop) -> None:
    with refused("InvalidParameterValue", "UnsupportedOperation"):
        start(shop, shop.queue(), shop.queue())


def test_a_destination_is_another_queue_of_the_same_type(shop: Shop) -> None:
    _, dead = shop.queue_with_dead_letters(1)
    for wrong in (dead, shop.queue(fifo=True)):
        with refused("InvalidParameterValue", "UnsupportedOperation"):
            start(shop, dead, wrong)


def test_queues_that_do_not_exist_are_not_found(shop: Shop) -> None:
    _, dead = shop.queue_with_dead_letters(1)
    with refused("ResourceNotFoundException"):
        shop.sqs.start_message_move_task(SourceArn=UNKNOWN)
    with refused("ResourceNotFoundException"):
        shop.sqs.start_message_move_task(SourceArn=shop.arn(dead), DestinationArn=UNKNOWN)
    with refused("ResourceNotFoundException"):
        shop.sqs.list_message_move_tasks(SourceArn=UNKNOWN)


def test_a_task_handle_that_is_none_is_refused(shop: Shop) -> None:
    with refused("InvalidParameterValue"):
        shop.sqs.cancel_message_move_task(TaskHandle="foobared")


def test_a_handle_of_no_task_is_not_found(shop: Shop) -> None:
    content = {"taskId": "10f57157-fc38-4da9-a113-4de7e12d05aa", "sourceArn": UNKNOWN}
    for source in (UNKNOWN, shop.arn(shop.queue())):
        content["sourceArn"] = source
        handle = base64.b64encode(json.dumps(content).encode()).decode()
        with refused("ResourceNotFoundException"):
            shop.sqs.cancel_message_move_task(TaskHandle=handle)
