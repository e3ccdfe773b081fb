"""Tags on queues."""

from tests.contract.shop import Shop, refused


def test_tags_given_at_creation_are_listed(shop: Shop) -> None:
    name = shop.queue().rpartition("/")[2] + "-tagged"
    url = shop.sqs.create_queue(QueueName=name, tags={"team": "payments"})["QueueUrl"]
    assert shop.sqs.list_queue_tags(QueueUrl=url)["Tags"] == {"team": "payments"}


def test_a_tag_set_again_takes_the_new_value(shop: Shop) -> None:
    url = shop.queue()
    shop.sqs.tag_queue(QueueUrl=url, Tags={"team": "payments", "Team": "other"})
    shop.sqs.tag_queue(QueueUrl=url, Tags={"team": "orders", "empty": ""})
    found = shop.sqs.list_queue_tags(QueueUrl=url)["Tags"]
    assert found == {"team": "orders", "Team": "other", "empty": ""}


def test_an_untagged_key_is_gone_and_the_others_stay(shop: Shop) -> None:
    url = shop.queue()
    shop.sqs.tag_queue(QueueUrl=url, Tags={"a": "1", "b": "2"})
    shop.sqs.untag_queue(QueueUrl=url, TagKeys=["a", "never-there"])
    assert shop.sqs.list_queue_tags(QueueUrl=url)["Tags"] == {"b": "2"}


def test_a_queue_without_tags_lists_none(shop: Shop) -> None:
    assert not shop.sqs.list_queue_tags(QueueUrl=shop.queue()).get("Tags")


def test_tags_of_a_missing_queue_are_refused(shop: Shop) -> None:
    with refused("QueueDoesNotExist"):
        shop.sqs.list_queue_tags(QueueUrl=f"{shop.queue()}-gone")
