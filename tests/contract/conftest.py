"""One suite, two servers: what a plain boto3 client can tell about an SQS."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.config import Config
from moto.server import ThreadedMotoServer

from simulator import Clock, Simulator
from tests.contract.known_gaps import KNOWN_GAPS
from tests.contract.shop import Shop

if TYPE_CHECKING:
    from mypy_boto3_sqs.client import SQSClient

SERVERS = ("simulator", "moto")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "server" in metafunc.fixturenames:
        metafunc.parametrize("server", SERVERS, scope="session")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Strict: a gap that closes makes its entry in the list a failure."""
    for item in items:
        if not isinstance(item, pytest.Function) or not hasattr(item, "callspec"):
            continue
        server = str(item.callspec.params.get("server"))
        # A test with further parameters is named with them where only some fail.
        full_name = item.name.replace(f"[{server}]", "").replace(f"[{server}-", "[")
        gaps = KNOWN_GAPS.get(server, {})
        reason = gaps.get(full_name, gaps.get(item.originalname))
        if reason is not None:
            item.add_marker(pytest.mark.xfail(reason=reason, strict=True))


@pytest.fixture(scope="session")
def simulator() -> Iterator[Simulator]:
    with Simulator(seed=2012) as running:
        yield running


@pytest.fixture(scope="session")
def moto_endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="session")
def sqs(server: str, request: pytest.FixtureRequest) -> "SQSClient":
    if server == "simulator":
        endpoint = request.getfixturevalue("simulator").endpoint
    else:
        endpoint = request.getfixturevalue("moto_endpoint")
    return boto3.client(
        "sqs",
        region_name="us-east-1",
        endpoint_url=endpoint,
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="secret",
        config=Config(retries={"total_max_attempts": 1, "mode": "standard"}),
    )


@pytest.fixture
def shop(sqs: "SQSClient", server: str) -> Shop:
    return Shop(sqs, samples=server == "simulator")


@pytest.fixture
def clock(server: str, request: pytest.FixtureRequest) -> Clock:
    if server != "simulator":
        pytest.skip(f"{server} has no clock that a test could turn")
    running: Simulator = request.getfixturevalue("simulator")
    return running.clock
