import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from queues.sqs.calls import call
from queues.sqs.errors import (
    AccessDenied,
    InvalidRequest,
    QueueExists,
    QueueNotEmpty,
    QueueNotFound,
    Throttled,
)
from queues.sqs.messages import delete, receive, send
from queues.sqs.queues import (
    count,
    create_queue,
    delete_queue,
    get_attributes,
    get_queue,
    get_tags,
    list_queues,
    set_visibility_timeout,
)
from queues.sqs.types import Counts, Outgoing, Queue
from simulator import Simulator

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


def test_a_new_queue_gets_the_visibility_timeout_asked_for(client: "SQSClient") -> None:
    queue, created = create_queue(client, "orders", visibility_timeout=120)
    assert created
    assert (queue.name, queue.visibility_timeout) == ("orders", 120)


def test_a_queue_that_exists_is_opened_and_stays_as_it_is(client: "SQSClient") -> None:
    create_queue(client, "orders", visibility_timeout=120)
    queue, created = create_queue(client, "orders", visibility_timeout=30)
    assert not created
    assert queue.visibility_timeout == 120
    assert get_queue(client, "orders").visibility_timeout == 120


def test_somebody_quicker_with_other_settings_wins(
    client: "SQSClient", sim: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = client.get_queue_url

    def look_then_lose_the_race(**request: str) -> object:
        monkeypatch.setattr(client, "get_queue_url", look)
        try:
            return look(**request)
        finally:
            client.create_queue(QueueName="orders", Attributes={"VisibilityTimeout": "77"})

    monkeypatch.setattr(client, "get_queue_url", look_then_lose_the_race)
    queue, created = create_queue(client, "orders", visibility_timeout=30)
    assert not created
    assert queue.visibility_timeout == 77


def test_a_name_ending_in_fifo_makes_a_fifo_queue(client: "SQSClient") -> None:
    queue, _ = create_queue(client, "orders.fifo", attributes={"ContentBasedDeduplication": "true"})
    assert queue.fifo
    assert queue.attributes["FifoQueue"] == "true"
    assert queue.content_based_deduplication


def test_a_bad_name_is_refused_before_anything_is_asked(
    client: "SQSClient", sim: Simulator
) -> None:
    with pytest.raises(InvalidRequest, match="letters, digits"):
        create_queue(client, "orders!")
    assert not sim.calls


def test_a_setting_sqs_refuses_is_told_with_its_reason(client: "SQSClient") -> None:
    with pytest.raises(InvalidRequest, match="VisibilityTimeout"):
        create_queue(client, "orders", visibility_timeout=99_999)


def test_more_queues_than_fit_a_page_are_all_listed(
    client: "SQSClient", sim: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("queues.sqs.queues.PAGE", 10)
    names = {f"queue-{number:04}" for number in range(25)}
    for name in names:
        client.create_queue(QueueName=name)
    assert {url.rpartition("/")[2] for url in list_queues(client)} == names
    assert sim.calls["ListQueues"] == 3


def test_queues_are_listed_by_prefix(client: "SQSClient", new_queue: Callable[..., Queue]) -> None:
    for name in ("orders", "orders-dead", "billing"):
        new_queue(name)
    assert {url.rpartition("/")[2] for url in list_queues(client, "orders")} == {
        "orders",
        "orders-dead",
    }


def test_a_queue_that_does_not_exist_is_not_found(client: "SQSClient") -> None:
    with pytest.raises(QueueNotFound, match='"nowhere" does not exist'):
        get_queue(client, "nowhere")


def test_the_visibility_timeout_is_changed(client: "SQSClient", orders: Queue) -> None:
    set_visibility_timeout(client, orders.url, 600)
    assert get_attributes(client, orders.url).visibility_timeout == 600


def test_counts_tell_available_in_flight_and_delayed_apart(
    client: "SQSClient", orders: Queue
) -> None:
    for delay in (0, 0, 0, 60):
        send(client, orders.url, Outgoing("x", delay_seconds=delay))
    while not receive(client, orders.url, max_messages=1, wait=1):
        pass
    assert count(client, orders.url) == Counts(available=2, in_flight=1, delayed=1)


def test_tags_are_read(client: "SQSClient", orders: Queue) -> None:
    assert get_tags(client, orders.url) == {}
    client.tag_queue(QueueUrl=orders.url, Tags={"team": "shop"})
    assert get_tags(client, orders.url) == {"team": "shop"}


def test_the_dead_letter_queue_is_named(
    client: "SQSClient", new_queue: Callable[..., Queue]
) -> None:
    dead = new_queue("dead")
    policy = json.dumps({"deadLetterTargetArn": dead.arn, "maxReceiveCount": 3})
    redrive = new_queue("orders", RedrivePolicy=policy).redrive
    assert redrive is not None
    assert (redrive.target_name, redrive.max_receive_count) == ("dead", 3)


@pytest.mark.usefixtures("in_a_hurry")
def test_an_empty_queue_is_deleted(client: "SQSClient", orders: Queue) -> None:
    delete_queue(client, orders.url)
    with pytest.raises(QueueNotFound):
        get_queue(client, "orders")


@pytest.mark.parametrize("where", ["available", "in flight", "delayed"])
def test_a_queue_that_holds_a_message_is_not_deleted(
    client: "SQSClient", orders: Queue, where: str
) -> None:
    send(client, orders.url, Outgoing("x", delay_seconds=60 if where == "delayed" else None))
    if where == "in flight":
        assert receive(client, orders.url, wait=1)
    with pytest.raises(QueueNotEmpty, match=f"1 {where}"):
        delete_queue(client, orders.url)
    assert get_queue(client, "orders").counts.total == 1


@pytest.mark.usefixtures("in_a_hurry")
def test_counts_that_lag_do_not_get_a_message_deleted(
    client: "SQSClient", sim: Simulator, orders: Queue
) -> None:
    assert count(client, orders.url).total == 0
    sim.faults.add("stale_counts", "GetQueueAttributes", seconds=60)
    send(client, orders.url, Outgoing("just arrived"))
    assert count(client, orders.url).total == 0, "the fault shows old counts"
    with pytest.raises(QueueNotEmpty, match="though its counts say 0"):
        delete_queue(client, orders.url)
    [message] = sim.messages("orders")
    assert (message.body, message.state) == ("just arrived", "available")


@pytest.mark.usefixtures("in_a_hurry")
def test_a_queue_is_deleted_once_its_messages_are(client: "SQSClient", orders: Queue) -> None:
    send(client, orders.url, Outgoing("x"))
    [message] = receive(client, orders.url, wait=1)
    delete(client, orders.url, message.receipt_handle)
    delete_queue(client, orders.url)
    assert "orders" not in [url.rpartition("/")[2] for url in list_queues(client)]


def test_a_read_that_is_throttled_is_tried_again(
    client: "SQSClient", sim: Simulator, orders: Queue
) -> None:
    rule = sim.faults.add("throttled", "GetQueueAttributes", count=2)
    assert get_queue(client, "orders").name == "orders"
    assert rule.fired == 2
    sim.faults.add("throttled", "GetQueueAttributes")
    with pytest.raises(Throttled):
        get_queue(client, "orders")


def test_without_permission_the_queue_and_the_reason_are_named(
    client: "SQSClient", sim: Simulator, orders: Queue
) -> None:
    sim.faults.add("access_denied", "SetQueueAttributes")
    with pytest.raises(AccessDenied, match=r'queue "orders".*is not authorized to perform'):
        set_visibility_timeout(client, orders.url, 1)


def test_the_error_for_a_queue_with_other_settings_is_known(client: "SQSClient") -> None:
    create_queue(client, "orders", visibility_timeout=5)
    with pytest.raises(QueueExists):
        call(
            client,
            "CreateQueue",
            "orders",
            QueueName="orders",
            Attributes={"VisibilityTimeout": "6"},
        )
