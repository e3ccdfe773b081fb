"""Is there room for more? Asked before every receive and every commit, by any thread: quick.

Sizes are estimates from the dumps' counts (Dump.size), the same on SQLite and PostgreSQL; free
disk is measured. What is measured is kept for a second.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock

from django.conf import settings
from django.db import DatabaseError
from django.db import connections as databases
from django.db.backends.base.base import BaseDatabaseWrapper

from queues.models import Dump
from queues.models.routing import store_database

FRESH_FOR = 1.0
GIGABYTE, MEGABYTE = 1_000_000_000, 1_000_000
# SQLite's journal grows on the disk even where the store itself finds room within its file.
REUSED_AT_MOST = 0.9


@dataclass(frozen=True)
class Disk:
    """`reusable`: what the store's file holds of deleted messages, and will fill again."""

    holds: str
    folder: Path
    free: int
    reusable: int = 0

    def is_short(self, mark: float) -> bool:
        return self.free + min(self.reusable, mark * REUSED_AT_MOST) < mark


@dataclass(frozen=True)
class Room:
    """`used`: all dumps together, in bytes. A PostgreSQL's disk is its own business."""

    used: int
    disks: tuple[Disk, ...]
    measured_at: float

    @property
    def limit(self) -> int:
        return int(settings.SQSDASH["SQSDASH_STORE_GIGABYTES"] * GIGABYTE)

    @property
    def shortage(self) -> str:
        """What is full, how full, and what to do; empty where there is room."""
        if self.used >= self.limit:
            return (
                f"The store is full: all dumps together take {in_words(self.used)}, and may take "
                f"{in_words(self.limit)} (SQSDASH_STORE_GIGABYTES). Delete dumps that nobody "
                f"needs, or raise the limit."
            )
        mark = settings.SQSDASH["SQSDASH_FREE_DISK_MEGABYTES"] * MEGABYTE
        for disk in self.disks:
            if disk.is_short(mark):
                return (
                    f"The disk of {disk.holds} ({disk.folder}) is nearly full: "
                    f"{in_words(disk.free)} are free, and {in_words(mark)} must stay free "
                    f"(SQSDASH_FREE_DISK_MEGABYTES). Make room on it, or delete dumps that "
                    f"nobody needs."
                )
        return ""


def shortage(dump: Dump) -> str:
    """Why nothing more may be added to this dump, as a sentence; empty where there is room.

    Its own size is taken from its counts as this process knows them.
    """
    most = settings.SQSDASH["SQSDASH_DUMP_GIGABYTES"] * GIGABYTE
    if dump.size >= most:
        return (
            f"The dump is full: it takes {in_words(dump.size)}, and one may take "
            f"{in_words(most)} (SQSDASH_DUMP_GIGABYTES). Take fewer messages at a time, with a "
            f"filter or a number, or raise the limit."
        )
    return room().shortage


_measuring = Lock()
_last: Room | None = None


def room() -> Room:
    """As measured within the last second."""
    global _last
    with _measuring:
        now = time.monotonic()
        if _last is None or now - _last.measured_at >= FRESH_FOR:
            try:
                _last = measure(now)
            except DatabaseError:
                # A store that does not answer is found out by who commits next, and told there.
                if _last is None:
                    raise
                _last = replace(_last, measured_at=time.monotonic())
        return _last


def measure(now: float) -> Room:
    store = databases[store_database()]
    opened_here = store.connection is None
    try:
        used = Dump.objects.size()
        disks = disk_of_store(store)
    finally:
        if opened_here:  # in a thread of a sweep, which closes none
            store.close()
    temporary = Path(tempfile.gettempdir())
    if device(temporary) not in [device(disk.folder) for disk in disks]:
        disks.append(disk("temporary files", temporary))
    return Room(used, tuple(disks), now)


def disk_of_store(store: BaseDatabaseWrapper) -> list[Disk]:
    if store.vendor != "sqlite":
        return []
    with store.cursor() as cursor:
        cursor.execute("PRAGMA freelist_count")
        pages = cursor.fetchone()[0]
        cursor.execute("PRAGMA page_size")
        page_size = cursor.fetchone()[0]
    folder = Path(store.settings_dict["NAME"]).absolute().parent
    return [disk("the store", folder, reusable=pages * page_size)]


def device(folder: Path) -> int:
    return folder.stat().st_dev


def disk(holds: str, folder: Path, reusable: int = 0) -> Disk:
    return Disk(holds, folder, shutil.disk_usage(folder).free, reusable)


def in_words(count: float) -> str:
    """Bytes as people say them: 904 B, 1.4 kB, 2.0 MB, 3.1 GB."""
    if count < 1000:
        return f"{count:.0f} B"
    for unit, size in (("kB", 1000), ("MB", MEGABYTE)):
        if count < size * 999.95:
            return f"{count / size:.1f} {unit}"
    return f"{count / GIGABYTE:,.1f} GB"
