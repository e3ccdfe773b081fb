"""The shared sampler: asks SQS for counts of what is in view, once for everybody who looks."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from queues import connections
from queues.connections_file import Connection
from queues.models import ConnectionStatus, Queue, Sample
from queues.sqs.errors import QueueNotFound, SqsError
from queues.sqs.names import name_from_url
from queues.sqs.queues import get_attributes, get_queue, list_queues
from queues.sqs.types import Queue as SqsQueue

log = logging.getLogger(__name__)

THREADS = 8
# Names change seldom, and ListQueues is one call for a thousand of them.
LIST_EVERY = timedelta(seconds=6)
# Longer than one round may take: connect and read timeouts of a server that does not answer.
ROUND = timedelta(seconds=45)
# Queues never in view are asked for once, so that the whole list has counts, this many a round.
NEW_AT_ONCE = 200


def sample_all() -> None:
    """One round over every connection that somebody looks at."""
    now = timezone.now()
    for status in ConnectionStatus.objects.filter(in_view_until__gt=now):
        connection = connections.get(status.connection)
        if connection is not None and _claim(status):
            try:
                sample(connection)
            finally:
                ConnectionStatus.objects.filter(pk=status.pk).update(sampling_until=None)


def _claim(status: ConnectionStatus) -> bool:
    """One sampler per connection at a time, however many workers there are."""
    now = timezone.now()
    free = Q(sampling_until=None) | Q(sampling_until__lt=now)
    rows = ConnectionStatus.objects.filter(free, pk=status.pk)
    return bool(rows.update(sampling_until=now + ROUND))


def sample(connection: Connection) -> None:
    status, _ = ConnectionStatus.objects.get_or_create(connection=connection.slug)
    now = timezone.now()
    if status.listed_at is None or status.down or status.listed_at < now - LIST_EVERY:
        try:
            list_names(connection)
        except SqsError as error:
            fail(connection, error)
            return
    age = timedelta(seconds=settings.SQSDASH["SQSDASH_SAMPLE_SECONDS"])
    never_asked = Q(observed_at=None, failure="")
    old = Q(observed_at=None) | Q(observed_at__lt=now - age)
    due = Queue.objects.of(connection.slug).filter(never_asked | Q(old, in_view_until__gt=now))
    look_at(connection, due.order_by("observed_at")[:NEW_AT_ONCE])


def fail(connection: Connection, error: SqsError) -> None:
    ConnectionStatus.objects.filter(pk=connection.slug).update(
        failed_at=timezone.now(), failure=error.sentence
    )


def list_names(connection: Connection) -> None:
    """Bring the rows in line with the queues there are."""
    started = timezone.now()
    urls = {name_from_url(url): url for url in list_queues(connections.client(connection))}
    rows = Queue.objects.of(connection.slug)
    known = set(rows.values_list("name", flat=True))
    Queue.objects.bulk_create(
        [
            Queue(connection=connection.slug, name=name, url=url)
            for name, url in urls.items()
            if name not in known
        ],
        ignore_conflicts=True,
    )
    gone = known - urls.keys()
    # A queue made or opened a moment ago may not be listed yet.
    rows.filter(name__in=gone).exclude(observed_at__gt=started - timedelta(seconds=15)).delete()
    ConnectionStatus.objects.filter(pk=connection.slug).update(listed_at=started)


def look_at(connection: Connection, queues: Iterable[Queue]) -> None:
    client = connections.client(connection)

    def ask(row: Queue) -> tuple[Queue, SqsQueue | SqsError]:
        try:
            return row, get_attributes(client, row.url)
        except SqsError as error:
            return row, error

    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(ask, queues))
    # Threads only ask. What they heard is written here, at once: one commit, not one a queue.
    with transaction.atomic():
        keep(connection, answers)


def keep(connection: Connection, answers: Iterable[tuple[Queue, SqsQueue | SqsError]]) -> None:
    seen: list[Queue] = []
    for row, answer in answers:
        if isinstance(answer, QueueNotFound):
            row.delete()
        elif isinstance(answer, SqsError):
            Queue.objects.filter(pk=row.pk).update(failure=answer.sentence)
        else:
            seen.append(Queue.objects.observe(connection.slug, answer))
    Sample.objects.take(seen)


def look_at_one(connection: Connection, name: str) -> Queue:
    """A queue as SQS describes it now; what that says is kept. Raises SqsError."""
    try:
        seen = get_queue(connections.client(connection), name)
    except QueueNotFound:
        Queue.objects.of(connection.slug).filter(name=name).delete()
        raise
    return Queue.objects.observe(connection.slug, seen)
