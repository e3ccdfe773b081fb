"""Starting, stopping, starting again."""

import threading
import time

import pytest
from botocore.exceptions import EndpointConnectionError

from simulator import Simulator
from tests.contract.shop import bodies, refused
from tests.simulator.conftest import Connect


def test_a_simulator_listens_on_loopback_only() -> None:
    for host in ("0.0.0.0", "192.168.1.1"):
        with pytest.raises(ValueError, match="loopback"):
            Simulator(host=host)
    with Simulator() as simulator:
        assert simulator.endpoint.startswith("http://127.0.0.1:")


def test_before_its_start_a_simulator_has_no_address() -> None:
    with pytest.raises(RuntimeError, match="started"):
        _ = Simulator().endpoint


def test_two_simulators_know_nothing_of_each_other(connect: Connect) -> None:
    with Simulator() as one, Simulator() as other:
        connect(one).queue(name="mine")
        assert "QueueUrls" not in connect(other).sqs.list_queues()


def test_a_port_in_use_is_an_error_at_start() -> None:
    with Simulator() as first:
        port = int(first.endpoint.rpartition(":")[2])
        with pytest.raises(OSError, match="in use"):
            Simulator(port).start()


def test_a_stop_ends_long_polls_and_is_quick(connect: Connect) -> None:
    before = set(threading.enumerate())
    simulator = Simulator().start()
    shop = connect(simulator)
    url = shop.queue()

    def poll() -> None:
        shop.sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20)

    waiting = threading.Thread(target=poll)
    waiting.start()
    while not simulator.calls["ReceiveMessage"]:
        time.sleep(0.01)
    simulator.stop()
    waiting.join(5)
    assert not waiting.is_alive()
    left = {thread.name for thread in set(threading.enumerate()) - before}
    assert not left & {"sqs-accept", "sqs-connection"}


def test_a_queue_deleted_under_a_long_poll_ends_it_at_once(connect: Connect) -> None:
    with Simulator() as simulator:
        shop = connect(simulator)
        url = shop.queue()
        timer = threading.Timer(0.2, connect(simulator).sqs.delete_queue, (), {"QueueUrl": url})
        timer.start()
        simulator.clock.freeze()  # so that only the deletion can end the poll
        with refused("QueueDoesNotExist"):
            shop.poll(url, WaitTimeSeconds=20)
        timer.join()


def test_an_outage_ends_with_everything_still_there(connect: Connect) -> None:
    simulator = Simulator(seed=1).start()
    shop = connect(simulator)
    url = shop.queue()
    shop.send(url, "survives")
    simulator.stop()
    with pytest.raises(EndpointConnectionError):
        shop.poll(url)
    with simulator:
        assert bodies(shop.poll(url)) == ["survives"]


def test_a_simulator_may_have_another_region_and_account(connect: Connect) -> None:
    with Simulator(region="eu-west-1", account="123456789012") as simulator:
        shop = connect(simulator)
        url = shop.queue(name="q")
        assert url.endswith("/123456789012/q")
        assert shop.arn(url) == "arn:aws:sqs:eu-west-1:123456789012:q"


def test_how_long_a_deleted_name_is_taken_can_be_set(connect: Connect) -> None:
    with Simulator(recently_deleted=0) as simulator:
        shop = connect(simulator)
        shop.sqs.delete_queue(QueueUrl=shop.queue(name="q"))
        assert shop.queue(name="q")
