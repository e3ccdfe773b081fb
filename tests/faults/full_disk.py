"""A disk that is full or broken, as the job's process meets it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

import psycopg
from django.conf import settings

from queues.models.routing import store_database
from tests.faults.locked_database import url_of
from tests.faults.nemesis import Peace
from tests.faults.orders import Orders
from tests.faults.shift import Shift

# 53100: disk_full, as PostgreSQL itself says it.
FULL = """
CREATE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT count(*) FROM {table}) >= {rows} THEN
        RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER disk_full AFTER INSERT ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION disk_full();
"""


@dataclass
class FailingWrites(Peace):
    """The writes of these numbers fail, in the process of each attempt up to `attempts`."""

    writes: tuple[int, ...] = ()
    attempts: int = 1

    def orders(self, attempt: int) -> Orders:
        return Orders("", failing_writes=self.writes if attempt <= self.attempts else ())


@dataclass
class FullSqlite(Peace):
    """The store may grow by so many pages (`SQLITE_FULL`), or any file by so many bytes (`EFBIG`,
    which SQLite takes for a broken disk); for good, or for the first attempts only."""

    pages: int | None = None
    file_bytes: int | None = None
    attempts: int = 1

    def orders(self, attempt: int) -> Orders:
        if attempt > self.attempts:
            return Orders("")
        path = Path(settings.DATABASES["store"]["NAME"])
        if self.file_bytes is not None:
            # The journal of this attempt begins anew, and has to fit, too.
            return Orders("", file_bytes=self.file_bytes)
        with sqlite3.connect(path) as store:
            now: int = store.execute("PRAGMA page_count").fetchone()[0]
        return Orders("", pages=now + (self.pages or 0))


@dataclass
class FullPostgres(Peace):
    """No more than so many rows go into a table of the store; room is made again after a while."""

    table: str = "queues_message"
    rows: int = 100
    lasts: float | None = None
    _made: bool = False

    def orders(self, attempt: int) -> Orders:
        if not self._made:
            self._made = True
            self._execute(FULL.format(table=self.table, rows=self.rows))
        return Orders("")

    def look(self, shift: Shift) -> None:
        if self._made and self.lasts is not None and shift.age >= self.lasts:
            self._execute(f"DROP TRIGGER IF EXISTS disk_full ON {self.table}")
            self.lasts = None

    def _execute(self, statement: str) -> None:
        with psycopg.connect(url_of(store_database()), autocommit=True) as server:
            server.execute(statement)
