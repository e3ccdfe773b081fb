"""A queue to look at, messages in it, and a second person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User
from django.test import Client

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
