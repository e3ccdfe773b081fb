"""Faults on request: each does what its name says, where and as often as its rule says."""

import hashlib
import time
from threading import Timer
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from simulator import Simulator
from tests.contract.shop import Shop, bodies, refused
from tests.simulator.conftest import Connect


def name(url: str) -> str:
    return url.rpartition("/")[2]


def status(call: Any, *arguments: Any) -> int:
    with pytest.raises(ClientError) as caught:
        call(*arguments)
    return caught.value.response["ResponseMetadata"]["HTTPStatusCode"]


def test_a_lost_answers_call_was_applied(simulator: Simulator, shop: Shop) -> None:
    url = shop.queue()
    rule = simulator.faults.add("lost_answer", "SendMessage", count=1)
    with pytest.raises(ConnectionClosedError):
        shop.send(url, "sent all the same")
    assert rule.fired == 1
    assert bodies(shop.receive_all(url, 1)) == ["sent all the same"]


def test_a_lost_receive_hides_messages_from_everybody(simulator: Simulator, shop: Shop) -> None:
    url = shop.queue()
    shop.send(url)
    simulator.faults.add("lost_answer", "ReceiveMessage", count=1)
    with pytest.raises(ConnectionClosedError):
        shop.poll(url)
    assert shop.has_nothing(url)
    assert [message.state for message in simulator.messages(name(url))] == ["in_flight"]
    simulator.clock.advance(31)
    assert bodies(shop.receive_all(url, 1)) == ["hello"]


@pytest.mark.parametrize("code", [500, 503])
def test_an_error_before_leaves_the_call_undone(
    simulator: Simulator, shop: Shop, code: int
) -> None:
    url = shop.queue()
    simulator.faults.add("error_before", "SendMessage", status=code)
    assert status(shop.send, url) == code
    assert simulator.messages(name(url)) == []


def test_an_error_after_comes_although_the_call_was_done(simulator: Simulator, shop: Shop) -> None:
    url = shop.queue()
    simulator.faults.add("error_after", "SendMessage", status=503)
    assert status(shop.send, url) == 503
    assert [message.body for message in simulator.messages(name(url))] == ["hello"]


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("throttled", "RequestThrottled"),
        ("access_denied", "AccessDenied"),
        ("expired_token", "ExpiredToken"),
        ("kms_throttled", "KMS.ThrottlingException"),
    ],
)
def test_a_refusal_comes_with_awss_code_and_changes_nothing(
    simulator: Simulator, shop: Shop, kind: str, code: str
) -> None:
    url = shop.queue()
    simulator.faults.add(kind, "SendMessage")
    with refused(code):
        shop.send(url)
    assert simulator.messages(name(url)) == []


def test_denied_access_names_the_operation_and_spares_the_others(
    simulator: Simulator, shop: Shop
) -> None:
    url = shop.queue()
    simulator.faults.add("access_denied", "PurgeQueue")
    with pytest.raises(ClientError, match="sqs:purgequeue"):
        shop.sqs.purge_queue(QueueUrl=url)
    shop.send(url)


@pytest.mark.parametrize("sender_fault", [True, False])
def test_some_entries_of_a_batch_fail_and_the_others_are_applied(
    simulator: Simulator, shop: Shop, sender_fault: bool
) -> None:
    url = shop.queue()
    simulator.faults.add(
        "batch_failure", "SendMessageBatch", entries=3, sender_fault=sender_fault, count=1
    )
    entries = [{"Id": str(n), "MessageBody": str(n)} for n in range(10)]
    answer = shop.sqs.send_message_batch(QueueUrl=url, Entries=entries)
    failed = {entry["Id"] for entry in answer["Failed"]}
    assert len(failed) == 3
    assert {entry["SenderFault"] for entry in answer["Failed"]} == {sender_fault}
    stored = {message.body for message in simulator.messages(name(url))}
    assert stored == {str(n) for n in range(10)} - failed


def test_a_whole_batch_can_fail(simulator: Simulator, shop: Shop) -> None:
    url = shop.queue()
    simulator.faults.add("batch_failure", entries=10)
    answer = shop.sqs.send_message_batch(QueueUrl=url, Entries=[{"Id": "only", "MessageBody": "x"}])
    assert "Successful" not in answer
    assert [entry["Id"] for entry in answer["Failed"]] == ["only"]


def test_a_duplicate_is_delivered_twice_with_two_handles(simulator: Simulator, shop: Shop) -> None:
    url = shop.queue()
    shop.send(url)
    simulator.faults.add("duplicate", count=1)
    first, second = shop.receive(url), shop.receive(url)
    assert first["MessageId"] == second["MessageId"]
    assert first["ReceiptHandle"] != second["ReceiptHandle"]
    assert shop.has_nothing(url)


def test_a_fifo_queue_knows_no_duplicates(simulator: Simulator, shop: Shop) -> None:
    url = shop.queue(fifo=True)
    shop.send_in_group(url, "g", "a")
    rule = simulator.faults.add("duplicate")
    shop.receive(url)
    assert shop.has_nothing(url)
    assert rule.fired == 0


def test_even_a_long_poll_can_come_back_empty(simulator: Simulator, shop: Shop) -> None:
    url = shop.queue()
    shop.send(url)
    simulator.faults.add("empty_receive", count=2)
    assert shop.poll(url, WaitTimeSeconds=20) == []
    assert shop.poll(url, WaitTimeSeconds=20) == []
    assert bodies(shop.poll(url)) == ["hello"]


def test_a_corrupted_body_no_longer_fits_its_md5(simulator: Simulator, shop: Shop) -> None:
    url = shop.queue()
    shop.send(url, "a body with some length")
    simulator.faults.add("corrupted_body", count=1)
    bad = shop.receive(url, VisibilityTimeout=0)
    assert bad["Body"] != "a body with some length"
    assert hashlib.md5(bad["Body"].encode()).hexdigest() != bad["MD5OfBody"]
    good = shop.receive(url)
    assert good["Body"] == "a body with some length"
    assert good["MD5OfBody"] == bad["MD5OfBody"]


def test_stale_counts_stay_what_they_were(simulator: Simulator, shop: Shop) -> None:
    simulator.clock.freeze()
    url = shop.queue()
    rule = simulator.faults.add("stale_counts", seconds=60)
    shop.send(url)
    simulator.clock.advance(59)
    assert shop.attributes(url)["ApproximateNumberOfMessages"] == "0"
    simulator.clock.advance(1)
    assert shop.attributes(url)["ApproximateNumberOfMessages"] == "1"
    assert rule.fired == 2


def test_the_in_flight_limit_can_be_lowered_for_one_queue(simulator: Simulator, shop: Shop) -> None:
    small, other = shop.queue(), shop.queue()
    for url in (small, other):
        shop.send(url, "a")
        shop.send(url, "b")
    simulator.faults.add("in_flight_limit", queue=name(small), limit=1)
    assert len(shop.poll(small)) == 1
    with refused("OverLimit"):
        shop.poll(small, WaitTimeSeconds=0)
    assert len(shop.poll(other)) == 2


def test_latency_delays_the_call(simulator: Simulator, shop: Shop) -> None:
    url = shop.queue()
    simulator.faults.add("latency", "SendMessage", seconds=(0.2, 0.3))
    started = time.monotonic()
    shop.send(url)
    assert time.monotonic() - started >= 0.2


def test_latency_does_not_hold_up_the_others(
    simulator: Simulator, shop: Shop, connect: Connect
) -> None:
    url = shop.queue()
    simulator.faults.add("latency", "SendMessage", seconds=1, count=1)
    slow = Timer(0, shop.send, (url, "slow"))
    slow.start()
    while not simulator.faults.rules[0].fired:
        time.sleep(0.01)
    connect(simulator).send(url, "quick")
    slow.join()
    assert [message.body for message in simulator.messages(name(url))] == ["quick", "slow"]


def test_a_rule_strikes_only_its_operations_and_its_queue(simulator: Simulator, shop: Shop) -> None:
    hit, spared = shop.queue(), shop.queue()
    rule = simulator.faults.add("throttled", ["SendMessage", "PurgeQueue"], name(hit))
    shop.send(spared)
    shop.attributes(hit)
    assert rule.fired == 0
    with refused("RequestThrottled"):
        shop.send(hit)
    with refused("RequestThrottled"):
        shop.sqs.purge_queue(QueueUrl=hit)
    assert rule.fired == 2


def test_a_rule_ends_after_its_count(simulator: Simulator, shop: Shop) -> None:
    url = shop.queue()
    rule = simulator.faults.add("throttled", count=2)
    for _ in range(2):
        with refused("RequestThrottled"):
            shop.send(url)
    shop.send(url)
    assert rule.fired == 2


def test_a_rule_can_be_limited_to_a_span_of_time(simulator: Simulator, shop: Shop) -> None:
    simulator.clock.freeze()
    url = shop.queue()
    rule = simulator.faults.add("throttled", start=10, duration=5)
    shop.send(url)
    simulator.clock.advance(10)
    with refused("RequestThrottled"):
        shop.send(url)
    simulator.clock.advance(5)
    shop.send(url)
    assert rule.fired == 1


def test_a_key_is_needed_only_for_messages(simulator: Simulator, shop: Shop) -> None:
    url = shop.queue()
    shop.send(url)
    message = shop.receive(url)
    simulator.faults.add("kms_throttled")
    with refused("KmsThrottled"):
        shop.poll(url)
    with refused("KmsThrottled"):
        shop.sqs.send_message_batch(QueueUrl=url, Entries=[{"Id": "a", "MessageBody": "x"}])
    shop.attributes(url)
    shop.delete(url, message)


def test_a_rule_can_name_the_queue_whose_messages_are_moved(
    simulator: Simulator, shop: Shop
) -> None:
    _, dead = shop.queue_with_dead_letters(1)
    arn = shop.arn(dead)
    simulator.faults.add("access_denied", "StartMessageMoveTask", name(dead))
    with refused("AccessDenied"):
        shop.sqs.start_message_move_task(SourceArn=arn)


def test_cleared_faults_strike_no_more(simulator: Simulator, shop: Shop) -> None:
    url = shop.queue()
    simulator.faults.add("throttled")
    simulator.faults.clear()
    shop.send(url)


def test_the_same_seed_strikes_the_same_calls(connect: Connect) -> None:
    def run(seed: int) -> list[bool]:
        with Simulator(seed=seed) as simulator:
            shop = connect(simulator)
            url = shop.queue()
            simulator.faults.add("throttled", "SendMessage", probability=0.5)
            struck = []
            for _ in range(30):
                try:
                    shop.send(url)
                    struck.append(False)
                except ClientError:
                    struck.append(True)
            return struck

    assert run(5) == run(5)
    assert run(5) != run(6)
    assert 0 < sum(run(5)) < 30


@pytest.mark.parametrize(
    "options",
    [
        {"kind": "earthquake"},
        {"kind": "throttled", "probability": 2},
        {"kind": "latency", "seconds": -1},
        {"kind": "latency", "seconds": (3, 1)},
        {"kind": "throttled", "colour": "red"},
        {"kind": "throttled", "start": -1},
        {"kind": "throttled", "duration": 0},
        {"kind": "reset", "applied": "no"},
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(
    simulator: Simulator, options: dict[str, Any]
) -> None:
    with pytest.raises((ValueError, TypeError)):
        simulator.faults.add(**options)
    assert simulator.faults.rules == ()
