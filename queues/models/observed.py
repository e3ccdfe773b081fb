"""What was last seen of a connection and its queues: never the truth, always with its age."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone

from queues.sqs import names
from queues.sqs.types import Counts
from queues.sqs.types import Queue as SqsQueue

# A page asks again every three seconds; after this long without one, nobody is looking.
IN_VIEW = timedelta(seconds=20)


class ConnectionStatus(models.Model):
    """How the last listing of a connection's queues went, and whether a page waits for the next."""

    connection = models.SlugField(primary_key=True)
    listed_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    failure = models.TextField(blank=True)
    in_view_until = models.DateTimeField(null=True)
    sampling_until = models.DateTimeField(null=True, help_text="lease of the sampler at work")

    class Meta:
        verbose_name_plural = "connection statuses"

    def __str__(self) -> str:
        return self.connection

    @property
    def down(self) -> bool:
        """The newest listing failed: what is shown is from before."""
        return self.failed_at is not None and (
            self.listed_at is None or self.failed_at > self.listed_at
        )

    @classmethod
    def look(cls, connection: str) -> ConnectionStatus:
        """Tell the sampler that somebody looks at this connection now."""
        status, _ = cls.objects.update_or_create(
            connection=connection, defaults={"in_view_until": timezone.now() + IN_VIEW}
        )
        return status


class QueueQuerySet(models.QuerySet["Queue"]):
    def of(self, connection: str) -> QueueQuerySet:
        return self.filter(connection=connection)

    def look(self) -> int:
        """Tell the sampler that these queues are on somebody's page now."""
        return self.update(in_view_until=timezone.now() + IN_VIEW)

    def observe(self, connection: str, seen: SqsQueue, at: datetime | None = None) -> Queue:
        """Keep what SQS said of a queue just now."""
        counts = seen.counts
        queue, _ = self.update_or_create(
            connection=connection,
            name=seen.name,
            defaults={
                "url": seen.url,
                "attributes": dict(seen.attributes),
                "available": counts.available,
                "in_flight": counts.in_flight,
                "delayed": counts.delayed,
                "dead_letter_target": seen.redrive.target_name if seen.redrive else "",
                "sqs_created_at": seen.created_at,
                "observed_at": at or timezone.now(),
                "failure": "",
            },
        )
        return queue


class Queue(models.Model):
    connection = models.SlugField()
    name = models.CharField(max_length=80)
    url = models.TextField(blank=True)
    attributes = models.JSONField(default=dict)
    available = models.PositiveBigIntegerField(null=True)
    in_flight = models.PositiveBigIntegerField(null=True)
    delayed = models.PositiveBigIntegerField(null=True)
    dead_letter_target = models.CharField(max_length=80, blank=True)
    sqs_created_at = models.DateTimeField(
        null=True, help_text="CreatedTimestamp: tells a recreated queue from the old one"
    )
    observed_at = models.DateTimeField(null=True)
    failure = models.TextField(blank=True, help_text="why the newest look at it failed")
    in_view_until = models.DateTimeField(null=True)

    objects = QueueQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["connection", "name"], name="one_row_per_queue")
        ]

    def __str__(self) -> str:
        return f"{self.connection}/{self.name}"

    @property
    def sqs(self) -> SqsQueue:
        """The service module's view of it, from what was last observed."""
        return SqsQueue(url=self.url, name=self.name, attributes=self.attributes)

    @property
    def counts(self) -> Counts | None:
        if self.available is None or self.in_flight is None or self.delayed is None:
            return None
        return Counts(self.available, self.in_flight, self.delayed)

    @property
    def fifo(self) -> bool:
        return names.is_fifo(self.name)

    @property
    def sources(self) -> models.QuerySet[Queue]:
        """The queues known to send their dead letters here."""
        return Queue.objects.filter(connection=self.connection, dead_letter_target=self.name)
