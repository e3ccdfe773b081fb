"""A real job on a real store, as a worker does it; without Celery, which only rings."""

from __future__ import annotations

import argparse

from django.contrib.auth.models import User

from benchmarks.programs.prepare import USERNAME
from benchmarks.programs.stopwatch import Stopwatch
from queues import connections
from queues.jobs import life
from queues.jobs.start import start
from queues.models import Dump
from queues.tasks import WORK

CONNECTION = connections.embedded()


def main() -> None:
    parser = argparse.ArgumentParser(prog="job", description=__doc__)
    parser.add_argument("kind")
    parser.add_argument("queue")
    parser.add_argument("--threads", type=int, default=16)
    options = parser.parse_args()
    user = User.objects.get(username=USERNAME)
    # With a job's usual options, but for the number of threads.
    own = {"threads": options.threads}
    job = start(options.kind, CONNECTION.slug, options.queue, user, options=own)
    stopwatch = Stopwatch()
    for patient in (True, False):
        stopwatch.watch(connections.client(CONNECTION, patient=patient))
    life.run(job.pk, WORK)
    job.refresh_from_db()
    dump = Dump.objects.get(pk=str(job.dump_id))
    stopwatch.report(
        unique=dump.message_count, state=job.state, verdict=dump.verdict, said=job.sentence
    )
