"""What a message's system attributes mean, beside what is known of its queue."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from queues.formats import Record
from queues.models import Dump, Queue
from queues.sqs.names import is_fifo
from queues.sqs.types import RedrivePolicy
from queues.templatetags.words import duration, exactly

# Sent to a queue, as far as is known; what was only uploaded never was, what was taken out is gone.
IN_A_QUEUE = (Dump.Kind.PEEK, Dump.Kind.DUMP)
MILLISECONDS = ("SentTimestamp", "ApproximateFirstReceiveTimestamp")
# How the ids of IAM begin: "IAM identifiers, unique IDs".
ROLE, USER = "AROA", "AIDA"


@dataclass(frozen=True)
class Circumstances:
    """`queue`, `source`: as last seen, None if they never were. `source`: where it died."""

    dump: Dump
    seen: Record
    queue: Queue | None
    source: Queue | None

    @property
    def retention(self) -> timedelta | None:
        """Not known where SQS did not say it, or where the message is in no queue any more."""
        queue = self.queue
        known = queue and "MessageRetentionPeriod" in queue.attributes
        if queue is None or not known or self.dump.kind not in IN_A_QUEUE:
            return None
        return timedelta(seconds=queue.sqs.retention)

    @property
    def expires_at(self) -> datetime | None:
        sent, retention = self.seen.sent_at, self.retention
        return sent + retention if sent and retention else None

    @property
    def expiry_guessed(self) -> bool:
        """A FIFO dead-letter queue counts from the move, which SQS does not tell."""
        return is_fifo(self.dump.queue_name) and bool(self.seen.dead_letter_source_arn)

    @property
    def expiry_told(self) -> str:
        """The exact moment, and why then."""
        name = self.dump.queue_name
        told = (
            f"{exactly(self.expires_at)}: when it was sent, and the "
            f"{duration(self.retention)} that {name} keeps messages, as last seen."
        )
        if self.expiry_guessed:
            told += (
                " It is later: a FIFO dead-letter queue counts from when a message was moved "
                "there, which SQS does not tell."
            )
        return told

    @property
    def allowed_told(self) -> str:
        target = self.redrive.target_name if self.redrive else ""
        return (
            f"When this was read. {self.dump.queue_name} allows {self.allowed}, as last seen; the "
            f"receive after that moves a message to {target}."
        )

    @property
    def copies_deduplication_id(self) -> bool:
        return is_fifo(self.dump.queue_name) and bool(self.seen.deduplication_id)

    @property
    def redrive(self) -> RedrivePolicy | None:
        return self.queue.sqs.redrive if self.queue else None

    @property
    def allowed(self) -> int | None:
        """Receives that its queue allows; None where that matters no more, or is not known."""
        redrive = self.redrive
        return redrive.max_receive_count if redrive and self.dump.kind in IN_A_QUEUE else None

    @property
    def spent(self) -> bool:
        return self.allowed is not None and (self.seen.receive_count or 0) >= self.allowed

    @property
    def first_received_after(self) -> str:
        """11 ms, 3 min: how long after it was sent; empty where that says nothing."""
        sent, first = self.seen.sent_at, self.seen.first_received_at
        if sent is None or first is None or first < sent:
            return ""
        passed = first - sent
        if passed < timedelta(seconds=1):
            return f"{passed / timedelta(milliseconds=1):.0f} ms"
        return duration(passed)

    @property
    def trace(self) -> str:
        return self.seen.attributes.get("AWSTraceHeader", "")

    @property
    def trace_root(self) -> str:
        """The id by which X-Ray finds it: 1-6741c2f3-9a0b…"""
        found = re.search(r"(?:^|;)\s*Root=([^;]+)", self.trace)
        return found.group(1) if found else self.trace

    @property
    def sender(self) -> str:
        """Who that is, for people: AWS gives the unique id of a user, or of a role with the name
        of its session, or an account."""
        sender = self.seen.sender_id or ""
        role, _, session = sender.partition(":")
        if role.startswith(ROLE) and session:
            return f"{session}, a session of role {role}"
        if role.startswith(USER):
            return f"IAM user {role}"
        if re.fullmatch(r"\d{12}", sender):
            return f"account {sender}"
        return sender

    @property
    def system(self) -> list[tuple[str, str, datetime | None]]:
        """Name, exact value, and the moment that it names, if it names one."""
        return [
            (name, value, _moment(value) if name in MILLISECONDS else None)
            for name, value in self.seen.attributes.items()
        ]


def circumstances(dump: Dump, seen: Record) -> Circumstances:
    known = Queue.objects.of(dump.connection)
    queue = known.filter(name=dump.queue_name).first()
    arn = seen.dead_letter_source_arn
    source = None
    if arn:
        named = known.filter(name=arn.rpartition(":")[2]).first()
        # A queue of that name in another account or region is another queue.
        source = named if named and named.sqs.arn == arn else None
    return Circumstances(dump, seen, queue, source)


def _moment(milliseconds: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(milliseconds) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
