"""Messages that wait before anyone may receive them."""

import pytest

from simulator import Clock
from tests.contract.shop import Shop, bodies, refused


def test_a_delayed_message_comes_when_its_delay_is_over(shop: Shop, clock: Clock) -> None:
    url = shop.queue()
    shop.send(url, "later", DelaySeconds=60)
    shop.send(url, "now")
    assert bodies(shop.receive_all(url, 1, VisibilityTimeout=600)) == ["now"]
    clock.advance(58)
    assert shop.has_nothing(url)
    clock.advance(3)
    assert bodies(shop.receive_all(url, 1)) == ["later"]


def test_a_long_poll_waits_for_a_short_delay(shop: Shop) -> None:
    url = shop.queue()
    shop.send(url, DelaySeconds=1)
    assert shop.has_nothing(url)
    assert bodies(shop.poll(url, WaitTimeSeconds=5)) == ["hello"]


def test_a_queues_delay_holds_for_messages_that_name_none(shop: Shop, clock: Clock) -> None:
    url = shop.queue(DelaySeconds=60)
    shop.send(url, "waits")
    shop.send(url, "at once", DelaySeconds=0)
    assert bodies(shop.receive_all(url, 1, VisibilityTimeout=600)) == ["at once"]
    clock.advance(61)
    assert bodies(shop.receive_all(url, 1)) == ["waits"]


@pytest.mark.parametrize("seconds", [-1, 901])
def test_a_delay_outside_fifteen_minutes_is_refused(shop: Shop, seconds: int) -> None:
    with refused("InvalidParameterValue"):
        shop.send(shop.queue(), DelaySeconds=seconds)


def test_a_fifo_message_cannot_have_a_delay_of_its_own(shop: Shop) -> None:
    url = shop.queue(fifo=True)
    with refused("InvalidParameterValue"):
        shop.send(url, DelaySeconds=5, MessageGroupId="g", MessageDeduplicationId="d")


def test_a_changed_delay_leaves_a_standard_queues_messages_alone(shop: Shop, clock: Clock) -> None:
    url = shop.queue(DelaySeconds=600)
    shop.send(url)
    shop.sqs.set_queue_attributes(QueueUrl=url, Attributes={"DelaySeconds": "0"})
    assert shop.has_nothing(url)
    clock.advance(601)
    assert bodies(shop.receive_all(url, 1)) == ["hello"]


def test_a_changed_delay_holds_for_a_fifo_queues_messages_too(shop: Shop) -> None:
    url = shop.queue(fifo=True, DelaySeconds=600)
    shop.send_in_group(url, "g", "a", "b")
    assert shop.has_nothing(url)
    shop.sqs.set_queue_attributes(QueueUrl=url, Attributes={"DelaySeconds": "0"})
    assert bodies(shop.receive_all(url, 2)) == ["a", "b"]
