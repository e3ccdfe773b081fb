"""Reading and setting queue attributes."""

import json
import time

import pytest

from simulator import Clock
from tests.contract.shop import Shop, refused

DEFAULTS = {
    "VisibilityTimeout": "30",
    "DelaySeconds": "0",
    "MaximumMessageSize": "1048576",
    "MessageRetentionPeriod": "345600",
    "ReceiveMessageWaitTimeSeconds": "0",
    "SqsManagedSseEnabled": "true",
    "ApproximateNumberOfMessages": "0",
    "ApproximateNumberOfMessagesNotVisible": "0",
    "ApproximateNumberOfMessagesDelayed": "0",
}
RANGES = {
    "VisibilityTimeout": (0, 43_200),
    "DelaySeconds": (0, 900),
    "MaximumMessageSize": (1_024, 1_048_576),
    "MessageRetentionPeriod": (60, 1_209_600),
    "ReceiveMessageWaitTimeSeconds": (0, 20),
    "KmsDataKeyReusePeriodSeconds": (60, 86_400),
}


def test_a_new_queue_has_awss_defaults(shop: Shop) -> None:
    found = shop.attributes(shop.queue())
    assert {name: found.get(name) for name in DEFAULTS} == DEFAULTS
    assert "FifoQueue" not in found


def test_a_new_fifo_queue_says_what_it_is(shop: Shop) -> None:
    found = shop.attributes(shop.queue(fifo=True))
    assert found["FifoQueue"] == "true"
    assert found["ContentBasedDeduplication"] == "false"
    assert found["DeduplicationScope"] == "queue"
    assert found["FifoThroughputLimit"] == "perQueue"


def test_a_queue_knows_its_arn_and_when_it_was_made(shop: Shop) -> None:
    url = shop.queue()
    found = shop.attributes(url)
    account, name = url.split("/")[-2:]
    assert found["QueueArn"] == f"arn:aws:sqs:us-east-1:{account}:{name}"
    assert found["CreatedTimestamp"].isdigit()
    assert found["LastModifiedTimestamp"].isdigit()


def test_only_the_attributes_asked_for_come_back(shop: Shop) -> None:
    url = shop.queue()
    asked = ("VisibilityTimeout", "QueueArn")
    assert set(shop.attributes(url, *asked)) == set(asked)


def test_who_asks_for_no_attributes_gets_none(shop: Shop) -> None:
    assert "Attributes" not in shop.sqs.get_queue_attributes(QueueUrl=shop.queue())


def test_what_is_set_is_read_back(shop: Shop) -> None:
    url = shop.queue()
    wanted = {"VisibilityTimeout": "45", "DelaySeconds": "7", "MaximumMessageSize": "2048"}
    shop.sqs.set_queue_attributes(QueueUrl=url, Attributes=wanted)
    found = shop.attributes(url)
    assert {name: found[name] for name in wanted} == wanted


def test_setting_an_attribute_is_a_change_of_the_queue(shop: Shop, clock: Clock) -> None:
    url = shop.queue()
    clock.advance(100)
    shop.sqs.set_queue_attributes(QueueUrl=url, Attributes={"DelaySeconds": "1"})
    found = shop.attributes(url)
    assert int(found["LastModifiedTimestamp"]) - int(found["CreatedTimestamp"]) >= 100


@pytest.mark.parametrize("name", RANGES)
def test_an_attribute_takes_the_ends_of_its_range(shop: Shop, name: str) -> None:
    url = shop.queue()
    for value in map(str, RANGES[name]):
        shop.sqs.set_queue_attributes(QueueUrl=url, Attributes={name: value})
        assert shop.attributes(url)[name] == value


@pytest.mark.parametrize("name", RANGES)
def test_an_attribute_outside_its_range_is_refused_and_changes_nothing(
    shop: Shop, name: str
) -> None:
    url = shop.queue()
    before = shop.attributes(url).get(name)
    lowest, highest = RANGES[name]
    for value in (lowest - 1, highest + 1, "", "many", "1.5", "١٢"):
        with refused("InvalidAttributeValue"):
            shop.sqs.set_queue_attributes(QueueUrl=url, Attributes={name: str(value)})
    assert shop.attributes(url).get(name) == before


def test_a_queue_is_not_made_with_an_attribute_outside_its_range(shop: Shop) -> None:
    with refused("InvalidAttributeValue"):
        shop.queue(VisibilityTimeout=43_201)


def test_an_unknown_attribute_is_refused_wherever_it_is_named(shop: Shop) -> None:
    url = shop.queue()
    with refused("InvalidAttributeName"):
        shop.attributes(url, "Colour")
    with refused("InvalidAttributeName"):
        shop.sqs.set_queue_attributes(QueueUrl=url, Attributes={"Colour": "red"})
    with refused("InvalidAttributeName"):
        shop.queue(Colour="red")


def test_what_aws_observes_cannot_be_set(shop: Shop) -> None:
    url = shop.queue()
    for name in ("QueueArn", "ApproximateNumberOfMessages", "CreatedTimestamp", "All"):
        with refused("InvalidAttributeName"):
            shop.sqs.set_queue_attributes(QueueUrl=url, Attributes={name: "1"})


def test_a_queues_type_cannot_be_changed(shop: Shop) -> None:
    with refused("InvalidAttributeName", "InvalidAttributeValue"):
        shop.sqs.set_queue_attributes(QueueUrl=shop.queue(), Attributes={"FifoQueue": "true"})


@pytest.mark.parametrize(
    "name", ["ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit"]
)
def test_a_standard_queue_has_no_fifo_attributes(shop: Shop, name: str) -> None:
    value = {"DeduplicationScope": "queue", "FifoThroughputLimit": "perQueue"}.get(name, "true")
    with refused("InvalidAttributeName"):
        shop.queue({name: value})


def test_throughput_per_group_needs_deduplication_per_group(shop: Shop) -> None:
    with refused("InvalidAttributeValue", "InvalidParameterValue"):
        shop.queue(fifo=True, FifoThroughputLimit="perMessageGroupId")
    url = shop.queue(
        fifo=True, FifoThroughputLimit="perMessageGroupId", DeduplicationScope="messageGroup"
    )
    assert shop.attributes(url)["FifoThroughputLimit"] == "perMessageGroupId"


@pytest.mark.parametrize(
    ("name", "value"),
    [("SqsManagedSseEnabled", "yes"), ("Policy", "{not json"), ("Policy", '"text"')],
)
def test_a_value_that_is_no_choice_or_no_document_is_refused(
    shop: Shop, name: str, value: str
) -> None:
    with refused("InvalidAttributeValue"):
        shop.queue({name: value})


def test_a_policy_is_set_read_and_taken_away_again(shop: Shop) -> None:
    url = shop.queue()
    policy = json.dumps({"Version": "2012-10-17", "Statement": []})
    shop.sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    assert json.loads(shop.attributes(url)["Policy"]) == json.loads(policy)
    shop.sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": ""})
    assert "Policy" not in shop.attributes(url)


def test_a_queue_has_one_kind_of_encryption(shop: Shop) -> None:
    url = shop.queue()
    shop.sqs.set_queue_attributes(QueueUrl=url, Attributes={"KmsMasterKeyId": "alias/aws/sqs"})
    found = shop.attributes(url)
    assert found["KmsMasterKeyId"] == "alias/aws/sqs"
    assert found["SqsManagedSseEnabled"] == "false"
    assert found["KmsDataKeyReusePeriodSeconds"] == "300"


def test_counts_tell_available_from_in_flight_from_delayed(shop: Shop) -> None:
    url = shop.queue()
    for _ in range(3):
        shop.send(url)
    shop.send(url, DelaySeconds=900)
    shop.receive(url)
    time.sleep(1.1)  # counts may lag that long
    found = shop.attributes(url)
    assert found["ApproximateNumberOfMessages"] == "2"
    assert found["ApproximateNumberOfMessagesNotVisible"] == "1"
    assert found["ApproximateNumberOfMessagesDelayed"] == "1"
