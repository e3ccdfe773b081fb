"""Receiving: how many, how long, and what a receive tells."""

import threading
import time

import pytest

from simulator import Clock
from tests.contract.shop import Shop, bodies, refused


def test_an_empty_queue_answers_without_a_list(shop: Shop) -> None:
    assert "Messages" not in shop.sqs.receive_message(QueueUrl=shop.queue())


def test_one_message_comes_unless_more_are_asked_for(shop: Shop) -> None:
    url = shop.queue()
    for body in "abc":
        shop.send(url, body)
    found = shop.sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1)["Messages"]
    assert len(found) == 1


def test_ten_messages_come_at_most(shop: Shop) -> None:
    url = shop.queue()
    for number in range(12):
        shop.send(url, str(number))
    assert len(shop.poll(url)) == 10
    assert len(shop.receive_all(url, 2)) == 2


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MaxNumberOfMessages", 0),
        ("MaxNumberOfMessages", 11),
        ("WaitTimeSeconds", -1),
        ("WaitTimeSeconds", 21),
        ("VisibilityTimeout", -1),
        ("VisibilityTimeout", 43_201),
    ],
)
def test_a_number_outside_its_range_is_refused(shop: Shop, name: str, value: int) -> None:
    with refused("InvalidParameterValue"):
        shop.poll(shop.queue(), **{name: value})


def test_the_system_attributes_tell_a_messages_story(shop: Shop) -> None:
    url = shop.queue()
    before = int(time.time() * 1000) - 1
    shop.send(url)
    found = shop.receive(url)["Attributes"]
    assert set(found) == {
        "SenderId",
        "SentTimestamp",
        "ApproximateReceiveCount",
        "ApproximateFirstReceiveTimestamp",
    }
    assert int(found["SentTimestamp"]) <= int(found["ApproximateFirstReceiveTimestamp"])
    assert int(found["SentTimestamp"]) >= before
    assert found["ApproximateReceiveCount"] == "1"


def test_each_receive_is_counted_and_the_first_is_remembered(shop: Shop) -> None:
    url = shop.queue()
    shop.send(url)
    first = shop.receive(url)
    shop.release(url, first)
    second = shop.receive(url)
    assert second["Attributes"]["ApproximateReceiveCount"] == "2"
    for name in ("SentTimestamp", "ApproximateFirstReceiveTimestamp"):
        assert second["Attributes"][name] == first["Attributes"][name]


def test_only_the_system_attributes_asked_for_come(shop: Shop) -> None:
    url = shop.queue()
    shop.send(url)
    asked = ["SentTimestamp", "SequenceNumber"]
    assert set(shop.receive(url, MessageSystemAttributeNames=asked)["Attributes"]) == {
        "SentTimestamp"
    }


def test_the_older_name_of_the_parameter_still_works(shop: Shop) -> None:
    url = shop.queue()
    shop.send(url)
    found = shop.receive(url, MessageSystemAttributeNames=[], AttributeNames=["SenderId"])
    assert set(found["Attributes"]) == {"SenderId"}


def test_an_unknown_system_attribute_is_refused(shop: Shop) -> None:
    with refused("InvalidAttributeName"):
        shop.poll(shop.queue(), MessageSystemAttributeNames=["Colour"])


def test_a_long_poll_is_woken_by_a_message(shop: Shop) -> None:
    url = shop.queue()
    timer = threading.Timer(0.3, shop.send, (url, "at last"))
    timer.start()
    assert bodies(shop.poll(url, WaitTimeSeconds=20)) == ["at last"]
    timer.join()


def test_a_long_poll_is_woken_when_a_message_becomes_visible(shop: Shop) -> None:
    url = shop.queue()
    shop.send(url)
    shop.receive(url, VisibilityTimeout=1)
    assert bodies(shop.poll(url, WaitTimeSeconds=20)) == ["hello"]


def test_a_long_poll_is_woken_by_the_clock(shop: Shop, clock: Clock) -> None:
    url = shop.queue()
    shop.send(url, DelaySeconds=15)
    timer = threading.Timer(0.2, clock.advance, (15,))
    timer.start()
    assert bodies(shop.poll(url, WaitTimeSeconds=20)) == ["hello"]
    timer.join()


def test_a_long_poll_ends_empty_when_its_time_is_over(shop: Shop, clock: Clock) -> None:
    url = shop.queue()
    timer = threading.Timer(0.2, clock.advance, (20,))
    timer.start()
    assert shop.poll(url, WaitTimeSeconds=20) == []
    timer.join()


def test_a_queue_can_make_every_receive_a_long_poll(shop: Shop) -> None:
    url = shop.queue(ReceiveMessageWaitTimeSeconds=20)
    timer = threading.Timer(0.3, shop.send, (url, "waited for"))
    timer.start()
    found = shop.sqs.receive_message(QueueUrl=url)
    timer.join()
    assert bodies(found["Messages"]) == ["waited for"]


def test_a_long_poll_finds_every_message_there_is(shop: Shop) -> None:
    url = shop.queue()
    for number in range(10):
        shop.send(url, str(number))
    assert sorted(bodies(shop.poll(url)), key=int) == [str(number) for number in range(10)]


def test_a_message_is_kept_for_the_retention_period_and_then_gone(shop: Shop, clock: Clock) -> None:
    url = shop.queue(MessageRetentionPeriod=60)
    shop.send(url)
    clock.advance(58)
    message = shop.receive(url)
    shop.release(url, message)
    clock.advance(3)
    assert shop.has_nothing(url)
    shop.delete(url, message)


def test_a_shorter_retention_period_also_holds_for_messages_sent_before(
    shop: Shop, clock: Clock
) -> None:
    url = shop.queue()
    shop.send(url, "old")
    clock.advance(120)
    shop.send(url, "young")
    shop.sqs.set_queue_attributes(QueueUrl=url, Attributes={"MessageRetentionPeriod": "60"})
    assert bodies(shop.receive_all(url, 1)) == ["young"]
    assert shop.has_nothing(url)
