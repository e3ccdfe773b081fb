"""What a job's page says of it: what it was asked to do, and what became of the messages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django.urls import reverse

from queues.models import Job
from queues.models.ordinals import count_in
from queues.sqs.names import is_fifo
from queues.templatetags.words import duration, number, plural


class Said(NamedTuple):
    """`code` is shown as it was typed; `url` is where the text leads."""

    name: str
    text: str = ""
    code: str = ""
    url: str = ""


class Count(NamedTuple):
    """`depth`: 1 for a part of the number above it, 2 for a part of that. `tone`: of a number that
    wants to be looked at."""

    name: str
    number: str
    note: str = ""
    depth: int = 0
    tone: str = ""


def asked(job: Job) -> Iterator[Said]:
    """Which messages, and within what limits."""
    yield which(job)
    terms = job.options.get("filter") or {}
    if terms.get("text"):
        yield Said("Contains the text", code=terms["text"])
    if terms.get("expression"):
        yield Said("Matches", code=terms["expression"])
    limits = []
    if most := job.options.get("max_messages"):
        limits.append(messages(most))
    if seconds := job.options.get("max_seconds"):
        limits.append(duration(seconds))
    if limits:
        yield Said("At most", " or ".join(limits))
    if job.kind == Job.Kind.RESTORE and is_fifo(job.queue_name):
        kept = job.options.get("keep_deduplication_ids")
        yield Said("Deduplication ids", "those of the dump" if kept else "fresh ones")


def which(job: Job) -> Said:
    selection = job.options.get("selection") or {}
    if "sent_by" in selection:
        url = reverse("queues:job", args=[selection["sent_by"]])
        return Said("Messages", "those that a job moved", url=url)
    if "ordinals" in selection:
        url = reverse("queues:dump", args=[selection["dump"]])
        return Said("Messages", f"{number(count_in(selection['ordinals']))} chosen", url=url)
    if job.options.get("undo") and job.undo_of_id:
        url = reverse("queues:job", args=[job.undo_of_id])
        return Said("Messages", "those that a job deleted", url=url)
    if "ordinals" in job.options:
        return Said("Messages", f"{number(count_in(job.options['ordinals']))} chosen from the dump")
    if job.kind == Job.Kind.RESTORE:
        return Said("Messages", "all of the dump")
    return Said("Messages", "those that match" if job.options.get("filter") else "all")


def messages(count: int) -> str:
    return f"{number(count)} {plural('message', count)}"


def counts(job: Job) -> Iterator[Count]:
    """The numbers, so that they add up: what came, and what became of it."""
    if job.kind == Job.Kind.RESTORE:
        yield Count("To be sent", "not known yet" if job.expected is None else number(job.expected))
        yield Count("Sent", number(job.settled), f"to {job.queue_name}", 1)
        yield _failed(job, 1)
    else:
        yield from _came(job)
        yield from _became(job)
    if job.target_name or job.kind == Job.Kind.RESTORE:
        twice = job.possible_duplicates
        note = "copies that may be too many: sent again after an answer was lost" if twice else ""
        yield Count("Possible duplicates", number(twice), note, tone="warn" if twice else "")


def _came(job: Job) -> Iterator[Count]:
    yield _expected(job)
    yield Count("Received", number(job.seen), "each message once")
    then = "held until the end" if job.active else "put back"
    if job.skipped or job.options.get("filter") or job.options.get("selection"):
        yield Count("Skipped", number(job.skipped), f"{_skipped(job)}; {then}", 1)
    if job.cannot_judge or job.options.get("filter"):
        yield Count("Cannot be judged", number(job.cannot_judge), f"left alone; {then}", 1)
    where = "in the dump" if job.kind == Job.Kind.DUMP else "in the backup"
    yield Count("Stored", number(job.stored), where, 1)


def _expected(job: Job) -> Count:
    selection = job.options.get("selection")
    if job.expected is None:
        return Count("Expected", "not known")
    if selection:
        note = "what that job sent" if "sent_by" in selection else "those that were chosen"
        return Count("Expected", number(job.expected), note)
    note = "SQS's count when it began: approximate"
    return Count("Expected", f"about {number(job.expected)}", note)


def _skipped(job: Job) -> str:
    late = "were sent after it began"
    if job.options.get("selection"):
        return f"were not chosen, or {late}"
    return f"do not match, or {late}" if job.options.get("filter") else late


def _became(job: Job) -> Iterator[Count]:
    if job.kind != Job.Kind.DUMP:
        done, where = ("Moved", f"to {job.target_name}") if job.target_name else ("Deleted", "")
        if job.kind == Job.Kind.RESEND:
            done = "Sent in its place"
        yield Count(done, number(job.settled), where, 2)
    if job.kind != Job.Kind.DUMP or job.failed:
        yield _failed(job, 2)
    left = max(0, job.stored - job.settled - job.failed)
    if left and job.kind != Job.Kind.DUMP:
        name, note = ("Still to do", "") if job.active else ("Left", "not acted on: put back")
        yield Count(name, number(left), note, 2)
    again = "; what came twice counts twice" if job.released > job.seen else ""
    yield Count("Put back", number(job.released), f"visible to consumers again{again}")


def _failed(job: Job, depth: int) -> Count:
    return Count("Failed", number(job.failed), "", depth, "bad" if job.failed else "")
