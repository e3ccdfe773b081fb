"""One process, one job, nothing around it. Orders say what is to go wrong in here."""

from __future__ import annotations

import os
import random
import resource
import signal
import sys
from typing import NoReturn
from uuid import UUID

from queues import tasks
from queues.jobs import life
from queues.sqs import retry
from tests.faults import broken
from tests.faults.orders import Orders
from tests.faults.probe import Probe


def main(job_id: UUID, orders: Orders) -> NoReturn:
    random.seed()  # its elder siblings drew the same numbers
    try:
        if orders.file_bytes is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (orders.file_bytes, resource.RLIM_INFINITY))
        # The one duration that no setting names: the longest pause before a call is tried again.
        retry.pause.__defaults__ = (retry.LONGEST_PAUSE / 20,)
        probe = Probe(orders)
        probe.install()
        broken.take_out(orders.broken)
        # As a worker does that is told to end; see queues.tasks.let_go.
        signal.signal(signal.SIGTERM, lambda *_: life.stopping.set())
        life.run(job_id, tasks.WORK)
        probe.note("end", checkpoints=probe.passed)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        # A thread left behind in a call that hangs must not keep the process.
        os._exit(0)
