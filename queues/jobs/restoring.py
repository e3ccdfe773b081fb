"""Restore: the messages of a dump, sent to a queue again. So a clear or a delete is undone, too."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings

from queues import connections
from queues.jobs.books import open_ledger
from queues.jobs.bounds import NotPossible, allowed, look
from queues.jobs.keeper import Keeper
from queues.jobs.life import fail
from queues.jobs.mailing import Mailing
from queues.jobs.plan import outgoing
from queues.jobs.sending import SendingBooks
from queues.jobs.start import perhaps_put_back, put_back
from queues.jobs.telling import counted, twice
from queues.models import Dump, Job, Message, Settlement, ordinals
from queues.models import Queue as ObservedQueue
from queues.sqs.errors import SqsError
from queues.sqs.guard import guarded
from queues.sqs.sweep.outbox import STOPPED
from queues.sqs.types import Outgoing, Queue

CHUNK = 200


def run(job: Job, keeper: Keeper) -> None:
    try:
        restore(job, keeper)
    except NotPossible as reason:
        fail(job, f"It did not {'go on' if job.epoch > 1 else 'begin'}. {reason}")


def restore(job: Job, keeper: Keeper) -> None:
    connection = connections.get(job.connection)
    dump = Dump.objects.filter(pk=job.dump_id).first() if job.dump_id else None
    if connection is None or dump is None:
        gone = "connection" if connection is None else "dump"
        raise NotPossible(f"Its {gone} does not exist any more.")
    allowed(job)
    client = connections.client(connection, patient=True)
    queue = look(guarded(client, keeper.ask_leave), job.queue_name)
    ObservedQueue.objects.observe(job.connection, queue)
    ledger = open_ledger(job, dump)
    chosen = Chosen(job, dump)
    job.write(expected=chosen.count())
    books = SendingBooks(job, ledger, chosen.perhaps)
    mailing = Mailing(
        client,
        queue,
        threads=settings.SQSDASH["SQSDASH_SWEEP_THREADS"],
        patience=settings.SQSDASH["SQSDASH_PATIENCE_SECONDS"],
        call_limit=settings.SQSDASH["SQSDASH_CALL_SECONDS"],
        keeper=keeper,
        books=books,
    )
    refused = f"larger than the {queue.maximum_message_size:,} bytes that {queue.name} takes"
    try:
        mailing.run(letters(job, books, chosen, queue, refused))
    except SqsError as error:
        books.close()
        mailing.report()
        fail(job, f"{said(job, books)} {error.sentence}")
        return
    if keeper.interrupted:
        mailing.report()
        job.hand_back()
        return
    books.close()
    mailing.report()
    if keeper.cancelled:
        job.finish(Job.State.CANCELLED, f"{said(job, books)} It was cancelled.")
        return
    state = Job.State.DONE if not books.failed else Job.State.FAILED
    job.finish(state, said(job, books))


class Chosen:
    """Which messages of the dump are sent, in their order."""

    def __init__(self, job: Job, dump: Dump) -> None:
        self._dump = dump
        self._ordinals: list[int] | None = None
        self.perhaps: set[int] = set()
        if job.options.get("undo") and job.undo_of:
            gone = Settlement.objects.of_job(job.undo_of.pk).taken_away()
            found = gone.exclude(ordinal=None).order_by("ordinal")
            back = put_back(job.undo_of, besides=job)
            self.perhaps = perhaps_put_back(job.undo_of, besides=job)
            self._ordinals = [
                at for at in found.values_list("ordinal", flat=True) if at and at not in back
            ]
        elif "ordinals" in job.options:
            self._ordinals = ordinals.from_text(job.options["ordinals"])

    def count(self) -> int:
        return self._dump.message_count if self._ordinals is None else len(self._ordinals)

    def __iter__(self) -> Iterator[Message]:
        last, place = 0, 0
        while True:
            if self._ordinals is None:
                some = self._dump.messages.filter(ordinal__gt=last)
                chunk = list(some.order_by("ordinal")[:CHUNK])
            else:
                wanted = self._ordinals[place : place + CHUNK]
                place += CHUNK
                chunk = list(self._dump.messages.filter(ordinal__in=wanted).order_by("ordinal"))
                if wanted and not chunk:
                    continue
            if not chunk:
                return
            yield from chunk
            last = chunk[-1].ordinal


def letters(
    job: Job, books: SendingBooks, chosen: Chosen, queue: Queue, too_large: str
) -> Iterator[tuple[int, Outgoing]]:
    """What is not sent yet; what cannot be sent is written down as failed."""
    keep = bool(job.options.get("keep_deduplication_ids"))
    stopped: set[str | None] = set()
    for message in chosen:
        if books.is_done(message.ordinal):
            if queue.fifo and books.has_failed(message.ordinal):
                stopped.add(message.record.group_id or job.options.get("group_id"))
            continue
        letter = outgoing(
            job, message.record, name=str(message.ordinal), keep_deduplication_id=keep
        )
        if letter.size > queue.maximum_message_size:
            books.refuse(message, f"It has {letter.size:,} bytes, {too_large}.")
            stopped.add(letter.message_group_id)
        elif queue.fifo and not letter.message_group_id:
            books.refuse(message, "It has no message group, which a FIFO queue asks for.")
        elif queue.fifo and letter.message_group_id in stopped:
            books.refuse(message, STOPPED)
        else:
            books.note(message)
            yield message.ordinal, letter


def said(job: Job, books: SendingBooks) -> str:
    parts = [f"{counted(books.sent)} sent to {job.queue_name}"]
    if books.failed:
        parts.append(f"{books.failed:,} could not be sent")
    if books.unknown:
        parts.append(f"Of {books.unknown:,} it is not known whether they were sent")
    if books.possible_duplicates:
        parts.append(twice(len(books.doubled), books.possible_duplicates))
    return " ".join(f"{part}." for part in parts)
