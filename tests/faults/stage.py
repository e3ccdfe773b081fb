"""What a run stands on: a folder, a simulator over HTTP, databases, and Django set up for them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import django
from botocore.config import Config

from simulator import Simulator
from tests.faults import databases, pace
from tests.faults.letters import Letter
from tests.faults.nursery import Nursery
from tests.faults.servers import Postgres, Redis
from tests.running.dashboard import clean_environment

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

CONNECTION = "local"
BACKENDS = ("sqlite", "postgres")


class Stage:
    """`environment`: of every process that works here. `logs`: where they say what they did.
    `server`, `broker`: a PostgreSQL and a Redis of this run's own, if it asked for them."""

    nursery: Nursery

    def __init__(
        self,
        folder: Path,
        simulator: Simulator,
        settings: Mapping[str, str],
        server: Postgres | None,
        broker: Redis | None,
    ) -> None:
        self.server, self.broker = server, broker
        self.folder = folder
        self.simulator = simulator
        self.logs = folder / "logs"
        self.logs.mkdir()
        self.settings = dict(settings)
        self.sqs: SQSClient = boto3.client(
            "sqs",
            region_name="us-east-1",
            endpoint_url=simulator.endpoint,
            aws_access_key_id="any",
            aws_secret_access_key="any",
            config=Config(retries={"total_max_attempts": 1, "mode": "standard"}),
        )

    @property
    def simulator_faults(self) -> int:
        return sum(self.simulator.faults.fired.values())

    @property
    def environment(self) -> dict[str, str]:
        return clean_environment() | self.settings

    def queue(self, name: str, **attributes: str) -> str:
        """A new queue's URL."""
        if name.endswith(".fifo"):
            attributes["FifoQueue"] = "true"
        given: Any = attributes
        return self.sqs.create_queue(QueueName=name, Attributes=given)["QueueUrl"]

    def url(self, name: str) -> str:
        return self.sqs.get_queue_url(QueueName=name)["QueueUrl"]

    def undelay(self, name: str) -> None:
        self.sqs.set_queue_attributes(QueueUrl=self.url(name), Attributes={"DelaySeconds": "0"})

    def post(self, url: str, letters: Iterable[Letter]) -> None:
        """Sends; raises unless SQS has acknowledged every one."""
        waiting = list(letters)
        for start in range(0, len(waiting), 10):
            entries: Any = [
                {"Id": str(at), **request_of(letter, fifo=url.endswith(".fifo"))}
                for at, letter in enumerate(waiting[start : start + 10])
            ]
            answer = self.sqs.send_message_batch(QueueUrl=url, Entries=entries)
            if answer.get("Failed"):
                raise RuntimeError(f"not sent: {answer['Failed']}")


def request_of(letter: Letter, *, fifo: bool) -> dict[str, Any]:
    request: dict[str, Any] = {"MessageBody": letter.body}
    if letter.attributes:
        request["MessageAttributes"] = {
            name: {"DataType": data_type, _kind_of(value): value}
            for name, (data_type, value) in letter.attributes.items()
        }
    if letter.group is not None:
        request["MessageGroupId"] = letter.group
    if fifo:
        request["MessageDeduplicationId"] = letter.key
    if letter.trace is not None:
        trace = {"DataType": "String", "StringValue": letter.trace}
        request["MessageSystemAttributes"] = {"AWSTraceHeader": trace}
    return request


def _kind_of(value: str | bytes) -> str:
    return "StringValue" if isinstance(value, str) else "BinaryValue"


@contextmanager
def set_up(
    backend: str, seed: int, *, own_server: bool = False, own_broker: bool = False
) -> Iterator[Stage]:
    """Once in a process: Django's settings are made here. `own_broker`: a Redis of this run's own;
    otherwise the broker is the one that needs no server."""
    with ExitStack() as stack:
        root = stack.enter_context(
            tempfile.TemporaryDirectory(prefix="sqsdash-faults-", ignore_cleanup_errors=True)
        )
        folder = Path(root) / "data"
        folder.mkdir()
        urls: Mapping[str, str]
        if backend == "sqlite":
            urls, server = stack.enter_context(databases.sqlite(folder))
        else:
            made = databases.postgres(folder, one=bool(seed % 2), own=own_server)
            urls, server = stack.enter_context(made)
        settings = pace.SETTINGS | dict(urls)
        broker = None
        if own_broker:
            broker = Redis(folder.with_name("redis")).start()
            stack.callback(broker.kill)
            settings["CELERY_BROKER_URL"] = broker.url
        simulator = stack.enter_context(Simulator(seed=seed, count_lag=0.05, recently_deleted=0.0))
        stage = Stage(
            folder,
            simulator,
            {
                "DJANGO_SETTINGS_MODULE": "sqsdash.settings",
                "SQSDASH_DATA_DIR": str(folder),
                "SQSDASH_EMBEDDED_SQS": "on",
                "SQSDASH_EMBEDDED_SQS_PORT": simulator.endpoint.rpartition(":")[2],
                **{name: str(value) for name, value in settings.items()},
            },
            server,
            broker,
        )
        os.environ.clear()
        os.environ.update(stage.environment)
        django.setup()
        stage.nursery = stack.enter_context(closing(Nursery()))
        yield stage
