"""Creating, finding and deleting queues."""

import uuid

import pytest

from simulator import Clock
from tests.contract.shop import Shop, refused


def test_a_queue_is_found_by_the_name_it_was_made_with(shop: Shop) -> None:
    name = f"orders-{uuid.uuid4().hex[:8]}"
    url = shop.queue(name=name)
    assert url.endswith(f"/{name}")
    assert shop.sqs.get_queue_url(QueueName=name)["QueueUrl"] == url


def test_a_queue_that_was_never_made_does_not_exist(shop: Shop) -> None:
    with refused("QueueDoesNotExist"):
        shop.sqs.get_queue_url(QueueName="never-made")


def test_a_missing_queue_is_raised_as_the_exception_boto3_names_for_it(shop: Shop) -> None:
    with pytest.raises(shop.sqs.exceptions.QueueDoesNotExist) as caught:
        shop.send(f"{shop.queue()}-gone")
    assert caught.value.response["Error"]["Code"] == "AWS.SimpleQueueService.NonExistentQueue"


def test_another_accounts_queue_is_not_found(shop: Shop) -> None:
    name = shop.queue().rpartition("/")[2]
    with refused("QueueDoesNotExist"):
        shop.sqs.get_queue_url(QueueName=name, QueueOwnerAWSAccountId="999999999999")


def test_making_a_queue_again_with_the_same_attributes_gives_the_same_url(shop: Shop) -> None:
    name = f"again-{uuid.uuid4().hex[:8]}"
    url = shop.queue(name=name, VisibilityTimeout=77)
    assert shop.queue(name=name, VisibilityTimeout=77) == url
    assert shop.queue(name=name) == url


def test_making_a_queue_again_with_another_value_is_refused(shop: Shop) -> None:
    name = f"again-{uuid.uuid4().hex[:8]}"
    url = shop.queue(name=name, VisibilityTimeout=77)
    with refused("QueueNameExists", "QueueAlreadyExists"):
        shop.queue(name=name, VisibilityTimeout=78)
    assert shop.attributes(url)["VisibilityTimeout"] == "77"


@pytest.mark.parametrize(
    "name", ["", "with space", "with.dot", "ümlaut", "a" * 81, "slash/ed", "orders.fifo"]
)
def test_a_name_that_breaks_the_rules_is_refused(shop: Shop, name: str) -> None:
    with refused("InvalidParameterValue", "MissingParameter"):
        shop.sqs.create_queue(QueueName=name)


def test_a_name_may_have_eighty_characters_of_every_allowed_kind(shop: Shop) -> None:
    name = f"{uuid.uuid4().hex}-_aZ".ljust(80, "9")
    assert shop.queue(name=name).endswith(name)


def test_a_fifo_queues_name_ends_in_fifo(shop: Shop) -> None:
    with refused("InvalidParameterValue"):
        shop.sqs.create_queue(QueueName="orders", Attributes={"FifoQueue": "true"})
    assert shop.queue(fifo=True).endswith(".fifo")


def test_the_suffix_counts_towards_the_eighty_characters(shop: Shop) -> None:
    with refused("InvalidParameterValue"):
        shop.queue(name="a" * 76, fifo=True)


def test_names_tell_upper_from_lower_case(shop: Shop) -> None:
    name = f"Case-{uuid.uuid4().hex[:8]}"
    shop.queue(name=name)
    with refused("QueueDoesNotExist"):
        shop.sqs.get_queue_url(QueueName=name.lower())


def test_a_deleted_queue_is_gone_with_its_messages(shop: Shop) -> None:
    url = shop.queue()
    shop.send(url)
    shop.sqs.delete_queue(QueueUrl=url)
    for call in (shop.poll, shop.attributes, shop.send):
        with refused("QueueDoesNotExist"):
            call(url)


def test_a_deleted_queues_name_is_free_again_after_a_minute(shop: Shop, clock: Clock) -> None:
    name = f"phoenix-{uuid.uuid4().hex[:8]}"
    shop.sqs.delete_queue(QueueUrl=shop.queue(name=name))
    clock.advance(55)
    with refused("QueueDeletedRecently"):
        shop.queue(name=name)
    clock.advance(6)
    assert shop.has_nothing(shop.queue(name=name))


def test_a_deleted_queues_name_is_not_free_at_once(shop: Shop) -> None:
    name = f"hasty-{uuid.uuid4().hex[:8]}"
    shop.sqs.delete_queue(QueueUrl=shop.queue(name=name))
    with refused("QueueDeletedRecently"):
        shop.queue(name=name)


def test_a_handle_of_a_queue_that_was_made_anew_is_invalid(shop: Shop, clock: Clock) -> None:
    name = f"anew-{uuid.uuid4().hex[:8]}"
    url = shop.queue(name=name)
    shop.send(url)
    old = shop.receive(url)
    shop.sqs.delete_queue(QueueUrl=url)
    clock.advance(61)
    shop.queue(name=name)
    with refused("ReceiptHandleIsInvalid"):
        shop.delete(url, old)


def test_an_address_that_names_no_queue_is_refused(shop: Shop) -> None:
    with refused("InvalidAddress", "QueueDoesNotExist"):
        shop.send("not-an-address")
