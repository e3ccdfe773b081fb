"""A simulator of one's own for each test, and a plain boto3 client to use it with."""

from collections.abc import Iterator
from typing import Any, Protocol

import boto3
import pytest
from botocore.config import Config

from simulator import Simulator
from tests.contract.shop import Shop


class Connect(Protocol):
    def __call__(self, simulator: Simulator, *, read_timeout: float = 30) -> Shop: ...


@pytest.fixture(scope="session")
def session() -> boto3.Session:
    return boto3.Session("AKIDEXAMPLE", "secret", region_name="us-east-1")


@pytest.fixture
def connect(session: boto3.Session) -> Connect:
    def to(simulator: Simulator, *, read_timeout: float = 30) -> Shop:
        config = Config(
            retries={"total_max_attempts": 1, "mode": "standard"}, read_timeout=read_timeout
        )
        client: Any = session.client("sqs", endpoint_url=simulator.endpoint, config=config)
        return Shop(client, samples=True)

    return to


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with Simulator(seed=7) as running:
        yield running


@pytest.fixture
def shop(simulator: Simulator, connect: Connect) -> Shop:
    return connect(simulator)
