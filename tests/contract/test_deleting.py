"""Deleting messages, with newest, old and used handles; and purging."""

from simulator import Clock
from tests.contract.shop import Shop, bodies, refused


def test_a_deleted_message_never_comes_back(shop: Shop, clock: Clock) -> None:
    url = shop.queue()
    shop.send(url)
    shop.delete(url, shop.receive(url))
    clock.advance(60)
    assert shop.has_nothing(url)


def test_deleting_twice_is_no_error(shop: Shop) -> None:
    url = shop.queue()
    shop.send(url)
    message = shop.receive(url)
    shop.delete(url, message)
    shop.delete(url, message)


def test_a_message_can_be_deleted_after_its_timeout_ended(shop: Shop, clock: Clock) -> None:
    url = shop.queue(VisibilityTimeout=30)
    shop.send(url)
    message = shop.receive(url)
    clock.advance(31)
    shop.delete(url, message)
    assert shop.has_nothing(url)


def test_deleting_with_an_old_handle_succeeds_and_deletes_nothing(shop: Shop) -> None:
    url = shop.queue()
    shop.send(url)
    old = shop.receive(url)
    shop.release(url, old)
    new = shop.receive(url)
    shop.delete(url, old)
    shop.release(url, new)
    assert bodies(shop.receive_all(url, 1)) == ["hello"]


def test_a_receipt_handle_is_long_and_opaque_but_within_its_limit(shop: Shop) -> None:
    url = shop.queue()
    shop.send(url)
    assert 150 <= len(shop.receive(url)["ReceiptHandle"]) <= 1_024


def test_a_purge_deletes_what_is_available_and_what_is_in_flight(shop: Shop, clock: Clock) -> None:
    url = shop.queue(VisibilityTimeout=30)
    for number in range(5):
        shop.send(url, str(number))
    shop.receive(url)
    shop.sqs.purge_queue(QueueUrl=url)
    clock.advance(61)
    assert shop.has_nothing(url)


def test_a_purged_queue_goes_on_working(shop: Shop, clock: Clock) -> None:
    url = shop.queue()
    shop.send(url, "before")
    shop.sqs.purge_queue(QueueUrl=url)
    clock.advance(61)
    shop.send(url, "after")
    assert bodies(shop.receive_all(url, 1)) == ["after"]


def test_a_queue_is_purged_once_a_minute_at_most(shop: Shop) -> None:
    url = shop.queue()
    shop.sqs.purge_queue(QueueUrl=url)
    with refused("PurgeQueueInProgress"):
        shop.sqs.purge_queue(QueueUrl=url)


def test_a_minute_later_a_queue_can_be_purged_again(shop: Shop, clock: Clock) -> None:
    url = shop.queue()
    shop.sqs.purge_queue(QueueUrl=url)
    clock.advance(61)
    shop.sqs.purge_queue(QueueUrl=url)
