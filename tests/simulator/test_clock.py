"""The clock: real by default, turned forward or stopped on request."""

import threading
import time

import pytest

from simulator import Clock, Simulator
from tests.contract.shop import bodies
from tests.simulator.conftest import Connect


def test_a_clock_tells_the_time_of_day() -> None:
    assert abs(Clock().now() - time.time()) < 1


def test_an_advanced_clock_goes_on_from_there() -> None:
    clock = Clock()
    before = clock.now()
    clock.advance(3_600)
    assert clock.now() >= before + 3_600


def test_a_frozen_clock_moves_only_when_told() -> None:
    clock = Clock()
    clock.freeze()
    before = clock.now()
    time.sleep(0.02)
    assert clock.now() == before
    clock.advance(5)
    assert clock.now() == before + 5


def test_a_resumed_clock_runs_on_from_where_it_stood() -> None:
    clock = Clock()
    clock.freeze()
    clock.advance(100)
    stood = clock.now()
    clock.resume()
    assert stood <= clock.now() < stood + 5


@pytest.mark.parametrize("seconds", [-1, float("inf"), float("nan")])
def test_a_clock_goes_neither_back_nor_on_for_ever(seconds: float) -> None:
    with pytest.raises(ValueError, match="forward"):
        Clock().advance(seconds)


def test_a_long_poll_on_a_frozen_clock_waits_for_the_clock(connect: Connect) -> None:
    clock = Clock()
    clock.freeze()
    with Simulator(clock=clock) as simulator:
        shop = connect(simulator)
        url = shop.queue()
        shop.send(url, DelaySeconds=10)
        found: list[str] = []
        poll = threading.Thread(
            target=lambda: found.extend(bodies(shop.poll(url, WaitTimeSeconds=20)))
        )
        poll.start()
        while not simulator.calls["ReceiveMessage"]:
            time.sleep(0.01)
        poll.join(0.3)
        assert poll.is_alive()
        clock.advance(10)
        poll.join(5)
    assert found == ["hello"]


def test_two_simulators_may_share_a_clock(connect: Connect) -> None:
    clock = Clock()
    with Simulator(clock=clock) as one, Simulator(clock=clock) as other:
        urls = []
        for simulator in (one, other):
            shop = connect(simulator)
            urls.append(shop.queue())
            shop.send(urls[-1], DelaySeconds=900)
        clock.advance(900)
        for simulator, url in zip((one, other), urls, strict=True):
            assert bodies(connect(simulator).receive_all(url, 1)) == ["hello"]
