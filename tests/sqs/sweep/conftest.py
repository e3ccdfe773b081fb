from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from queues.sqs.batches import send_batch
from queues.sqs.types import Outgoing, Queue
from simulator import Simulator
from tests.sqs.sweep.recorded import Recorded

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


@pytest.fixture
def recorded(sim: Simulator, client: "SQSClient", orders: Queue) -> Recorded:
    return Recorded(sim, client, orders)


@pytest.fixture
def fill(client: "SQSClient") -> Callable[[Queue, int], None]:
    def send(queue: Queue, number: int) -> None:
        result = send_batch(client, queue.url, [Outgoing(f"message {n}") for n in range(number)])
        assert result.failed == ()

    return send
