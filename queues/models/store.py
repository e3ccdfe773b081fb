"""The store: dumps and their messages, immutable once written, in a database of their own.

Bodies are kept as bytes: whatever a server hands out, NUL and lone surrogates included, is kept
exactly, on SQLite and PostgreSQL alike. Attributes are kept as JSON text with ASCII escapes, for
the same reason.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q, Sum
from django.db.models.functions import Length, Substr
from django.utils import timezone

from queues.formats.base import Record
from queues.formats.json_lines import attributes_from_json, attributes_to_json
from queues.models.ordinals import in_pieces
from queues.models.routing import store_database
from queues.sqs.types import Message as SqsMessage

PREVIEW_BYTES = 400
# What a message takes in the store besides its body and attributes: ids, hash, time, indexes, and
# a job's settlement with its handle. Measured on SQLite: 860 for small bodies, 930 at 1 KB, more
# beyond that, where a body's last page stays half empty; the whole is right within a sixth.
ROW_BYTES = 1_100
# Whoever began to use a dump just before it expired has so long to say so, with a job.
GRACE = timedelta(minutes=1)
# A dump that is unpinned long after its time is not gone with the click.
AFTER_PIN = timedelta(days=1)


class DumpQuerySet(models.QuerySet["Dump"]):
    def listed(self) -> DumpQuerySet:
        """Those that belong on the dumps page: peeks are private to who peeked, and an edited
        message is a part of the job that sends it."""
        return self.kept().exclude(kind__in=(Dump.Kind.PEEK, Dump.Kind.EDIT))

    def kept(self) -> DumpQuerySet:
        """Those that may be looked at and used; the others wait for their removal."""
        return self.filter(Q(pinned=True) | Q(expires_at__gt=timezone.now()))

    def expired(self) -> DumpQuerySet:
        """Those that may be removed now."""
        return self.filter(expires_at__lt=timezone.now() - GRACE, pinned=False)

    def size(self) -> int:
        """What they take in the store, in bytes; see Dump.size."""
        size = Sum(F("byte_count") + F("attribute_bytes") + F("message_count") * ROW_BYTES)
        return self.order_by().aggregate(size=size)["size"] or 0


class Dump(models.Model):
    class Kind(models.TextChoices):
        PEEK = "peek", "Peek"
        DUMP = "dump", "Dump"
        BACKUP = "backup", "Backup"
        UPLOAD = "upload", "Upload"
        EDIT = "edit", "Edited message"

    class Verdict(models.TextChoices):
        UNKNOWN = "", "not finished"
        COMPLETE = "complete", "Complete"
        BEST_EFFORT = "best effort", "Best effort"
        PARTIAL = "partial", "Partial"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    connection = models.SlugField()
    queue_name = models.CharField(max_length=80)
    created_by = models.CharField(max_length=150)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    pinned = models.BooleanField(default=False, help_text="never expires")
    verdict = models.CharField(max_length=20, choices=Verdict, blank=True)
    reason = models.TextField(blank=True)
    message_count = models.PositiveBigIntegerField(default=0)
    byte_count = models.PositiveBigIntegerField(default=0)
    attribute_bytes = models.PositiveBigIntegerField(default=0, help_text="attributes, as stored")
    cost = models.JSONField(default=dict, help_text="what the look cost the queue")

    objects = DumpQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.queue_name}"

    @classmethod
    def begin(cls, kind: Dump.Kind, connection: str, queue_name: str, username: str) -> Dump:
        return cls.objects.create(
            kind=kind,
            connection=connection,
            queue_name=queue_name,
            created_by=username,
            expires_at=timezone.now() + cls.life(kind),
        )

    @classmethod
    def life(cls, kind: str) -> timedelta:
        if kind == cls.Kind.PEEK:
            return timedelta(hours=1)
        backup = kind in (cls.Kind.BACKUP, cls.Kind.EDIT)
        name = "SQSDASH_BACKUP_DAYS" if backup else "SQSDASH_DUMP_DAYS"
        return timedelta(days=settings.SQSDASH[name])

    @property
    def kept(self) -> bool:
        return self.pinned or self.expires_at > timezone.now()

    @property
    def size(self) -> int:
        """What it takes in the store, in bytes: bodies, attributes, and an estimate of the rest."""
        return self.byte_count + self.attribute_bytes + self.message_count * ROW_BYTES

    def pin(self, pinned: bool) -> None:
        """Keep it for good; or let it expire again, in a day at the earliest."""
        if self.pinned and not pinned:
            self.expires_at = max(self.expires_at, timezone.now() + AFTER_PIN)
        self.pinned = pinned
        self.save(update_fields=["pinned", "expires_at"])

    def add(self, messages: Iterable[SqsMessage], received_at: datetime) -> None:
        """Commit messages that this dump has not got yet."""
        self.add_records(Record.of(message, received_at) for message in messages)

    def add_records(self, records: Iterable[Record]) -> None:
        """The same, of messages that were not just received."""
        rows = [
            Message.of(self, ordinal, record)
            for ordinal, record in enumerate(records, start=self.message_count + 1)
        ]
        counted = {
            "message_count": self.message_count + len(rows),
            "byte_count": self.byte_count + sum(len(row.body) for row in rows),
            "attribute_bytes": self.attribute_bytes + sum(row.attribute_bytes for row in rows),
        }
        # Together: who goes on after a crash counts from here.
        with transaction.atomic(using=store_database()):
            Message.objects.bulk_create(rows)
            Dump.objects.filter(pk=self.pk).update(**counted)
        for name, count in counted.items():
            setattr(self, name, count)

    def finish(self, verdict: str, reason: str, cost: dict[str, Any]) -> None:
        self.verdict, self.reason, self.cost = verdict, reason, cost
        self.finished_at = timezone.now()
        self.save(update_fields=["verdict", "reason", "cost", "finished_at"])

    def records(self, ordinals: Sequence[int] | None = None) -> Iterator[Record]:
        """Every message, or those chosen, in the order of arrival, read by key in chunks: flat
        memory."""
        if ordinals is not None:
            for some in in_pieces(ordinals):
                for message in self.messages.filter(ordinal__in=some).order_by("ordinal"):
                    yield message.record
            return
        last = 0
        while chunk := list(self.messages.filter(ordinal__gt=last).order_by("ordinal")[:200]):
            for message in chunk:
                yield message.record
            last = chunk[-1].ordinal

    def rows(self) -> models.QuerySet[Message, Message]:
        """The messages for a list: the beginning of each body, and its length, not the whole."""
        return self.messages.defer("body").annotate(
            head=Substr("body", 1, PREVIEW_BYTES), length=Length("body")
        )


class Neighbours(NamedTuple):
    previous: int | None
    next: int | None


class Message(models.Model):
    dump = models.ForeignKey(Dump, on_delete=models.CASCADE, related_name="messages")
    ordinal = models.PositiveBigIntegerField()
    # Null for a message of an upload that gave none: any number of those may stand in a dump.
    message_id = models.CharField(max_length=100, null=True)  # noqa: DJ001
    body = models.BinaryField()
    md5_body = models.CharField(max_length=32)
    attributes_json = models.TextField()
    message_attributes_json = models.TextField()
    received_at = models.DateTimeField()

    class Meta:
        ordering = ["ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["dump", "ordinal"], name="one_message_per_ordinal"),
            models.UniqueConstraint(fields=["dump", "message_id"], name="one_row_per_message"),
        ]

    def __str__(self) -> str:
        return self.message_id or f"message {self.ordinal}"

    @classmethod
    def of(cls, dump: Dump, ordinal: int, record: Record) -> Message:
        return cls(
            dump=dump,
            ordinal=ordinal,
            message_id=record.message_id or None,
            body=record.body.encode("utf-8", "surrogatepass"),
            md5_body=record.md5_body,
            attributes_json=json.dumps(dict(record.attributes)),
            message_attributes_json=json.dumps(attributes_to_json(record.message_attributes)),
            received_at=record.received_at,
        )

    @property
    def attribute_bytes(self) -> int:
        return len(self.attributes_json) + len(self.message_attributes_json)  # both are ASCII

    @property
    def record(self) -> Record:
        """The message as it was received."""
        return replace(
            self.facts,
            body=bytes(self.body).decode("utf-8", "surrogatepass"),
            message_attributes=attributes_from_json(json.loads(self.message_attributes_json)),
        )

    @property
    def facts(self) -> Record:
        """What SQS said of it, for a list that does not load bodies."""
        return Record(
            message_id=self.message_id or "",
            body="",
            md5_body=self.md5_body,
            received_at=self.received_at,
            attributes=json.loads(self.attributes_json),
        )

    @property
    def neighbours(self) -> Neighbours:
        ordinals = Message.objects.filter(dump=self.dump_id).values_list("ordinal", flat=True)
        return Neighbours(
            ordinals.filter(ordinal__lt=self.ordinal).order_by("-ordinal").first(),
            ordinals.filter(ordinal__gt=self.ordinal).order_by("ordinal").first(),
        )
