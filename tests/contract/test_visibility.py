"""Visibility timeouts, and the handles that change them."""

import pytest

from simulator import Clock
from tests.contract.shop import Shop, bodies, refused

TWELVE_HOURS = 43_200


def test_a_received_message_is_hidden_from_others(shop: Shop) -> None:
    url = shop.queue()
    shop.send(url)
    shop.receive(url)
    assert shop.has_nothing(url)


def test_a_message_not_deleted_comes_back_after_the_queues_timeout(
    shop: Shop, clock: Clock
) -> None:
    url = shop.queue(VisibilityTimeout=40)
    shop.send(url)
    first = shop.receive(url)
    clock.advance(38)
    assert shop.has_nothing(url)
    clock.advance(3)
    second = shop.receive(url)
    assert second["MessageId"] == first["MessageId"]
    assert second["ReceiptHandle"] != first["ReceiptHandle"]


def test_a_receive_may_bring_its_own_timeout(shop: Shop, clock: Clock) -> None:
    url = shop.queue(VisibilityTimeout=600)
    shop.send(url)
    shop.receive(url, VisibilityTimeout=5)
    clock.advance(6)
    assert bodies(shop.receive_all(url, 1)) == ["hello"]


def test_a_message_received_for_no_time_stays_available_and_is_counted(shop: Shop) -> None:
    url = shop.queue()
    shop.send(url)
    counts = [
        shop.receive(url, VisibilityTimeout=0)["Attributes"]["ApproximateReceiveCount"]
        for _ in range(3)
    ]
    assert counts == ["1", "2", "3"]


def test_a_released_message_is_available_at_once(shop: Shop) -> None:
    url = shop.queue()
    shop.send(url)
    shop.release(url, shop.receive(url))
    assert bodies(shop.receive_all(url, 1)) == ["hello"]


def test_an_extended_timeout_counts_from_the_extension(shop: Shop, clock: Clock) -> None:
    url = shop.queue(VisibilityTimeout=30)
    shop.send(url)
    message = shop.receive(url)
    clock.advance(20)
    shop.set_visibility(url, message, 60)
    clock.advance(55)
    assert shop.has_nothing(url)
    clock.advance(6)
    assert bodies(shop.receive_all(url, 1)) == ["hello"]


def test_an_extension_holds_for_this_receive_alone(shop: Shop, clock: Clock) -> None:
    url = shop.queue(VisibilityTimeout=30)
    shop.send(url)
    shop.set_visibility(url, shop.receive(url), 600)
    clock.advance(601)
    shop.receive(url)
    clock.advance(31)
    assert bodies(shop.receive_all(url, 1)) == ["hello"]


def test_twelve_hours_from_the_receive_is_the_end_of_all_extensions(
    shop: Shop, clock: Clock
) -> None:
    url = shop.queue()
    shop.send(url)
    message = shop.receive(url, VisibilityTimeout=TWELVE_HOURS)
    clock.advance(3_600)
    with refused("InvalidParameterValue"):
        shop.set_visibility(url, message, TWELVE_HOURS - 3_599)
    shop.set_visibility(url, message, TWELVE_HOURS - 3_605)


def test_the_twelve_hours_begin_anew_with_each_receive(shop: Shop, clock: Clock) -> None:
    url = shop.queue()
    shop.send(url)
    shop.receive(url, VisibilityTimeout=TWELVE_HOURS)
    clock.advance(TWELVE_HOURS + 1)
    shop.set_visibility(url, shop.receive(url), TWELVE_HOURS - 60)


@pytest.mark.parametrize("seconds", [-1, TWELVE_HOURS + 1])
def test_a_timeout_outside_twelve_hours_is_refused(shop: Shop, seconds: int) -> None:
    url = shop.queue()
    shop.send(url)
    message = shop.receive(url)
    with refused("InvalidParameterValue"):
        shop.set_visibility(url, message, seconds)


def test_a_message_that_is_visible_again_is_not_in_flight(shop: Shop) -> None:
    url = shop.queue()
    shop.send(url)
    message = shop.receive(url)
    shop.release(url, message)
    with refused("MessageNotInflight"):
        shop.set_visibility(url, message, 10)


def test_a_message_whose_timeout_ended_is_not_in_flight(shop: Shop, clock: Clock) -> None:
    url = shop.queue(VisibilityTimeout=30)
    shop.send(url)
    message = shop.receive(url)
    clock.advance(31)
    with refused("MessageNotInflight"):
        shop.set_visibility(url, message, 10)


def test_a_deleted_messages_timeout_cannot_be_changed(shop: Shop) -> None:
    url = shop.queue()
    shop.send(url)
    message = shop.receive(url)
    shop.delete(url, message)
    with refused("InvalidParameterValue"):
        shop.set_visibility(url, message, 10)


@pytest.mark.parametrize("handle", ["garbage", "AQEB", "x" * 408, "ü"])
def test_a_handle_that_is_none_is_refused(shop: Shop, handle: str) -> None:
    url = shop.queue()
    with refused("ReceiptHandleIsInvalid"):
        shop.sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=1)
    with refused("ReceiptHandleIsInvalid"):
        shop.sqs.delete_message(QueueUrl=url, ReceiptHandle=handle)


@pytest.mark.parametrize("place", [0.1, 0.25, 0.5, 0.9])
def test_a_handle_with_one_character_changed_is_refused(shop: Shop, place: float) -> None:
    url = shop.queue()
    shop.send(url)
    handle = shop.receive(url)["ReceiptHandle"]
    at = int(place * len(handle))
    forged = handle[:at] + ("A" if handle[at] != "A" else "B") + handle[at + 1 :]
    with refused("ReceiptHandleIsInvalid"):
        shop.sqs.delete_message(QueueUrl=url, ReceiptHandle=forged)


def test_a_handle_of_another_queue_is_refused(shop: Shop) -> None:
    one, other = shop.queue(), shop.queue()
    shop.send(one)
    message = shop.receive(one)
    with refused("ReceiptHandleIsInvalid"):
        shop.delete(other, message)
