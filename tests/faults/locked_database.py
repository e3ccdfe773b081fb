"""A database that somebody else holds locked for a while, or whose connections break."""

from __future__ import annotations

import sqlite3
import time
from abc import abstractmethod
from dataclasses import dataclass, field
from typing import Any

import psycopg
from django.conf import settings

from queues.models.routing import store_database
from tests.faults.nemesis import Peace
from tests.faults.shift import Shift


@dataclass(frozen=True)
class Spell:
    """`begins`: seconds after the job's first process. `table`: what is locked on PostgreSQL."""

    begins: float
    lasts: float
    alias: str
    table: str


@dataclass
class Locked(Peace):
    """Nobody can write while a spell lasts; they come one after the other."""

    spells: tuple[Spell, ...] = ()
    _until: float = 0.0
    _lock: Any = field(default=None, repr=False)

    def look(self, shift: Shift) -> None:
        if self._lock is not None and time.monotonic() >= self._until:
            self._lock.close()
            self._lock = None
        elif self._lock is None and self.faults < len(self.spells):
            spell = self.spells[self.faults]
            if shift.age >= spell.begins and (lock := self._take(spell)):
                self._lock, self._until = lock, time.monotonic() + spell.lasts
                self.faults += 1

    def release(self) -> None:
        if self._lock is not None:
            self._lock.close()

    @abstractmethod
    def _take(self, spell: Spell) -> Any:
        """A connection whose closing ends the lock; None if it cannot be had just now."""


class LockedSqlite(Locked):
    def _take(self, spell: Spell) -> Any:
        file = sqlite3.connect(settings.DATABASES[spell.alias]["NAME"], timeout=0)
        try:
            file.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            file.close()
            return None
        return file


class LockedPostgres(Locked):
    def _take(self, spell: Spell) -> Any:
        server = psycopg.connect(url_of(spell.alias))
        server.execute("SET lock_timeout = '50ms'")
        try:
            # Those who only read, as the parent does, are let through.
            server.execute(f"LOCK TABLE {spell.table} IN EXCLUSIVE MODE")
        except psycopg.errors.LockNotAvailable:
            server.close()
            return None
        return server


@dataclass
class CutConnections(Peace):
    """All connections to the database end, at these times after the job's first process began."""

    delays: tuple[float, ...] = ()

    def look(self, shift: Shift) -> None:
        if self.faults < len(self.delays) and shift.age >= self.delays[self.faults]:
            with psycopg.connect(url_of(store_database()), autocommit=True) as server:
                server.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname ="
                    " current_database() AND pid <> pg_backend_pid()"
                )
            self.faults += 1


def url_of(alias: str) -> str:
    """As psycopg wants it."""
    named = settings.DATABASES.get(alias, settings.DATABASES["default"])
    return f"host={named['HOST']} port={named['PORT']} user={named['USER']} dbname={named['NAME']}"
