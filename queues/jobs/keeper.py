"""Who watches over a running job: renews its lease, and knows when to stop."""

from __future__ import annotations

import logging
import threading
import time

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from queues.jobs.space import shortage
from queues.models import Dump, Job
from queues.models.job import lease
from queues.sqs.guard import Fenced

log = logging.getLogger(__name__)

# Set when this process is asked to end: running jobs let go of what they hold and are handed back.
stopping = threading.Event()


class Keeper(threading.Thread):
    """A thread of its own, so that a lease is renewed however long a call or a commit takes."""

    def __init__(self, job: Job) -> None:
        super().__init__(name=f"keeper-{job.pk}", daemon=True)
        self.job = job
        self.fenced = False
        self.cancelled = job.cancel_requested
        self.shortage = ""
        self._dump: Dump | None = None
        self._renewed = time.monotonic()
        self._lost_touch = False
        self._over = threading.Event()
        limits = settings.SQSDASH
        self._look_every = limits["SQSDASH_JOB_LOOK_SECONDS"]
        self._renew_every = limits["SQSDASH_JOB_HEARTBEAT_SECONDS"]
        self._sure_for = limits["SQSDASH_JOB_LEASE_SECONDS"] / 2

    def watch_room(self, dump: Dump) -> None:
        """From now on a store, dump or disk without room stops the job, too."""
        self._dump = dump
        self.look_for_room()

    def look_for_room(self) -> None:
        """Called often by the thread that stores: it asks the store how much it holds."""
        if self._dump is not None and not self.shortage:
            self.shortage = shortage(self._dump)

    def keep_going(self) -> bool:
        """Asked by all threads before every receive, and often in between: quick."""
        return not (self.cancelled or self.shortage or self.interrupted)

    @property
    def interrupted(self) -> bool:
        """It is to end here, and to go on with another worker."""
        return stopping.is_set() or self.fenced or self._unsure

    @property
    def _unsure(self) -> bool:
        """A worker that could not renew stops by itself, well before its lease ends: SQS cannot
        tell its calls from the next worker's. For good, even if it renews after all: what has
        stopped for this must not be taken for finished."""
        if time.monotonic() - self._renewed > self._sure_for:
            self._lost_touch = True
        return self._lost_touch

    def ask_leave(self, operation: str) -> None:
        """Before every call to SQS. Raises Fenced."""
        if self.fenced:
            raise Fenced("Another worker has this job.")
        if self._unsure:
            raise Fenced(
                f"Its lease could not be renewed for {self._sure_for:g} s: the database did not "
                "answer."
            )

    def run(self) -> None:
        while not self._over.wait(self._look_every):
            try:
                self._look()
            except DatabaseError:
                log.warning("job %s: cannot renew its lease now", self.job.pk, exc_info=True)
        connection.close()

    def _look(self) -> None:
        asked_at = time.monotonic()
        row = Job.objects.filter(pk=self.job.pk, epoch=self.job.epoch, state=Job.State.RUNNING)
        cancelled = row.values_list("cancel_requested", flat=True).first()
        if cancelled is None:
            self.fenced = True
            return
        self.cancelled = self.cancelled or cancelled
        if asked_at - self._renewed < self._renew_every:
            return
        self.fenced = not self.job.write(lease_until=timezone.now() + lease())
        # From before it was asked: the answer may have been long on its way.
        self._renewed = asked_at

    def stop(self) -> None:
        self._over.set()
        self.join(timeout=5)
