"""Message move tasks while others use the queues."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Thread

from simulator import Simulator
from tests.contract.shop import Message, Shop, bodies
from tests.simulator.conftest import Connect


def name(url: str) -> str:
    return url.rpartition("/")[2]


def fill(shop: Shop, url: str, count: int) -> None:
    for start in range(0, count, 10):
        entries = [{"Id": str(n), "MessageBody": str(start + n)} for n in range(10)]
        shop.sqs.send_message_batch(QueueUrl=url, Entries=entries)


def test_whoever_waits_for_messages_gets_those_that_are_moved(
    simulator: Simulator, shop: Shop, connect: Connect
) -> None:
    _, dead = shop.queue_with_dead_letters(1)
    target = shop.queue()
    shop.send(dead, "moved")
    found: list[Message] = []
    waiter = connect(simulator)
    poll = Thread(target=lambda: found.extend(waiter.poll(target, WaitTimeSeconds=20)))
    poll.start()
    for _ in range(1_000):
        if simulator.calls["ReceiveMessage"]:
            break
        time.sleep(0.01)
    shop.sqs.start_message_move_task(
        SourceArn=shop.arn(dead), DestinationArn=shop.arn(target), MaxNumberOfMessagesPerSecond=2
    )
    poll.join(10)
    assert [message["Body"] for message in found] == ["moved"]


def test_each_message_is_moved_once_while_many_receive_and_delete(
    simulator: Simulator, shop: Shop
) -> None:
    _, dead = shop.queue_with_dead_letters(1)
    target = shop.queue()
    fill(shop, dead, 200)
    shop.sqs.start_message_move_task(SourceArn=shop.arn(dead), DestinationArn=shop.arn(target))

    def consume(url: str) -> list[str]:
        received = []
        for _ in range(2_000):
            for message in shop.poll(url, WaitTimeSeconds=0):
                received.append(message["Body"])
                shop.delete(url, message)
            if not simulator.messages(name(dead)) and not simulator.messages(name(target)):
                break
        return received

    with ThreadPoolExecutor(4) as pool:
        found = Counter(
            body
            for received in pool.map(consume, [dead, target, dead, target])
            for body in received
        )
    assert found == Counter(str(number) for number in range(200))


def test_a_dead_letter_queue_deleted_under_its_task_takes_the_task_along(
    simulator: Simulator, shop: Shop
) -> None:
    url, dead = shop.queue_with_dead_letters(1)
    shop.send(dead)
    shop.sqs.start_message_move_task(
        SourceArn=shop.arn(dead),
        DestinationArn=shop.arn(shop.queue()),
        MaxNumberOfMessagesPerSecond=1,
    )
    shop.sqs.delete_queue(QueueUrl=dead)
    simulator.clock.advance(5)
    shop.attributes(url)
    assert simulator.account.moves.active == []


def test_a_moved_message_waits_for_as_long_as_its_new_queue_delays(
    simulator: Simulator, shop: Shop
) -> None:
    simulator.clock.freeze()
    _, dead = shop.queue_with_dead_letters(1)
    target = shop.queue(DelaySeconds=60)
    shop.send(dead, "moved")
    shop.sqs.start_message_move_task(SourceArn=shop.arn(dead), DestinationArn=shop.arn(target))
    simulator.clock.advance(1)
    assert [message.state for message in simulator.messages(name(target))] == ["delayed"]
    simulator.clock.advance(60)
    assert bodies(shop.receive_all(target, 1)) == ["moved"]
