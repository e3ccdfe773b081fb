"""Queues filled, and a job that dumps one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import User

from queues.connections_file import Connection
from queues.jobs.start import start
from queues.models import Dump, Job

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

# As a dump's, but its proof that nothing is left takes two polls of a second on two threads.
QUICK = {"wait": 1, "threads": 2, "visibility_timeout": 30}


@pytest.fixture
def orders(sqs: SQSClient) -> str:
    """The URL of a standard queue named `orders`."""
    return sqs.create_queue(QueueName="orders")["QueueUrl"]


def fill(sqs: SQSClient, url: str, bodies: Sequence[str]) -> None:
    for first in range(0, len(bodies), 10):
        entries: Any = [
            {"Id": str(at), "MessageBody": body}
            for at, body in enumerate(bodies[first : first + 10])
        ]
        assert not sqs.send_message_batch(QueueUrl=url, Entries=entries).get("Failed")


NewDump = Callable[..., Job]


@pytest.fixture
def new_dump(connection: Connection, mara: User, transactional_db: None) -> NewDump:
    """A job that waits: `new_dump()`, `new_dump(queue_name="mails", max_messages=10)`."""

    def make(queue_name: str = "orders", **options: Any) -> Job:
        dump = Dump.begin(Dump.Kind.DUMP, connection.slug, queue_name, "mara")
        return Job.objects.create(
            kind=Job.Kind.DUMP,
            connection=connection.slug,
            queue_name=queue_name,
            options=QUICK | options,
            dump_id=dump.pk,
            requested_by=mara,
        )

    return make


def dump_of(job: Job) -> Dump:
    assert job.dump_id
    return Dump.objects.get(pk=job.dump_id)


@pytest.fixture
def make(connection: Connection, mara: User) -> Callable[..., Job]:
    """A job that waits: `make("move", target_name="archive", visibility_timeout=3)`."""

    def new(kind: str, target_name: str = "", queue_name: str = "orders", **options: Any) -> Job:
        how = QUICK | options
        return start(kind, "local", queue_name, mara, options=how, target_name=target_name)

    return new
