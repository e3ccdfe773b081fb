"""A message sent twice to a FIFO queue."""

import hashlib

import pytest

from simulator import Clock
from tests.contract.shop import Shop, bodies, refused

ONCE = {"MessageGroupId": "g", "MessageDeduplicationId": "once"}


def test_a_message_sent_twice_within_five_minutes_is_delivered_once(shop: Shop) -> None:
    url = shop.queue(fifo=True)
    shop.send(url, "first", **ONCE)
    shop.send(url, "second", **ONCE)
    assert bodies(shop.poll(url)) == ["first"]


def test_a_duplicate_is_accepted_with_the_first_ones_id_and_number(shop: Shop) -> None:
    url = shop.queue(fifo=True)
    first, second = shop.send(url, **ONCE), shop.send(url, **ONCE)
    assert second["MessageId"] == first["MessageId"]
    assert second["SequenceNumber"] == first["SequenceNumber"]


def test_a_duplicate_counts_as_one_even_after_the_first_was_deleted(shop: Shop) -> None:
    url = shop.queue(fifo=True)
    shop.send(url, **ONCE)
    shop.delete(url, shop.receive(url))
    shop.send(url, **ONCE)
    assert shop.has_nothing(url)


def test_after_five_minutes_the_id_is_free_again(shop: Shop, clock: Clock) -> None:
    url = shop.queue(fifo=True)
    shop.send(url, "first", **ONCE)
    clock.advance(298)
    shop.send(url, "too early", **ONCE)
    clock.advance(3)
    shop.send(url, "second", **ONCE)
    assert bodies(shop.poll(url)) == ["first", "second"]


def test_a_fifo_message_needs_an_id_or_a_queue_that_makes_one(shop: Shop) -> None:
    with refused("InvalidParameterValue"):
        shop.send(shop.queue(fifo=True), MessageGroupId="g")


@pytest.mark.parametrize("token", ["with space", "ü", "a" * 129], ids=["space", "umlaut", "long"])
def test_a_deduplication_id_has_128_plain_characters_at_most(shop: Shop, token: str) -> None:
    with refused("InvalidParameterValue"):
        shop.send(shop.queue(fifo=True), MessageGroupId="g", MessageDeduplicationId=token)


def test_a_queue_can_tell_duplicates_by_their_body_alone(shop: Shop) -> None:
    url = shop.queue(fifo=True, ContentBasedDeduplication="true")
    attribute = {"n": {"DataType": "Number", "StringValue": "1"}}
    shop.send(url, "same", MessageGroupId="g")
    shop.send(url, "same", MessageGroupId="g", MessageAttributes=attribute)
    shop.send(url, "other", MessageGroupId="g")
    received = shop.poll(url)
    assert bodies(received) == ["same", "other"]
    expected = hashlib.sha256(b"same").hexdigest()
    assert received[0]["Attributes"]["MessageDeduplicationId"] == expected


def test_an_explicit_id_comes_before_the_bodys(shop: Shop) -> None:
    url = shop.queue(fifo=True, ContentBasedDeduplication="true")
    shop.send(url, "same", MessageGroupId="g", MessageDeduplicationId="1")
    shop.send(url, "same", MessageGroupId="g", MessageDeduplicationId="2")
    assert bodies(shop.poll(url)) == ["same", "same"]


def test_an_explicit_id_equal_to_a_bodys_hash_is_a_duplicate_of_it(shop: Shop) -> None:
    url = shop.queue(fifo=True, ContentBasedDeduplication="true")
    shop.send(url, "same", MessageGroupId="g")
    digest = hashlib.sha256(b"same").hexdigest()
    shop.send(url, "else", MessageGroupId="g", MessageDeduplicationId=digest)
    assert bodies(shop.poll(url)) == ["same"]


def test_the_whole_queue_deduplicates_across_groups(shop: Shop) -> None:
    url = shop.queue(fifo=True)
    shop.send(url, "a", MessageGroupId="one", MessageDeduplicationId="d")
    shop.send(url, "b", MessageGroupId="two", MessageDeduplicationId="d")
    assert bodies(shop.poll(url)) == ["a"]


def test_deduplication_can_be_a_matter_of_each_group(shop: Shop) -> None:
    url = shop.queue(fifo=True, DeduplicationScope="messageGroup")
    shop.send(url, "a", MessageGroupId="one", MessageDeduplicationId="d")
    shop.send(url, "b", MessageGroupId="two", MessageDeduplicationId="d")
    shop.send(url, "c", MessageGroupId="two", MessageDeduplicationId="d")
    assert sorted(bodies(shop.poll(url))) == ["a", "b"]
