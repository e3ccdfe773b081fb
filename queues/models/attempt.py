"""An attempt: one worker's go at a job."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from queues.models.job import Job


class Attempt(models.Model):
    """`number` is the epoch of the job's claim. `ending` is empty while it goes on."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="tries")
    number = models.PositiveIntegerField()
    worker = models.CharField(max_length=120)
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    ending = models.TextField(blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["job", "number"], name="one_attempt_an_epoch")
        ]

    def __str__(self) -> str:
        return f"Attempt {self.number} of {self.job_id}"

    @classmethod
    def begin(cls, job: Job) -> Attempt:
        """Whoever tried before and did not say how it ended, has died."""
        now = timezone.now()
        cls.objects.filter(job=job, ended_at=None).update(
            ended_at=now, ending="Its worker died, or was cut off from the database."
        )
        return cls.objects.create(job=job, number=job.epoch, worker=job.owner)

    def end(self, how: str) -> None:
        self.ended_at, self.ending = timezone.now(), how
        self.save(update_fields=["ended_at", "ending"])
