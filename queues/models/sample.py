"""Samples: counts of one queue at one moment, kept for half an hour, taken while somebody looks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta

from django.db import models
from django.utils import timezone

from queues.models.observed import Queue

KEPT = timedelta(minutes=30)
APART = timedelta(seconds=20)


class SampleQuerySet(models.QuerySet["Sample"]):
    def take(self, queues: Iterable[Queue]) -> None:
        """Keep the counts these queues have now, unless their last sample is still fresh."""
        now = timezone.now()
        fresh = set(self.filter(at__gt=now - APART).values_list("queue_id", flat=True))
        self.bulk_create(
            Sample(queue=queue, at=now, available=queue.available)
            for queue in queues
            if queue.pk not in fresh and queue.available is not None
        )

    def of_each(self, queues: Iterable[Queue]) -> dict[int, list[Sample]]:
        """The samples of these queues that are still kept, oldest first, by the queue's key."""
        since = timezone.now() - KEPT
        found: dict[int, list[Sample]] = defaultdict(list)
        for sample in self.filter(queue__in=queues, at__gt=since).order_by("at"):
            found[sample.queue_id].append(sample)
        return found

    def old(self) -> SampleQuerySet:
        return self.filter(at__lt=timezone.now() - KEPT)


class Sample(models.Model):
    queue = models.ForeignKey(Queue, on_delete=models.CASCADE, related_name="samples")
    at = models.DateTimeField()
    available = models.PositiveBigIntegerField()

    objects = SampleQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["queue", "at"], name="samples_of_a_queue")]

    def __str__(self) -> str:
        return f"{self.queue} at {self.at:%H:%M:%S}: {self.available}"
