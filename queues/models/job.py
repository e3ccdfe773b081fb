"""A job is a row; Celery only rings. Who works on it is decided here, by compare-and-set."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.utils import timezone


def lease() -> timedelta:
    """A worker that could not renew its lease for so long has lost the job."""
    return timedelta(seconds=settings.SQSDASH["SQSDASH_JOB_LEASE_SECONDS"])


def ring_again() -> timedelta:
    """A queued job whose bell nobody heard is rung again after so long."""
    return timedelta(seconds=settings.SQSDASH["SQSDASH_JOB_RING_AGAIN_SECONDS"])


PHASES = {
    "receiving": "Receiving",
    "proving": "Making sure that nothing is left",
    "releasing": "Putting messages back",
    "sending": "Sending",
}


class JobQuerySet(models.QuerySet["Job"]):
    def active(self) -> JobQuerySet:
        return self.filter(state__in=Job.ACTIVE)

    def claimable(self) -> JobQuerySet:
        now = timezone.now()
        return self.filter(
            Q(state=Job.State.QUEUED) | Q(state=Job.State.RUNNING, lease_until__lt=now)
        )

    def unheard(self) -> JobQuerySet:
        """Jobs that wait for a worker and were last rung for too long ago."""
        return self.claimable().filter(rung_at__lt=timezone.now() - ring_again())


class Job(models.Model):
    class Kind(models.TextChoices):
        DUMP = "dump", "Dump"
        CLEAR = "clear", "Clear"
        DELETE = "delete", "Delete selected"
        MOVE = "move", "Move"
        REDRIVE = "redrive", "Redrive"
        RESTORE = "restore", "Restore"
        RESEND = "resend", "Edit and resend"

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    ACTIVE = (State.QUEUED, State.RUNNING)
    # They take messages out of a queue, after storing them; so they can be undone.
    TAKE_AWAY = (Kind.CLEAR, Kind.DELETE, Kind.MOVE, Kind.REDRIVE, Kind.RESEND)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20, choices=Kind)
    connection = models.SlugField()
    queue_name = models.CharField(max_length=80)
    target_name = models.CharField(max_length=80, blank=True, help_text="where messages are moved")
    options = models.JSONField(default=dict)
    dump_id = models.UUIDField(null=True, help_text="the dump it fills or restores, in the store")
    undo_of = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="undos")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    state = models.CharField(max_length=20, choices=State, default=State.QUEUED)
    cancel_requested = models.BooleanField(default=False)
    rung_at = models.DateTimeField(default=timezone.now)
    owner = models.CharField(max_length=120, blank=True)
    epoch = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)

    phase = models.CharField(max_length=40, blank=True)
    expected = models.PositiveBigIntegerField(null=True, help_text="approximate, from SQS's counts")
    stored = models.PositiveBigIntegerField(default=0)
    settled = models.PositiveBigIntegerField(default=0, help_text="deleted, or sent")
    skipped = models.PositiveBigIntegerField(default=0, help_text="do not match the filter")
    cannot_judge = models.PositiveBigIntegerField(default=0)
    failed = models.PositiveBigIntegerField(default=0)
    possible_duplicates = models.PositiveBigIntegerField(default=0)
    released = models.PositiveBigIntegerField(default=0)
    held = models.PositiveBigIntegerField(default=0, help_text="hidden from consumers now")
    held_until = models.DateTimeField(null=True, help_text="when the last of them reappears")
    requests = models.PositiveBigIntegerField(default=0)
    requests_by_operation = models.JSONField(default=dict)
    dollars = models.FloatField(default=0.0, help_text="of the requests made, at list price")
    rate = models.FloatField(null=True, help_text="messages a second, lately")
    verdict = models.CharField(max_length=20, blank=True)
    progress_at = models.DateTimeField(null=True)
    sentence = models.TextField(blank=True, help_text="how it ended, and why")

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["state", "rung_at"], name="job_by_state")]
        constraints = [
            # Two sweeps of one queue would blind each other.
            models.UniqueConstraint(
                fields=["connection", "queue_name"],
                condition=Q(state="running"),
                name="one_running_job_per_queue",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.queue_name}"

    @property
    def active(self) -> bool:
        return self.state in self.ACTIVE

    @property
    def seen(self) -> int:
        """Messages that came so far, each counted once; of a restore, those it is through with."""
        if self.kind == self.Kind.RESTORE:
            return self.settled + self.failed
        return self.stored + self.skipped + self.cannot_judge

    @property
    def found(self) -> int:
        """Of those expected: where messages were chosen, only these count."""
        return self.stored if self.options.get("selection") else self.seen

    @property
    def exact(self) -> bool:
        """`expected` is no count of SQS's: it is known what is to be sent, or was chosen."""
        return self.kind == self.Kind.RESTORE or bool(self.options.get("selection"))

    @property
    def percent(self) -> int | None:
        """Done so far, of an approximate number; 100 only once it has ended."""
        if not self.active:
            return 100
        if not self.expected:
            return None
        return min(99, self.found * 100 // self.expected)

    @property
    def activity(self) -> str:
        """What is being done now, in words."""
        if self.state == self.State.QUEUED:
            first = self.in_the_way()
            return (
                f"Waiting for another job on this queue to end: {first}"
                if first
                else ("Waiting for a worker")
            )
        if self.silent_since:
            return "No sign of life of its worker"
        return PHASES.get(self.phase, "Starting")

    @property
    def silent_since(self) -> datetime | None:
        """When its worker was last heard of, if that is longer ago than two heartbeats."""
        if self.state != self.State.RUNNING or self.lease_until is None:
            return None
        heard, every = self.lease_until - lease(), settings.SQSDASH["SQSDASH_JOB_HEARTBEAT_SECONDS"]
        return heard if timezone.now() - heard > timedelta(seconds=2 * every) else None

    @property
    def taken_up_by(self) -> datetime | None:
        """By when another worker goes on with it, where one is there: the lease ends, and whoever
        looks for such jobs comes round."""
        round_ = timedelta(seconds=settings.SQSDASH["SQSDASH_REAP_SECONDS"])
        return self.lease_until and self.lease_until + round_

    def in_the_way(self) -> Job | None:
        """The job that works on the same queue now; this one's turn comes after it."""
        running = Job.objects.filter(
            connection=self.connection, queue_name=self.queue_name, state=self.State.RUNNING
        )
        return running.exclude(pk=self.pk).first()

    def next_in_line(self) -> Job | None:
        """The job that waits longest for the same queue."""
        waiting = Job.objects.filter(
            connection=self.connection, queue_name=self.queue_name, state=self.State.QUEUED
        )
        return waiting.exclude(pk=self.pk).order_by("created_at").first()

    def claim(self, owner: str) -> bool:
        """Become the one who works on it, unless another does, or another job works on its queue.
        Raises the epoch: the fence."""
        now = timezone.now()
        try:
            with transaction.atomic():
                claimed = (
                    Job.objects.claimable()
                    .filter(pk=self.pk)
                    .update(
                        state=self.State.RUNNING,
                        owner=owner,
                        epoch=F("epoch") + 1,
                        attempts=F("attempts") + 1,
                        lease_until=now + lease(),
                        started_at=now if self.started_at is None else self.started_at,
                    )
                )
        except IntegrityError:
            return False
        if claimed:
            self.refresh_from_db()
        return bool(claimed)

    def write(self, **changes: Any) -> bool:
        """Change the row as its owner. False: another epoch owns it now, so stop at once."""
        return bool(
            Job.objects.filter(pk=self.pk, epoch=self.epoch, state=self.State.RUNNING).update(
                **changes
            )
        )

    def finish(self, state: Job.State, sentence: str, **changes: Any) -> bool:
        now = timezone.now()
        return self.write(
            state=state,
            sentence=sentence,
            finished_at=now,
            progress_at=now,
            lease_until=None,
            phase="",
            **changes,
        )

    def hand_back(self) -> bool:
        """Let another worker go on with it: this one is asked to stop, which is no failure."""
        return self.write(
            state=self.State.QUEUED,
            lease_until=None,
            owner="",
            phase="",
            held=0,
            attempts=F("attempts") - 1,
            rung_at=timezone.now() - ring_again(),
        )
