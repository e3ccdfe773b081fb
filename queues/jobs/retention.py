"""What is kept too long goes, in small pieces, so that no reader waits for a big delete.

An expired dump is out of sight at once and removed from then on, its ledgers and what searches
found in it with it; a pinned one, and one that a job uses, stay. What a search found goes before
its dump if nobody asks for it for a day; who asks again searches again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import chain, islice
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from queues.models import Dump, Finding, FindingPart, Job, Sample, Settlement

# A piece is as large as a writer may have to wait for: a tenth of a second, measured on SQLite.
MOST_ROWS = 500
MOST_BYTES = 20_000_000
MOST_PIECES = 40
# A part of what a search found is 160 KB at most.
MOST_PARTS = 100
# A dump that is used stays for so long beyond the last round in which it was.
AFTER_USE = timedelta(hours=1)


def expire() -> int:
    """Delete some of the rows of expired dumps; how many. Called again and again."""
    Sample.objects.old().delete()
    soon = timezone.now() + AFTER_USE
    Dump.objects.filter(pk__in=dumps_in_use(), expires_at__lt=soon).update(expires_at=soon)
    pieces = chain.from_iterable(map(remove, Dump.objects.expired()[:MOST_PIECES]))
    return sum(islice(chain(pieces, forget_findings(Finding.objects.unused())), MOST_PIECES))


def remove(dump: Dump) -> Iterator[int]:
    """Deletes a dump piece by piece as it is iterated; each time how many rows."""
    settlements = Settlement.objects.filter(ledger__dump=dump)
    in_a_piece = max(1, min(MOST_ROWS, MOST_BYTES * dump.message_count // max(1, dump.size)))
    for rows, most in ((settlements, MOST_ROWS), (dump.messages.all(), in_a_piece)):
        while some := list(rows.order_by().values_list("pk", flat=True)[:most]):
            yield rows.model._default_manager.filter(pk__in=some).delete()[0]
    yield from forget_findings(dump.findings.all())
    dump.delete()
    yield 1


def forget_findings(findings: QuerySet[Finding]) -> Iterator[int]:
    """Piece by piece, each finding's row with the last of its parts: a page that reads meanwhile
    sees fewer rows than it counts, never another's."""
    for pk in findings.order_by("used_at").values_list("pk", flat=True):
        parts = FindingPart.objects.filter(finding=pk)
        while len(some := list(parts.values_list("pk", flat=True)[:MOST_PARTS])) == MOST_PARTS:
            yield FindingPart.objects.filter(pk__in=some).delete()[0]
        yield Finding.objects.filter(pk=pk).delete()[0]


def dumps_in_use() -> set[UUID]:
    return {dump_id for job in Job.objects.active() for dump_id in dumps_of(job)}


def users_of(dump: Dump) -> list[Job]:
    """The jobs that wait or run and need this dump."""
    return [job for job in Job.objects.active() if dump.pk in dumps_of(job)]


def dumps_of(job: Job) -> Iterator[UUID]:
    """The dumps that a job fills, reads, or looks up the messages in that were chosen."""
    selection = job.options.get("selection") or {}
    if "dump" in selection:
        yield UUID(selection["dump"])
    if edited := job.options.get("edited"):
        yield UUID(edited["dump"])
    before = Job.objects.filter(Q(undos=job) | Q(pk=selection.get("sent_by")))
    yield from filter(None, [job.dump_id, *before.values_list("dump_id", flat=True)])


def forget(dump: Dump) -> str:
    """Put a dump out of sight at once; its rows go with the next rounds. Or why not: a sentence."""
    for job in users_of(dump):
        return f"It is needed by a job that has not ended: {job}. Cancel that, or wait for it."
    unpinned = Dump.objects.filter(pk=dump.pk, pinned=False)
    return "" if unpinned.update(expires_at=timezone.now()) else "It is pinned. Unpin it first."
