"""The sampler: one round for everybody who looks, of what they look at, without any receive."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db.models import F
from django.utils import timezone

from queues.jobs.sample import NEW_AT_ONCE, sample_all
from queues.models import ConnectionStatus, Queue
from simulator import Simulator

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def watched(sqs: SQSClient, simulator: Simulator) -> SQSClient:
    """Somebody has the list open, and counts do not lag."""
    simulator.faults.add("stale_counts", seconds=0.0)
    ConnectionStatus.look("local")
    return sqs


def make(sqs: SQSClient, *names: str) -> None:
    for name in names:
        sqs.create_queue(QueueName=name)


def url(sqs: SQSClient, name: str) -> str:
    return sqs.get_queue_url(QueueName=name)["QueueUrl"]


def later(seconds: float) -> None:
    """Let what was seen grow that old."""
    ago = timedelta(seconds=seconds)
    ConnectionStatus.objects.update(listed_at=F("listed_at") - ago)
    Queue.objects.update(observed_at=F("observed_at") - ago)


def available() -> dict[str, int | None]:
    return dict(Queue.objects.values_list("name", "available"))


def test_nobody_looks_and_nothing_is_asked(sqs: SQSClient, simulator: Simulator, db: None) -> None:
    make(sqs, "orders")
    before = simulator.calls
    sample_all()
    ConnectionStatus.look("local")
    ConnectionStatus.objects.update(in_view_until=timezone.now() - timedelta(seconds=1))
    sample_all()
    assert simulator.calls == before


def test_the_first_round_counts_every_queue_once(watched: SQSClient, simulator: Simulator) -> None:
    make(watched, "orders", "mails")
    watched.send_message(QueueUrl=url(watched, "orders"), MessageBody="hello")
    sample_all()
    assert available() == {"orders": 1, "mails": 0}
    assert simulator.calls["GetQueueAttributes"] == 2
    assert simulator.calls["ListQueues"] == 1


def test_afterwards_only_what_is_in_view_is_counted(
    watched: SQSClient, simulator: Simulator
) -> None:
    make(watched, "orders", "mails")
    sample_all()
    for name in ("orders", "mails"):
        watched.send_message(QueueUrl=url(watched, name), MessageBody="hello")
    Queue.objects.filter(name="orders").look()
    later(60)
    sample_all()
    assert available() == {"orders": 1, "mails": 0}


def test_counts_that_are_fresh_are_not_asked_for_again(
    watched: SQSClient, simulator: Simulator
) -> None:
    make(watched, "orders")
    sample_all()
    Queue.objects.all().look()
    before = simulator.calls
    for _ in range(5):
        sample_all()
    assert simulator.calls == before


def test_a_sampler_at_work_keeps_others_away_until_it_must_be_dead(
    watched: SQSClient, simulator: Simulator
) -> None:
    make(watched, "orders")
    before = simulator.calls
    ConnectionStatus.objects.update(sampling_until=timezone.now() + timedelta(seconds=30))
    sample_all()
    assert simulator.calls == before
    ConnectionStatus.objects.update(sampling_until=timezone.now() - timedelta(seconds=1))
    sample_all()
    assert available() == {"orders": 0}


def test_a_round_that_breaks_does_not_keep_the_next_away(
    watched: SQSClient, simulator: Simulator
) -> None:
    make(watched, "orders")
    simulator.faults.add("access_denied", "ListQueues", count=1)
    sample_all()
    assert "not allowed" in ConnectionStatus.objects.get().failure
    sample_all()
    assert available() == {"orders": 0}
    assert not ConnectionStatus.objects.get().down


def test_no_message_is_ever_received(watched: SQSClient, simulator: Simulator) -> None:
    make(watched, "orders")
    watched.send_message(QueueUrl=url(watched, "orders"), MessageBody="hello")
    for _ in range(5):
        Queue.objects.all().look()
        sample_all()
        later(10)
    assert simulator.calls["ReceiveMessage"] == 0
    assert simulator.messages("orders")[0].receive_count == 0


def test_a_queue_made_elsewhere_appears_and_one_deleted_elsewhere_goes(
    watched: SQSClient,
) -> None:
    make(watched, "orders", "mails")
    sample_all()
    make(watched, "invoices")
    watched.delete_queue(QueueUrl=url(watched, "mails"))
    later(60)
    sample_all()
    assert available().keys() == {"orders", "invoices"}


def test_a_queue_deleted_and_made_again_elsewhere_is_the_new_one(
    watched: SQSClient, simulator: Simulator
) -> None:
    make(watched, "orders")
    sample_all()
    old = Queue.objects.get()
    watched.delete_queue(QueueUrl=old.url)
    simulator.clock.advance(61)
    make(watched, "orders")
    Queue.objects.all().look()
    later(60)
    sample_all()
    created = Queue.objects.get().sqs_created_at
    assert created
    assert old.sqs_created_at
    assert created > old.sqs_created_at


def test_a_queue_deleted_between_listing_and_counting_goes_at_once(watched: SQSClient) -> None:
    make(watched, "orders")
    sample_all()
    watched.delete_queue(QueueUrl=url(watched, "orders"))
    Queue.objects.all().look()
    Queue.objects.update(observed_at=F("observed_at") - timedelta(seconds=10))
    sample_all()
    assert available() == {}


def test_one_queue_that_may_not_be_asked_keeps_its_counts_and_says_why(
    watched: SQSClient, simulator: Simulator
) -> None:
    make(watched, "orders", "secret")
    watched.send_message(QueueUrl=url(watched, "secret"), MessageBody="hello")
    sample_all()
    simulator.faults.add("access_denied", "GetQueueAttributes", "secret")
    watched.send_message(QueueUrl=url(watched, "orders"), MessageBody="hello")
    Queue.objects.all().look()
    later(60)
    sample_all()
    assert available() == {"orders": 1, "secret": 1}
    secret = Queue.objects.get(name="secret")
    assert "not allowed" in secret.failure
    assert secret.observed_at
    assert timezone.now() - secret.observed_at > timedelta(seconds=55)
    assert not Queue.objects.get(name="orders").failure


def test_a_queue_that_answers_again_loses_its_complaint(
    watched: SQSClient, simulator: Simulator
) -> None:
    make(watched, "orders")
    simulator.faults.add("access_denied", "GetQueueAttributes", count=1)
    sample_all()
    assert Queue.objects.get().failure
    Queue.objects.all().look()
    sample_all()
    assert not Queue.objects.get().failure
    assert available() == {"orders": 0}


def test_queues_that_never_answered_are_not_asked_on_and_on_unless_in_view(
    watched: SQSClient, simulator: Simulator
) -> None:
    make(watched, "orders")
    simulator.faults.add("access_denied", "GetQueueAttributes")
    for _ in range(5):
        sample_all()
    assert simulator.calls["GetQueueAttributes"] == 1


def test_a_great_many_new_queues_are_counted_some_at_a_time(
    watched: SQSClient, simulator: Simulator
) -> None:
    make(watched, *(f"queue-{n}" for n in range(NEW_AT_ONCE + 20)))
    sample_all()
    assert simulator.calls["GetQueueAttributes"] == NEW_AT_ONCE
    sample_all()
    assert simulator.calls["GetQueueAttributes"] == NEW_AT_ONCE + 20
    assert None not in available().values()


def test_more_queues_than_one_listing_tells_are_all_found(
    watched: SQSClient, simulator: Simulator
) -> None:
    for number in range(1005):
        watched.create_queue(QueueName=f"queue-{number}")
    sample_all()
    assert Queue.objects.count() == 1005
    assert simulator.calls["ListQueues"] == 2
