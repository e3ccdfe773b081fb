"""The sample queues: what an operator finds on first sight."""

import base64
import gzip
import json
import time

import pytest

from simulator import Simulator
from simulator.oracle import SeenMessage
from simulator.samples import add_samples
from tests.contract.shop import bodies
from tests.simulator.conftest import Connect

QUEUES = {
    "orders-fulfilment",
    "orders-fulfilment-dlq",
    "billing-invoices.fifo",
    "billing-invoices-dlq.fifo",
    "email-outbound",
    "email-bounce",
    "search-index-updates",
    "inventory-sync.fifo",
    "media-transcode",
    "payments-webhooks",
    "payments-webhooks-dlq",
    "analytics-events",
    "reports-nightly",
}


@pytest.fixture(scope="module")
def stocked() -> Simulator:
    simulator = Simulator(seed=1, count_lag=0)
    add_samples(simulator.account)
    return simulator


def everything(stocked: Simulator) -> list[SeenMessage]:
    return [message for name in QUEUES for message in stocked.messages(name)]


def test_the_shops_queues_are_there(stocked: Simulator) -> None:
    assert set(stocked.account.queues) == QUEUES


def test_one_queue_is_long_and_one_is_empty(stocked: Simulator) -> None:
    assert len(stocked.messages("search-index-updates")) == 2_000
    assert stocked.messages("reports-nightly") == []


@pytest.mark.parametrize(
    ("dead", "source", "receives"),
    [
        ("orders-fulfilment-dlq", "orders-fulfilment", 5),
        ("payments-webhooks-dlq", "payments-webhooks", 4),
        ("billing-invoices-dlq.fifo", "billing-invoices.fifo", 3),
    ],
)
def test_dead_letters_name_their_source_and_have_used_up_their_receives(
    stocked: Simulator, dead: str, source: str, receives: int
) -> None:
    messages = stocked.messages(dead)
    assert messages
    for message in messages:
        arn = stocked.account.queues[source].arn
        assert message.attributes["DeadLetterQueueSourceArn"] == arn
        assert message.receive_count == receives
        first = int(message.attributes["ApproximateFirstReceiveTimestamp"])
        assert int(message.attributes["SentTimestamp"]) <= first <= time.time() * 1000


def test_most_dead_orders_died_of_a_slow_carrier(stocked: Simulator) -> None:
    messages = stocked.messages("orders-fulfilment-dlq")
    codes = [message.message_attributes["ErrorCode"][1] for message in messages]
    assert len(codes) == 60
    assert max(set(codes), key=codes.count) == "CARRIER_TIMEOUT"
    assert len(set(codes)) >= 3
    assert [json.loads(message.body)["lastError"]["code"] for message in messages] == codes


def test_messages_were_sent_over_a_spread_of_past_times(stocked: Simulator) -> None:
    now = time.time()
    ages = [
        now - int(message.attributes["SentTimestamp"]) / 1000 for message in everything(stocked)
    ]
    assert min(ages) > 0
    assert max(ages) > 86_400


def test_bodies_are_of_many_kinds(stocked: Simulator) -> None:
    found = [message.body for message in everything(stocked)]
    assert any("<img src=x onerror=alert(1)>" in body for body in found)
    assert any(body.startswith("<?xml") for body in found)
    packed = [body for body in found if body.startswith("H4sI")]
    assert packed
    assert all(json.loads(gzip.decompress(base64.b64decode(body))) for body in packed)
    envelopes = [json.loads(m.body) for m in stocked.messages("email-bounce")]
    assert {envelope["Type"] for envelope in envelopes} == {"Notification"}
    assert all(json.loads(envelope["Message"])["bounce"] for envelope in envelopes)


def test_attributes_of_every_type_and_every_state_occur(stocked: Simulator) -> None:
    messages = everything(stocked)
    types = {kind for m in messages for kind, _ in m.message_attributes.values()}
    assert {"String", "Number", "Binary", "Number.float", "String.w3c", "Binary.png"} <= types
    assert {message.state for message in messages} == {"available", "in_flight", "delayed"}


def test_samples_are_the_same_each_time() -> None:
    def contents() -> list[tuple[str, str]]:
        simulator = Simulator(seed=9)
        add_samples(simulator.account)
        return [(m.message_id, m.body) for m in simulator.messages("orders-fulfilment")]

    assert contents() == contents()


def test_sample_messages_are_received_like_any_others(connect: Connect) -> None:
    with Simulator(seed=1) as simulator:
        add_samples(simulator.account)
        shop = connect(simulator)
        url = shop.sqs.get_queue_url(QueueName="billing-invoices.fifo")["QueueUrl"]
        [message] = shop.poll(url, MaxNumberOfMessages=1)
        assert json.loads(message["Body"])["invoice"].startswith("INV-")
        dead = shop.sqs.get_queue_url(QueueName="orders-fulfilment-dlq")["QueueUrl"]
        letters = shop.receive_all(dead, 60)
        assert len(set(bodies(letters))) == 60
        assert {m["Attributes"]["ApproximateReceiveCount"] for m in letters} == {"6"}
