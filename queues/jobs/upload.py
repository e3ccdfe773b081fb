"""Upload: every line of a file checked against the queue it shall go to; good ones are stored.

Nothing is sent here. What is stored is a dump like any other, with a report of what was wrong.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import IO, Any

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from queues.decoders import visible
from queues.formats import Record
from queues.formats.json_lines import UnreadableRecord
from queues.formats.upload_file import Line, UnreadableFile, read_lines
from queues.formats.upload_record import checked
from queues.jobs.space import MEGABYTE, in_words, shortage
from queues.models import Dump
from queues.sqs.types import Queue

CHUNK, CHUNK_BYTES = 500, 8 * MEGABYTE
MOST_EXAMPLES = 20
LONGEST_REASON = 400
MOST_GROUPS = 10_000
# What a form adds around its file.
ENVELOPE = 64 * 1024
UNFINISHED = timedelta(hours=2)
NO_MESSAGE = (
    "No line of {} is a message that SQS takes, so nothing of it is kept. JSON Lines looks like "
    'this: {{"body": "hello"}}'
)


class UploadRefused(Exception):
    """Nothing of the file is kept. `sentence` says why, and what to do; `examples` are the first
    lines that are not good, [number, why]."""

    def __init__(self, sentence: str, examples: Sequence[tuple[int, str]] = ()) -> None:
        super().__init__(sentence)
        self.sentence, self.examples = sentence, examples


@dataclass
class Report:
    """What the file was like. `bytes`: of its good messages, attributes included. `examples`: the
    first lines that are not good, [number, why]. `groups` is counted up to MOST_GROUPS."""

    file: str
    lines: int = 0
    bad: int = 0
    bytes: int = 0
    groups: int = 0
    without_group: int = 0
    examples: list[tuple[int, str]] = field(default_factory=list)

    def refuse(self, number: int, reason: str) -> None:
        """May be called out of order: a message id that stands twice is seen late."""
        self.bad += 1
        if len(self.examples) < MOST_EXAMPLES or number < self.examples[-1][0]:
            self.examples.append((number, visible(reason)[:LONGEST_REASON]))
            self.examples = sorted(self.examples)[:MOST_EXAMPLES]

    @property
    def sentence(self) -> str:
        good = self.lines - self.bad
        if not self.bad:
            return f"{good:,} message{'' if good == 1 else 's'} read from {self.file}."
        return (
            f"{good:,} of {self.lines:,} lines of {self.file} are messages that SQS takes; the "
            f"other {self.bad:,} are left out."
        )


def most_bytes() -> int:
    return int(settings.SQSDASH["SQSDASH_UPLOAD_MEGABYTES"] * MEGABYTE)


def refusal(length: int) -> str:
    """Why a request of so many bytes is not even read, as a sentence; empty if it may come."""
    if length > most_bytes() + ENVELOPE:
        return (
            f"The file has {in_words(length)}; at most {in_words(most_bytes())} are taken "
            f"(SQSDASH_UPLOAD_MEGABYTES), so it was not read. Split it, or raise the limit."
        )
    folder = tempfile.gettempdir()
    free = shutil.disk_usage(folder).free
    mark = int(settings.SQSDASH["SQSDASH_FREE_DISK_MEGABYTES"] * MEGABYTE)
    if free - length < mark:
        return (
            f"The disk of temporary files ({folder}) has no room for this file: "
            f"{in_words(free)} are free, and {in_words(mark)} must stay free "
            f"(SQSDASH_FREE_DISK_MEGABYTES). Make room on it, or split the file."
        )
    return ""


def receive(file: IO[bytes], name: str, connection: str, queue: Queue, username: str) -> Dump:
    """Read the file to its end and store its good messages. Raises UploadRefused."""
    dump = Dump.begin(Dump.Kind.UPLOAD, connection, queue.name, username)
    # What a process leaves behind that dies over it is gone soon.
    keep_until(dump, timezone.now() + UNFINISHED)
    reading = Reading(dump, queue, Report(visible(name)[:100]))
    try:
        for line in read_lines(file, most_bytes()):
            reading.take(line)
        reading.store()
        if not dump.message_count:
            raise UploadRefused(NO_MESSAGE.format(reading.report.file), reading.report.examples)
    except UnreadableFile as error:
        drop(dump, str(error))
        raise UploadRefused(str(error)) from error
    except UploadRefused as refused:
        drop(dump, refused.sentence)
        raise
    except DatabaseError as error:
        sentence = f"The store did not take it: {error}. Nothing of the file is kept; try again."
        with suppress(DatabaseError):
            drop(dump, sentence)
        raise UploadRefused(sentence) from error
    report = reading.report
    verdict = Dump.Verdict.PARTIAL if report.bad else Dump.Verdict.COMPLETE
    dump.finish(verdict, report.sentence, {"report": asdict(report)})
    keep_until(dump, timezone.now() + Dump.life(Dump.Kind.UPLOAD))
    return dump


def drop(dump: Dump, reason: str) -> None:
    """Nobody sees it any more; its rows go bit by bit, as those of every expired dump."""
    keep_until(dump, timezone.now())
    dump.finish(Dump.Verdict.PARTIAL, reason, {})


def keep_until(dump: Dump, moment: datetime) -> None:
    dump.expires_at = moment
    dump.save(update_fields=["expires_at"])


class Reading:
    """Takes lines one by one, and stores what is good in chunks."""

    def __init__(self, dump: Dump, queue: Queue, report: Report) -> None:
        self.dump, self.queue, self.report = dump, queue, report
        self.now: datetime = timezone.now()
        self._waiting: list[tuple[int, Record]] = []
        self._bytes = 0
        self._groups: set[str] = set()

    def take(self, line: Line) -> None:
        self.report.lines += 1
        try:
            record = checked(line, self.queue, received_at=self.now)
        except UnreadableRecord as error:
            self.report.refuse(line.number, str(error))
            return
        self._waiting.append((line.number, record))
        self._bytes += len(line.content)
        if len(self._waiting) >= CHUNK or self._bytes >= CHUNK_BYTES:
            self.store()

    def store(self) -> None:
        fresh = self._without_twins()
        self._waiting, self._bytes = [], 0
        if not fresh:
            return
        if full := shortage(self.dump):
            raise UploadRefused(f"{full} Nothing of the file is kept.")
        self.dump.add_records(fresh)
        for record in fresh:
            self._count(record)

    def _without_twins(self) -> list[Record]:
        """Those that wait, but for message ids that this file had before."""
        ids = [record.message_id for _, record in self._waiting if record.message_id]
        stored = self.dump.messages.filter(message_id__in=ids)
        known: dict[Any, int] = dict(stored.values_list("message_id", "ordinal"))
        fresh: list[Record] = []
        for number, record in self._waiting:
            twin = known.get(record.message_id)
            if twin is not None:
                self.report.refuse(
                    number, f"Its message_id is that of message {twin:,} further up in this file."
                )
                continue
            fresh.append(record)
            if record.message_id:
                known[record.message_id] = self.dump.message_count + len(fresh)
        return fresh

    def _count(self, record: Record) -> None:
        report = self.report
        report.bytes += record.size
        if record.group_id is None:
            report.without_group += 1
        elif len(self._groups) < MOST_GROUPS:
            self._groups.add(record.group_id)
            report.groups = len(self._groups)
