"""What a search over a dump has found so far: shared by all who ask the same of the same dump."""

from __future__ import annotations

import json
import sys
from array import array
from collections.abc import Iterator
from datetime import timedelta

from django.db import models
from django.utils import timezone

from queues.models.store import Dump

MOST_IN_A_PART = 20_000
# What nobody has asked for since is not kept.
UNUSED_FOR = timedelta(days=1)


class FindingQuerySet(models.QuerySet["Finding"]):
    def unused(self) -> FindingQuerySet:
        return self.filter(used_at__lt=timezone.now() - UNUSED_FOR)


class Finding(models.Model):
    """`key` tells queries apart, `position` is the last ordinal looked at. `turns` is the fence:
    who writes says what it was, so that of twins only one writes. What may hold a message's text is
    kept as ASCII JSON, as in the store's other rows."""

    dump = models.ForeignKey(Dump, on_delete=models.CASCADE, related_name="findings")
    key = models.CharField(max_length=64)
    params_json = models.TextField(default="[]")
    grouped = models.TextField(blank=True, help_text="the path or attribute to group by")
    decoder = models.TextField(blank=True, help_text="how bodies were read: the queue's decoder")
    turns = models.PositiveBigIntegerField(default=0)
    position = models.PositiveBigIntegerField(default=0)
    looked_at = models.PositiveBigIntegerField(default=0)
    found = models.PositiveBigIntegerField(default=0)
    unjudged = models.PositiveBigIntegerField(default=0)
    reasons_json = models.TextField(default="{}")
    histogram_json = models.TextField(default="{}")
    groups_json = models.TextField(default="{}")
    finished = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(default=timezone.now, db_index=True)

    objects = FindingQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dump", "key"], name="one_finding_a_query")]

    def __str__(self) -> str:
        return f"{self.found} found in {self.dump_id}"

    @property
    def params(self) -> list[tuple[str, str]]:
        """The query's own, for a URL."""
        return [(name, value) for name, value in json.loads(self.params_json)]

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Why messages could not be judged, and how many: the commonest first."""
        return sorted(json.loads(self.reasons_json).items(), key=lambda each: -each[1])

    @property
    def total(self) -> int:
        """How many messages the dump has now."""
        return self.dump.message_count

    @property
    def percent(self) -> int:
        """Of the messages there are now; 100 only when it is finished."""
        if self.finished:
            return 100
        return min(99, self.looked_at * 100 // self.total) if self.total else 0

    def matching(self, start: int, count: int) -> list[int]:
        """Ordinals of what was found, in order: `count` of them from the one numbered `start`,
        the first being 0. Fewer at the end of what is known so far."""
        found: list[int] = []
        parts = self.parts.filter(before__lt=start + count, after__gt=start)
        for part in parts.order_by("before"):
            inside = max(0, start - part.before)
            found += part.ordinals[inside : start + count - part.before]
        return found

    def all_ordinals(self) -> array[int]:
        found = array("Q")
        for part in self.parts.order_by("before").iterator(chunk_size=20):
            found += part.ordinals
        return found

    def place_of(self, ordinal: int) -> int | None:
        """The number `matching` counts by, of a message; None if it is not among those found."""
        part = self.parts.filter(least__lte=ordinal, most__gte=ordinal).first()
        if part is None or ordinal not in (ordinals := part.ordinals):
            return None
        return part.before + ordinals.index(ordinal)


class FindingPart(models.Model):
    """Some of what was found, in order: numbers `before` to `after`, ordinals `least` to `most`."""

    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="parts")
    before = models.PositiveBigIntegerField(help_text="how many stand in earlier parts")
    after = models.PositiveBigIntegerField()
    least = models.PositiveBigIntegerField()
    most = models.PositiveBigIntegerField()
    packed = models.BinaryField(help_text="eight bytes each, the least significant first")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["finding", "before"], name="one_part_a_place")
        ]

    def __str__(self) -> str:
        return f"{self.before} to {self.after} of {self.finding_id}"

    @classmethod
    def of(cls, finding: Finding, before: int, ordinals: array[int]) -> Iterator[FindingPart]:
        """In parts of a size that a page reads quickly."""
        for start in range(0, len(ordinals), MOST_IN_A_PART):
            some = ordinals[start : start + MOST_IN_A_PART]
            yield cls(
                finding=finding,
                before=before + start,
                after=before + start + len(some),
                least=some[0],
                most=some[-1],
                packed=_in_order(some).tobytes(),
            )

    @property
    def ordinals(self) -> array[int]:
        return _in_order(array("Q", bytes(self.packed)))


def _in_order(numbers: array[int]) -> array[int]:
    """To the order of bytes that is stored, or back."""
    if sys.byteorder == "big":
        numbers = numbers[:]
        numbers.byteswap()
    return numbers
