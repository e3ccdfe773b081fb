"""Many clients at once."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from simulator import Simulator
from tests.contract.shop import Shop

THREADS, EACH = 8, 40


def test_what_many_send_many_receive_each_message_once(simulator: Simulator, shop: Shop) -> None:
    url = shop.queue()
    ready = Barrier(THREADS)

    def work(worker: int) -> list[str]:
        ready.wait(10)
        received = []
        for number in range(EACH):
            shop.send(url, f"{worker}-{number}")
            for message in shop.poll(url, WaitTimeSeconds=0):
                received.append(message["Body"])
                shop.delete(url, message)
        return received

    with ThreadPoolExecutor(THREADS) as pool:
        found = Counter(body for bodies in pool.map(work, range(THREADS)) for body in bodies)
    left = {message.body for message in simulator.messages(url.rpartition("/")[2])}
    assert max(found.values()) == 1
    assert set(found) | left == {f"{w}-{n}" for w in range(THREADS) for n in range(EACH)}
    assert not set(found) & left


def test_a_group_has_one_receiver_at_a_time_among_many(simulator: Simulator, shop: Shop) -> None:
    url = shop.queue(fifo=True)
    for group in ("a", "b", "c"):
        shop.send_in_group(url, group, *(f"{group}{number:02}" for number in range(20)))
    order: dict[str, list[str]] = {"a": [], "b": [], "c": []}

    def work(_: int) -> None:
        while simulator.messages(url.rpartition("/")[2]):
            for message in shop.poll(url, WaitTimeSeconds=0, MaxNumberOfMessages=3):
                order[message["Attributes"]["MessageGroupId"]].append(message["Body"])
                shop.delete(url, message)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, range(THREADS)))
    for group, bodies in order.items():
        assert bodies == [f"{group}{number:02}" for number in range(20)]
