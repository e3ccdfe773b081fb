"""Dead-letter queues: who may be one, and when a message goes there."""

import json

import pytest

from simulator import Clock
from tests.contract.shop import Shop, bodies, refused


def policy(arn: str, receives: object = 3) -> str:
    return json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": receives})


def use_up(shop: Shop, url: str, receives: int) -> None:
    for _ in range(receives):
        shop.release(url, shop.receive(url))


def test_a_message_is_delivered_as_often_as_allowed_and_then_moved(shop: Shop) -> None:
    url, dead = shop.queue_with_dead_letters(2)
    sent = shop.send(url)
    use_up(shop, url, 2)
    assert shop.has_nothing(dead)
    assert shop.has_nothing(url)
    moved = shop.receive(dead)
    assert moved["MessageId"] == sent["MessageId"]
    assert moved["Body"] == "hello"


def test_a_dead_letter_names_its_queue_and_keeps_count_and_sending_time(shop: Shop) -> None:
    url, dead = shop.queue_with_dead_letters(2)
    shop.send(url)
    first = shop.receive(url)
    shop.release(url, first)
    use_up(shop, url, 1)
    assert shop.has_nothing(url)
    found = shop.receive(dead)["Attributes"]
    assert found["DeadLetterQueueSourceArn"] == shop.arn(url)
    assert found["SentTimestamp"] == first["Attributes"]["SentTimestamp"]
    assert found["ApproximateReceiveCount"] == "3"


def test_retention_in_a_dead_letter_queue_counts_from_the_sending(shop: Shop, clock: Clock) -> None:
    url, dead = shop.queue_with_dead_letters(1, MessageRetentionPeriod=600)
    shop.send(url)
    clock.advance(400)
    use_up(shop, url, 1)
    assert shop.has_nothing(url)
    clock.advance(201)
    assert shop.has_nothing(dead)


def test_a_fifo_dead_letter_starts_anew_with_its_message_id_against_duplicates(
    shop: Shop, clock: Clock
) -> None:
    url, dead = shop.queue_with_dead_letters(1, fifo=True, MessageRetentionPeriod=600)
    sent = shop.send(url, MessageGroupId="g", MessageDeduplicationId="mine")
    clock.advance(400)
    use_up(shop, url, 1)
    assert shop.has_nothing(url)
    clock.advance(201)
    moved = shop.receive(dead)
    assert moved["MessageId"] == sent["MessageId"]
    assert moved["Attributes"]["MessageDeduplicationId"] == sent["MessageId"]
    assert moved["Attributes"]["MessageGroupId"] == "g"


def test_a_groups_next_message_comes_when_the_one_before_it_died(shop: Shop) -> None:
    url, dead = shop.queue_with_dead_letters(1, fifo=True)
    shop.send_in_group(url, "g", "poison", "fine")
    assert bodies(shop.poll(url, MaxNumberOfMessages=1, VisibilityTimeout=0)) == ["poison"]
    assert bodies(shop.receive_all(url, 1)) == ["fine"]
    assert bodies(shop.receive_all(dead, 1)) == ["poison"]


def test_a_group_is_locked_although_its_first_message_died_in_the_same_receive(
    shop: Shop, clock: Clock
) -> None:
    url, _ = shop.queue_with_dead_letters(1, fifo=True)
    shop.send_in_group(url, "g", "poison", "next", "last")
    shop.poll(url, MaxNumberOfMessages=1, VisibilityTimeout=1)
    clock.advance(1)
    assert bodies(shop.poll(url, MaxNumberOfMessages=1)) == ["next"]
    assert shop.has_nothing(url)


def test_a_dead_letter_queue_must_exist(shop: Shop) -> None:
    arn = shop.arn(shop.queue())
    with refused("InvalidParameterValue", "QueueDoesNotExist"):
        shop.queue(RedrivePolicy=policy(f"{arn}-gone"))


def test_a_dead_letter_queue_must_be_of_the_same_type(shop: Shop) -> None:
    with refused("InvalidParameterValue"):
        shop.queue(RedrivePolicy=policy(shop.arn(shop.queue(fifo=True))))
    with refused("InvalidParameterValue"):
        shop.queue(fifo=True, RedrivePolicy=policy(shop.arn(shop.queue())))


@pytest.mark.parametrize("receives", [0, 1_001, "few", -1])
def test_receives_before_the_move_are_1_to_1000(shop: Shop, receives: object) -> None:
    dead = shop.arn(shop.queue())
    with refused("InvalidParameterValue"):
        shop.queue(RedrivePolicy=policy(dead, receives))


@pytest.mark.parametrize(
    "document",
    ["{not json", "[]", "{}", '{"maxReceiveCount": 3}'],
    ids=["no json", "list", "empty", "no target"],
)
def test_a_redrive_policy_that_says_too_little_is_refused(shop: Shop, document: str) -> None:
    with refused("InvalidParameterValue"):
        shop.sqs.set_queue_attributes(QueueUrl=shop.queue(), Attributes={"RedrivePolicy": document})


def test_the_count_may_come_as_text(shop: Shop) -> None:
    dead = shop.queue()
    url = shop.queue(RedrivePolicy=policy(shop.arn(dead), "1"))
    shop.send(url)
    use_up(shop, url, 1)
    assert shop.has_nothing(url)
    assert bodies(shop.receive_all(dead, 1)) == ["hello"]


def test_without_its_policy_a_queue_delivers_as_often_as_asked(shop: Shop) -> None:
    url, dead = shop.queue_with_dead_letters(1)
    shop.send(url)
    shop.sqs.set_queue_attributes(QueueUrl=url, Attributes={"RedrivePolicy": ""})
    use_up(shop, url, 4)
    assert shop.has_nothing(dead)


def test_a_dead_letter_queue_may_choose_its_sources(shop: Shop) -> None:
    friend, stranger = shop.queue(), shop.queue()
    allow = {"redrivePermission": "byQueue", "sourceQueueArns": [shop.arn(friend)]}
    dead = shop.arn(shop.queue(RedriveAllowPolicy=json.dumps(allow)))
    shop.sqs.set_queue_attributes(QueueUrl=friend, Attributes={"RedrivePolicy": policy(dead)})
    with refused("InvalidParameterValue"):
        shop.sqs.set_queue_attributes(QueueUrl=stranger, Attributes={"RedrivePolicy": policy(dead)})


def test_a_queue_may_refuse_to_be_a_dead_letter_queue(shop: Shop) -> None:
    deny = json.dumps({"redrivePermission": "denyAll"})
    dead = shop.arn(shop.queue(RedriveAllowPolicy=deny))
    with refused("InvalidParameterValue"):
        shop.queue(RedrivePolicy=policy(dead))


@pytest.mark.parametrize(
    "document",
    [
        "{}",
        '{"redrivePermission": "sometimes"}',
        '{"redrivePermission": "byQueue"}',
        '{"redrivePermission": "allowAll", "sourceQueueArns": ["arn:aws:sqs:us-east-1:0:q"]}',
        json.dumps(
            {
                "redrivePermission": "byQueue",
                "sourceQueueArns": [f"arn:aws:sqs:us-east-1:000000000000:q{n}" for n in range(11)],
            }
        ),
    ],
)
def test_a_redrive_allow_policy_that_makes_no_sense_is_refused(shop: Shop, document: str) -> None:
    with refused("InvalidParameterValue", "InvalidAttributeValue"):
        shop.queue(RedriveAllowPolicy=document)
