"""FIFO queues: order within a group, and one receiver of a group at a time."""

import pytest

from simulator import Clock
from tests.contract.shop import Shop, bodies, refused


@pytest.fixture
def url(shop: Shop) -> str:
    return shop.queue(fifo=True)


def test_a_group_arrives_in_the_order_it_was_sent(shop: Shop, url: str) -> None:
    shop.send_in_group(url, "g", *"abcde")
    assert bodies(shop.poll(url)) == list("abcde")


def test_a_group_is_locked_while_one_of_its_messages_is_in_flight(shop: Shop, url: str) -> None:
    shop.send_in_group(url, "g", *(str(number) for number in range(12)))
    assert bodies(shop.poll(url)) == [str(number) for number in range(10)]
    assert shop.has_nothing(url)


def test_another_group_goes_on_meanwhile(shop: Shop, url: str) -> None:
    shop.send_in_group(url, "one", "a", "b")
    shop.receive(url)
    shop.send_in_group(url, "two", "c")
    assert bodies(shop.poll(url)) == ["c"]


def test_the_next_of_a_group_comes_when_those_before_are_deleted(shop: Shop, url: str) -> None:
    shop.send_in_group(url, "g", "a", "b", "c")
    first, second = shop.poll(url, MaxNumberOfMessages=2)
    shop.delete(url, first)
    assert shop.has_nothing(url)
    shop.delete(url, second)
    assert bodies(shop.poll(url)) == ["c"]


def test_released_messages_come_again_in_order(shop: Shop, url: str) -> None:
    shop.send_in_group(url, "g", *"abcd")
    received = shop.poll(url, MaxNumberOfMessages=3)
    for message in (received[2], received[0], received[1]):
        shop.release(url, message)
    assert bodies(shop.poll(url)) == list("abcd")


def test_messages_whose_timeout_ended_come_again_in_order(
    shop: Shop, url: str, clock: Clock
) -> None:
    shop.send_in_group(url, "g", *"abcd")
    shop.poll(url, MaxNumberOfMessages=2, VisibilityTimeout=20)
    clock.advance(21)
    assert bodies(shop.poll(url)) == list("abcd")


def test_a_look_of_no_duration_keeps_the_order(shop: Shop, url: str) -> None:
    shop.send_in_group(url, "g", *"abc")
    for _ in range(4):
        assert bodies(shop.poll(url, VisibilityTimeout=0)) == list("abc")


def test_one_receive_may_bring_several_groups_each_in_order(shop: Shop, url: str) -> None:
    shop.send_in_group(url, "one", "a1", "a2")
    shop.send_in_group(url, "two", "b1", "b2")
    found = bodies(shop.poll(url))
    assert [body for body in found if body[0] == "a"] == ["a1", "a2"]
    assert [body for body in found if body[0] == "b"] == ["b1", "b2"]


def test_sequence_numbers_have_twenty_digits_and_grow(shop: Shop, url: str) -> None:
    sent = [
        shop.send(url, MessageGroupId="g", MessageDeduplicationId=str(number))["SequenceNumber"]
        for number in range(8)
    ]
    assert [len(number) for number in sent] == [20] * 8
    assert sent == sorted(set(sent))
    received = [message["Attributes"]["SequenceNumber"] for message in shop.poll(url)]
    assert received == sent


def test_a_fifo_message_needs_a_group(shop: Shop, url: str) -> None:
    with refused("MissingParameter"):
        shop.send(url, MessageDeduplicationId="d")


def test_a_fifo_batch_keeps_its_order(shop: Shop, url: str) -> None:
    entries = [
        {"Id": body, "MessageBody": body, "MessageGroupId": "g", "MessageDeduplicationId": body}
        for body in "abcdefghij"
    ]
    answer = shop.sqs.send_message_batch(QueueUrl=url, Entries=entries)
    assert all(entry["SequenceNumber"] for entry in answer["Successful"])
    assert bodies(shop.poll(url)) == list("abcdefghij")


def test_a_fifo_message_cannot_be_deleted_after_its_timeout_ended(
    shop: Shop, url: str, clock: Clock
) -> None:
    shop.send_in_group(url, "g", "a")
    message = shop.receive(url, VisibilityTimeout=20)
    clock.advance(21)
    with refused("InvalidParameterValue", "ReceiptHandleIsInvalid"):
        shop.delete(url, message)
    assert bodies(shop.poll(url)) == ["a"]


def test_a_fifo_message_cannot_be_deleted_with_an_old_handle(shop: Shop, url: str) -> None:
    shop.send_in_group(url, "g", "a")
    old = shop.receive(url)
    shop.release(url, old)
    new = shop.receive(url)
    with refused("InvalidParameterValue", "ReceiptHandleIsInvalid"):
        shop.delete(url, old)
    with refused("InvalidParameterValue", "ReceiptHandleIsInvalid", "MessageNotInflight"):
        shop.set_visibility(url, old, 0)
    shop.delete(url, new)


def test_a_long_poll_is_woken_when_a_group_becomes_free(shop: Shop, url: str, clock: Clock) -> None:
    shop.send_in_group(url, "g", "a", "b")
    shop.poll(url, MaxNumberOfMessages=1, VisibilityTimeout=10)
    clock.advance(9.5)
    assert bodies(shop.poll(url, WaitTimeSeconds=20)) == ["a", "b"]


def test_a_purged_group_is_free_again(shop: Shop, url: str) -> None:
    shop.send_in_group(url, "g", "a", "b")
    shop.receive(url)
    shop.sqs.purge_queue(QueueUrl=url)
    shop.send_in_group(url, "g", "c")
    assert bodies(shop.poll(url)) == ["c"]
