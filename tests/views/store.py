"""Dumps as a sweep leaves them behind, without a queue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from queues.models import Dump, Job, Ledger, Settlement
from queues.sqs.md5 import md5_of_body
from queues.sqs.types import Message, MessageAttribute


def message(
    body: str,
    message_id: str = "m-1",
    attributes: Mapping[str, str] | None = None,
    message_attributes: Mapping[str, MessageAttribute] | None = None,
) -> Message:
    return Message(
        message_id=message_id,
        receipt_handle="handle",
        body=body,
        md5_of_body=md5_of_body(body),
        attributes=attributes or {"SentTimestamp": "1795460000123", "ApproximateReceiveCount": "1"},
        message_attributes=message_attributes or {},
    )


def stored(*messages: Message, queue_name: str = "orders", **fields: Any) -> Dump:
    """A dump that ended well."""
    dump = Dump.begin(Dump.Kind.DUMP, "local", queue_name, "mara")
    dump.add(messages, timezone.now())
    dump.finish(Dump.Verdict.BEST_EFFORT, "Nothing new came any more.", {})
    Dump.objects.filter(pk=dump.pk).update(**fields)
    return dump


def many(number: int) -> Dump:
    return stored(*(message(f"body {n}", f"m-{n}") for n in range(1, number + 1)))


def job_of(dump: Dump, **fields: Any) -> Job:
    facts = {
        "kind": Job.Kind.DUMP,
        "connection": dump.connection,
        "queue_name": dump.queue_name,
        "dump_id": dump.pk,
    }
    return Job.objects.create(**facts | fields)


def job(kind: Job.Kind = Job.Kind.CLEAR, dump: Dump | None = None, **fields: Any) -> Job:
    """A job with a backup of its own."""
    return job_of(dump or stored(kind=Dump.Kind.BACKUP), kind=kind, **fields)


def settled(job: Job, *settlements: Mapping[str, Any]) -> None:
    """What the job's ledger says of its messages, in the order they came."""
    assert job.dump_id
    dump = Dump.objects.get(pk=job.dump_id)
    ledger, _ = Ledger.objects.get_or_create(job_id=job.pk, defaults={"dump": dump})
    Settlement.objects.bulk_create(
        Settlement(ledger=ledger, number=number, **fields)
        for number, fields in enumerate(settlements)
    )
