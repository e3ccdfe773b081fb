"""What was last seen, and how far a job is: small truths that pages rest on."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from queues.models import ConnectionStatus, Job, Queue
from queues.sqs.types import Queue as SqsQueue

pytestmark = pytest.mark.django_db(databases="__all__")

NOW = timezone.now()
BEFORE = NOW - timedelta(minutes=1)


@pytest.mark.parametrize(
    ("listed", "failed", "down"),
    [
        (None, None, False),
        (NOW, None, False),
        (None, NOW, True),
        (BEFORE, NOW, True),
        (NOW, BEFORE, False),
    ],
)
def test_a_connection_is_down_when_its_newest_listing_failed(
    listed: datetime | None, failed: datetime | None, down: bool
) -> None:
    status = ConnectionStatus(connection="local", listed_at=listed, failed_at=failed)
    assert status.down is down


def test_what_is_seen_of_a_queue_replaces_what_was_seen_before() -> None:
    def see(available: int) -> Queue:
        attributes = {
            "ApproximateNumberOfMessages": str(available),
            "ApproximateNumberOfMessagesNotVisible": "2",
            "ApproximateNumberOfMessagesDelayed": "1",
            "CreatedTimestamp": "1795460000",
        }
        seen = SqsQueue(url="http://x/0/orders", name="orders", attributes=attributes)
        return Queue.objects.observe("local", seen)

    see(7)
    Queue.objects.update(failure="It failed.")
    queue = see(9)
    assert Queue.objects.count() == 1
    assert queue.counts
    assert (queue.counts.available, queue.counts.total) == (9, 12)
    assert queue.failure == ""


def test_a_queue_of_one_connection_is_not_anothers() -> None:
    for connection in ("local", "prod"):
        Queue.objects.create(connection=connection, name="orders", dead_letter_target="dead")
    dead = Queue.objects.create(connection="prod", name="dead")
    assert [source.connection for source in dead.sources] == ["prod"]


@pytest.mark.parametrize(
    ("state", "stored", "expected", "percent"),
    [
        ("queued", 0, None, None),
        ("running", 0, 0, None),
        ("running", 0, 200, 0),
        ("running", 50, 200, 25),
        ("running", 200, 200, 99),
        ("running", 500, 200, 99),
        ("done", 0, None, 100),
        ("failed", 3, 200, 100),
    ],
)
def test_progress_is_never_all_of_it_before_the_end(
    state: str, stored: int, expected: int | None, percent: int | None
) -> None:
    assert Job(state=state, stored=stored, expected=expected).percent == percent
