"""A queue to look at, messages in it, and a second person."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from queues.models import Job
from queues.tasks import run_job
from simulator import Simulator

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

QUEUE = "/connections/local/queues/orders/"


@pytest.fixture
def orders(sqs: SQSClient) -> str:
    """The URL of a standard queue named `orders`."""
    return sqs.create_queue(QueueName="orders")["QueueUrl"]


@pytest.fixture
def noor(db: None) -> Client:
    """Another person's browser, signed in."""
    client = Client()
    client.force_login(User.objects.create_user("noor", password="noor's password"))
    return client


@pytest.fixture
def counts_settle(simulator: Simulator) -> None:
    """Counts tell the truth at once, for what is not about their lag."""
    simulator.faults.add("stale_counts", seconds=0.0)


@pytest.fixture
def bells(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The jobs that were rung for, while no worker listens."""
    rung: list[str] = []

    def note(args: list[str], **_: object) -> None:
        rung.extend(args)

    monkeypatch.setattr(run_job, "apply_async", note)
    return rung


MakeQueue = Callable[..., str]


@pytest.fixture
def make_queue(sqs: SQSClient) -> MakeQueue:
    """Creates queues by name; `dead_letters="dead", tries=3` names where letters die, and when."""

    def make(name: str, *, dead_letters: str = "", tries: int = 3, **attributes: str) -> str:
        if dead_letters:
            url = sqs.get_queue_url(QueueName=dead_letters)["QueueUrl"]
            target = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
            arn = target["Attributes"]["QueueArn"]
            policy = {"deadLetterTargetArn": arn, "maxReceiveCount": tries}
            attributes["RedrivePolicy"] = json.dumps(policy)
        if name.endswith(".fifo"):
            attributes["FifoQueue"] = "true"
        return sqs.create_queue(QueueName=name, Attributes=cast(Any, attributes))["QueueUrl"]

    return make


class Worker:
    """Does the jobs that were rung for, one after another, where the test asks it to."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator

    def __call__(self, bells: list[str]) -> Job:
        """The last of them, done."""
        while bells:
            job_id = bells.pop(0)
            run_job(job_id)
        return Job.objects.get(pk=job_id)

    def left(self, queue_name: str) -> list[str]:
        """The bodies that are visible in a queue now, and nothing may be hidden there."""
        messages = self.simulator.messages(queue_name)
        assert {message.state for message in messages} <= {"available"}
        return sorted((message.body for message in messages), key=lambda body: (len(body), body))


@pytest.fixture
def worker(simulator: Simulator, transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Worker:
    """Its proof that nothing is left takes two polls of a second on two threads."""
    for name, value in {"SWEEP_WAIT_SECONDS": 1, "SWEEP_THREADS": 2}.items():
        monkeypatch.setitem(settings.SQSDASH, f"SQSDASH_{name}", value)
    return Worker(simulator)
