"""ReceiveRequestAttemptId: asking for a lost answer again."""

import pytest

from simulator import Clock
from tests.contract.shop import Message, Shop, bodies, refused


@pytest.fixture
def url(shop: Shop) -> str:
    url = shop.queue(fifo=True)
    shop.send_in_group(url, "g", "a", "b")
    return url


def attempt(shop: Shop, url: str, **more: object) -> list[Message]:
    return shop.poll(url, ReceiveRequestAttemptId="attempt", **{"WaitTimeSeconds": 0, **more})


def test_the_same_attempt_gets_the_same_messages_and_handles(shop: Shop, url: str) -> None:
    first, again = attempt(shop, url), attempt(shop, url)
    assert bodies(again) == ["a", "b"]
    assert [m["ReceiptHandle"] for m in again] == [m["ReceiptHandle"] for m in first]
    assert again[0]["Attributes"]["ApproximateReceiveCount"] == "1"


def test_another_attempt_gets_nothing_meanwhile(shop: Shop, url: str) -> None:
    attempt(shop, url)
    assert shop.poll(url, ReceiveRequestAttemptId="other", WaitTimeSeconds=0) == []


def test_a_repeated_attempt_starts_the_timeout_anew(shop: Shop, url: str, clock: Clock) -> None:
    attempt(shop, url, VisibilityTimeout=30)
    clock.advance(20)
    attempt(shop, url, VisibilityTimeout=30)
    clock.advance(20)
    assert shop.has_nothing(url)
    clock.advance(11)
    assert bodies(shop.poll(url)) == ["a", "b"]


def test_once_a_message_was_deleted_the_attempt_is_invalid(shop: Shop, url: str) -> None:
    shop.delete(url, attempt(shop, url)[0])
    with refused("InvalidParameterValue"):
        attempt(shop, url)


def test_once_a_timeout_was_changed_the_attempt_is_invalid(shop: Shop, url: str) -> None:
    shop.set_visibility(url, attempt(shop, url)[0], 600)
    with refused("InvalidParameterValue"):
        attempt(shop, url)


def test_after_five_minutes_the_attempt_is_forgotten(shop: Shop, url: str, clock: Clock) -> None:
    attempt(shop, url, VisibilityTimeout=3_600)
    clock.advance(301)
    assert attempt(shop, url) == []


def test_after_the_timeout_the_attempt_is_a_new_receive(shop: Shop, url: str, clock: Clock) -> None:
    first = attempt(shop, url, VisibilityTimeout=30)
    clock.advance(31)
    second = attempt(shop, url)
    assert bodies(second) == ["a", "b"]
    assert second[0]["ReceiptHandle"] != first[0]["ReceiptHandle"]


@pytest.mark.parametrize("token", ["with space", "a" * 129])
def test_an_attempt_id_has_128_plain_characters_at_most(shop: Shop, url: str, token: str) -> None:
    with refused("InvalidParameterValue"):
        shop.poll(url, ReceiveRequestAttemptId=token)


def test_once_another_has_received_a_message_the_attempt_is_invalid(
    shop: Shop, url: str, clock: Clock
) -> None:
    attempt(shop, url, VisibilityTimeout=30)
    clock.advance(31)
    assert bodies(shop.poll(url, ReceiveRequestAttemptId="other")) == ["a", "b"]
    with refused("InvalidParameterValue"):
        attempt(shop, url)
