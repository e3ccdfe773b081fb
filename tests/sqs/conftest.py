"""An SQS of each test's own, and a client for it as the dashboard makes them."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from queues.sqs.client import Keys, connect
from queues.sqs.queues import create_queue
from queues.sqs.types import Queue
from simulator import Simulator
from tests.sqs.hurry import hurried

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

KEYS = Keys("AKIDEXAMPLE", "secret")


@pytest.fixture
def sim() -> Iterator[Simulator]:
    with Simulator(seed=2012, count_lag=0) as running:
        yield running


@pytest.fixture
def client(sim: Simulator) -> "SQSClient":
    return connect("us-east-1", endpoint_url=sim.endpoint, keys=KEYS)


@pytest.fixture
def new_queue(client: "SQSClient") -> Callable[..., Queue]:
    def create(name: str = "orders", **attributes: str) -> Queue:
        return create_queue(client, name, attributes=attributes)[0]

    return create


@pytest.fixture
def orders(new_queue: Callable[..., Queue]) -> Queue:
    return new_queue()


@pytest.fixture
def in_a_hurry(sim: Simulator) -> Iterator[None]:
    with hurried(sim.clock):
        yield
