"""Put into a process that works on jobs: counts checkpoints, logs, and strikes where it is told.

A checkpoint stands before and after every call to SQS and every commit to a database, a write
without a transaction of its own included. The product knows nothing of it: botocore's, Django's
and threading's one place for each of these is wrapped.
"""

from __future__ import annotations

import itertools
import os
import re
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from botocore.client import BaseClient
from django.db import DatabaseError, OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from queues.models import Job
from tests.faults.orders import Entry, Log, Orders
from tests.faults.wrapping import wrap

WRITE = re.compile(r'(INSERT INTO|UPDATE|DELETE FROM) "(\w+)"')

# Which claim of which job a thread works for: its own, or that of the thread that started it.
_owner = threading.local()
NOBODY = ("", 0)


class Probe:
    def __init__(self, orders: Orders) -> None:
        self._orders = orders
        self._log = Log(orders.log)
        self._lock = threading.Lock()
        self.passed = 0
        self._by_name: Counter[str] = Counter()
        self._writes = 0
        self._calls = itertools.count(1)

    def install(self) -> None:
        self._watch_threads()
        self._watch_claims()
        self._watch_calls()
        self._watch_writes()

    def note(self, what: str, **facts: Any) -> None:
        job, epoch = getattr(_owner, "claim", NOBODY)
        self._log.note(Entry(time.monotonic(), os.getpid(), job, epoch, what, facts))

    def checkpoint(self, name: str) -> None:
        with self._lock:
            self.passed += 1
            self._by_name[name] += 1
            number, time_here = self.passed, self._by_name[name]
        strikes = self._orders.strikes
        order = strikes.get(str(number)) or strikes.get(f"{name} {time_here}")
        if order is not None:
            self.note("strike", checkpoint=number, name=name, signal=order)
            os.kill(os.getpid(), signal.Signals[order])

    def _around_write(self, name: str, write: Callable[[], Any]) -> Any:
        self.checkpoint(f"before {name}")
        with self._lock:
            self._writes += 1
            fails = self._writes in self._orders.failing_writes
        if fails:
            raise OperationalError("disk I/O error")
        result = write()
        self.checkpoint(f"after {name}")
        return result

    def _watch_threads(self) -> None:
        def starting(start: Any) -> Any:
            def started(thread: Any) -> None:
                thread.works_for = getattr(_owner, "claim", NOBODY)
                start(thread)

            return started

        def working(work: Any) -> Any:
            def worked(thread: Any) -> None:
                _owner.claim = thread.works_for
                work(thread)

            return worked

        wrap(threading.Thread, "start", starting)
        wrap(threading.Thread, "_bootstrap_inner", working)

    def _watch_claims(self) -> None:
        def watching(claim: Any) -> Any:
            def watched(job: Job, *args: Any) -> bool:
                claimed = bool(claim(job, *args))
                if claimed:
                    _owner.claim = (str(job.pk), job.epoch)
                    self.note("claim")
                return claimed

            return watched

        wrap(Job, "claim", watching)

    def _watch_calls(self) -> None:
        def watching(call: Any) -> Any:
            def watched(client: BaseClient, operation: str, request: dict[str, Any]) -> Any:
                self.checkpoint(f"before {operation}")
                number = next(self._calls)
                self.note("call", number=number, operation=operation)
                try:
                    answer = call(client, operation, request)
                except BaseException as error:
                    self.note("back", number=number, error=type(error).__name__)
                    self.checkpoint(f"after failed {operation}")
                    raise
                self.note("back", number=number, error="")
                self.checkpoint(f"after {operation}")
                return answer

            return watched

        wrap(BaseClient, "_make_api_call", watching)

    def _watch_writes(self) -> None:
        def watching(commit: Any) -> Any:
            def watched(database: BaseDatabaseWrapper) -> None:
                name = f"commit to {database.alias}"
                try:
                    self._around_write(name, lambda: commit(database))
                except DatabaseError as error:
                    self.note("failure", name=name, error=str(error))
                    raise

            return watched

        def connected(connection: Any, **_: Any) -> None:
            if self._watch_statement not in connection.execute_wrappers:
                connection.execute_wrappers.append(self._watch_statement)
            if self._orders.pages and connection.alias == "store":
                with connection.cursor() as cursor:
                    cursor.execute(f"PRAGMA max_page_count = {self._orders.pages}")

        wrap(BaseDatabaseWrapper, "_commit", watching)
        connection_created.connect(connected, weak=False)

    def _watch_statement(
        self, execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        written = WRITE.match(sql)
        name = f"{written[1].split()[0]} {written[2]}" if written else "statement"
        try:
            if written is None or context["connection"].in_atomic_block:
                return execute(sql, params, many, context)
            return self._around_write(name, lambda: execute(sql, params, many, context))
        except DatabaseError as error:
            self.note("failure", name=name, error=str(error))
            raise
