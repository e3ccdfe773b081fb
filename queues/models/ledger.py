"""The ledger: for each job, what became of each message. It stands beside the store's content.

A dump's messages are written once and never changed; a job's settlements change as it goes on.
A second job on the same dump has a ledger of its own.
"""

from __future__ import annotations

from uuid import UUID

from django.db import models
from django.db.models import Q

from queues.models.store import Dump


class Ledger(models.Model):
    """One row for each job, in the store. `epoch` is the fence on the store's side: whoever
    writes settlements or messages for a job raises or checks it in the same transaction, so a
    worker that was taken for dead cannot write after its successor began."""

    job_id = models.UUIDField(unique=True)
    dump = models.ForeignKey(Dump, on_delete=models.CASCADE, related_name="ledgers")
    epoch = models.PositiveIntegerField(default=0)
    possible_duplicates = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"Ledger of job {self.job_id}"


class SettlementQuerySet(models.QuerySet["Settlement"]):
    def of_job(self, job_id: UUID) -> SettlementQuerySet:
        return self.filter(ledger__job_id=job_id)

    def hidden(self) -> SettlementQuerySet:
        """Those that a job still hides from consumers, as far as the ledger knows."""
        return self.filter(state__in=Settlement.HOLDING).exclude(handle="")

    def moved(self) -> SettlementQuerySet:
        """Those that stand in the target now and no more where they came from: what undoing a
        move carries back. Of one that stands in both it would make two here."""
        return self.filter(state=Settlement.State.DELETED).exclude(target_id="")

    def taken_away(self) -> SettlementQuerySet:
        """Those that are gone from the queue, or may be: what undoing puts back."""
        return self.filter(state__in=(Settlement.State.DELETED, Settlement.State.UNKNOWN))


class Settlement(models.Model):
    """What a job did with one message.

    `number` counts the job's messages from 0, in the order they came. `ordinal` is the message's
    place in the dump, null where it was not stored: one that does not match a filter is only held
    until the pass ends. `message_id` is empty for messages of an upload that gave none.
    """

    class State(models.TextChoices):
        HELD = "held", "Held, not acted on"
        STORED = "stored", "Stored"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        DELETED = "deleted", "Deleted"
        RELEASED = "released", "Put back"
        FAILED = "failed", "Failed"
        # Its deletion was asked for, and nobody knows whether SQS carried it out.
        UNKNOWN = "unknown", "Not known"

    class Judgement(models.TextChoices):
        MATCHES = "", "Matches"
        DOES_NOT = "no", "Does not match"
        CANNOT_JUDGE = "cannot", "Cannot be judged"

    HOLDING = (
        State.HELD,
        State.STORED,
        State.SENDING,
        State.SENT,
        State.FAILED,
        State.UNKNOWN,
    )

    ledger = models.ForeignKey(Ledger, on_delete=models.CASCADE, related_name="settlements")
    number = models.PositiveBigIntegerField()
    ordinal = models.PositiveBigIntegerField(null=True)
    message_id = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=8, choices=State)
    judgement = models.CharField(max_length=6, choices=Judgement, blank=True)
    handle = models.TextField(blank=True, help_text="the newest receipt handle")
    hidden_until = models.DateTimeField(null=True, help_text="when it is visible again by itself")
    target_id = models.CharField(max_length=100, blank=True, help_text="its id where it was sent")
    error = models.TextField(blank=True)

    objects = SettlementQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["ledger", "number"], name="one_settlement_a_number")
        ]
        indexes = [
            models.Index(
                fields=["ledger", "number"], name="failed_settlements", condition=~Q(error="")
            )
        ]

    def __str__(self) -> str:
        return f"{self.message_id or self.ordinal}: {self.get_state_display()}"
