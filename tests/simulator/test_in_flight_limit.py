"""The limit on messages in flight, scaled down."""

from collections.abc import Iterator
from threading import Timer

import pytest

from simulator import Simulator
from tests.contract.shop import Shop, bodies, refused
from tests.simulator.conftest import Connect


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with Simulator(seed=3, in_flight_limit=4) as running:
        yield running


@pytest.fixture
def shop(simulator: Simulator, connect: Connect) -> Shop:
    return connect(simulator)


def five_messages(shop: Shop) -> str:
    url = shop.queue()
    for number in range(5):
        shop.send(url, str(number))
    return url


def test_a_receive_takes_no_more_than_the_limit_leaves(shop: Shop) -> None:
    assert len(shop.poll(five_messages(shop))) == 4


def test_at_the_limit_a_short_poll_is_told(shop: Shop) -> None:
    url = five_messages(shop)
    shop.poll(url)
    with refused("OverLimit"):
        shop.poll(url, WaitTimeSeconds=0)


def test_at_the_limit_a_long_poll_finds_nothing_and_hears_nothing(
    simulator: Simulator, shop: Shop
) -> None:
    url = five_messages(shop)
    shop.poll(url)
    timer = Timer(0.2, simulator.clock.advance, (10,))
    timer.start()
    assert shop.poll(url, WaitTimeSeconds=10) == []
    timer.join()
    assert len(simulator.messages(url.rpartition("/")[2])) == 5


def test_a_delete_makes_room(shop: Shop) -> None:
    url = five_messages(shop)
    shop.delete(url, shop.poll(url)[0])
    assert len(shop.poll(url)) == 1


def test_a_fifo_queue_never_tells(shop: Shop) -> None:
    url = shop.queue(fifo=True)
    for group in "abcde":
        shop.send_in_group(url, group, group)
    assert len(shop.poll(url)) == 4
    assert shop.poll(url, WaitTimeSeconds=0) == []


def test_the_limit_is_each_queues_own(shop: Shop) -> None:
    shop.poll(five_messages(shop))
    other = shop.queue()
    shop.send(other, "fine")
    assert bodies(shop.receive_all(other, 1)) == ["fine"]
