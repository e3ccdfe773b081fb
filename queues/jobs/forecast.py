"""What a restore would do, said before it is asked for: read from the store, no body is loaded."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Length
from django.utils import timezone

from queues.formats.json_lines import attributes_from_json
from queues.models import Dump, Job, Message
from queues.models.ordinals import in_pieces
from queues.sqs.types import Queue, size_of

MOST_NAMED = 20
CHUNK = 1000
# As json.dumps writes it. In a value its quotes would be escaped, so only a name matches.
GROUP, DEDUPLICATION = '"MessageGroupId": "', '"MessageDeduplicationId": "'


@dataclass(frozen=True)
class Forecast:
    """`bytes`: of the bodies. `without_group`: messages that name no group, and need one if the
    target is FIFO. `too_large`: the first of those that the target does not take."""

    target: Queue
    messages: int
    bytes: int
    without_group: int
    with_deduplication_id: int
    too_large: tuple[int, ...]
    too_large_count: int
    warnings: tuple[str, ...]

    @property
    def must_be_read(self) -> bool:
        return bool(self.warnings or self.too_large_count)

    @property
    def needs_group(self) -> bool:
        return self.target.fifo and self.without_group > 0

    @property
    def chooses_deduplication(self) -> bool:
        return self.target.fifo and self.with_deduplication_id > 0

    @property
    def not_named(self) -> int:
        return self.too_large_count - len(self.too_large)


def forecast(dump: Dump, target: Queue, ordinals: Sequence[int] | None = None) -> Forecast:
    totals: Counter[str] = Counter()
    for rows in chosen(dump, ordinals):
        totals.update(_totals(rows))
    too_large = list(larger_than(target.maximum_message_size, dump, ordinals))
    return Forecast(
        target=target,
        messages=totals["messages"],
        bytes=totals["bytes"],
        without_group=totals["messages"] - totals["with_group"],
        with_deduplication_id=totals["with_id"],
        too_large=tuple(too_large[:MOST_NAMED]),
        too_large_count=len(too_large),
        warnings=tuple(_warnings(dump, target, from_fifo=totals["with_id"] > 0)),
    )


def chosen(dump: Dump, ordinals: Sequence[int] | None) -> Iterator[QuerySet[Message, Message]]:
    """In their order, no more at once than every database takes in one query."""
    rows = dump.messages.order_by("ordinal")
    # Where they are all of them, they need not be named.
    if ordinals is None or (
        len(ordinals) == dump.message_count and max(ordinals, default=0) <= dump.message_count
    ):
        yield rows
        return
    for some in in_pieces(ordinals):
        yield rows.filter(ordinal__in=some)


def larger_than(size: int, dump: Dump, ordinals: Sequence[int] | None) -> Iterator[int]:
    """Ordinals of those that SQS would refuse where this is the largest size, in bytes."""
    for rows in chosen(dump, ordinals):
        # JSON is never shorter than what it says, so only these need a closer look.
        perhaps = rows.annotate(
            length=Length("body"), most=F("length") + Length("message_attributes_json")
        ).filter(most__gt=size)
        values = perhaps.values_list("ordinal", "length", "message_attributes_json")
        for ordinal, length, attributes in values.iterator(chunk_size=CHUNK):
            if length + size_of("", attributes_from_json(json.loads(attributes))) > size:
                yield ordinal


def _totals(rows: QuerySet[Message, Message]) -> dict[str, int]:
    found = rows.annotate(length=Length("body")).aggregate(
        messages=Count("pk"),
        bytes=Sum("length"),
        with_group=Count("pk", filter=Q(attributes_json__contains=GROUP)),
        with_id=Count("pk", filter=Q(attributes_json__contains=DEDUPLICATION)),
    )
    return {name: number or 0 for name, number in found.items()}


def _warnings(dump: Dump, target: Queue, *, from_fifo: bool) -> Iterator[str]:
    """What changes, or may surprise, as sentences."""
    name = target.name
    if dump.kind in (Dump.Kind.DUMP, Dump.Kind.PEEK) and name == dump.queue_name:
        yield (
            f"A {dump.get_kind_display().lower()} takes nothing away: messages that are still in "
            f"{name} will stand there twice."
        )
    if dump.verdict == Dump.Verdict.PARTIAL and dump.kind != Dump.Kind.UPLOAD:
        yield f"This {dump.get_kind_display().lower()} is not the whole queue: {dump.reason}"
    if earlier := _restored_before(dump, name):
        yield (
            f"This was restored to {name} before ({earlier.created_at:%Y-%m-%d %H:%M} UTC): "
            f"whatever is sent again will stand there twice."
        )
    if from_fifo and not target.fifo:
        yield (
            f"These messages come from a FIFO queue, and {name} is a standard one: they lose their "
            f"order and their deduplication. Groups are kept, but only for fair queues."
        )
    if target.fifo and not from_fifo:
        yield (
            f"{name} is a FIFO queue: within a group, messages are delivered one after another, in "
            f"the order that they have here."
        )


def _restored_before(dump: Dump, target: str) -> Job | None:
    went = Q(state__in=Job.ACTIVE) | Q(settled__gt=0)
    jobs = Job.objects.filter(went, kind=Job.Kind.RESTORE, dump_id=dump.pk, queue_name=target)
    return jobs.exclude(created_at__gt=timezone.now()).order_by("-created_at").first()
