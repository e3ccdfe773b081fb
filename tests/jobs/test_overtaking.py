"""A worker that was taken for dead, and its successor."""

from __future__ import annotations

import pytest
from django.utils import timezone

from queues.formats import Record
from queues.jobs.books import open_ledger
from queues.models import Dump
from tests.jobs.working import Make

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)


def test_what_a_frozen_worker_commits_while_its_successor_takes_over_is_counted(
    make: Make, orders: str
) -> None:
    job = make("clear")
    as_the_successor_read_it = Dump.objects.get(pk=str(job.dump_id))
    Dump.objects.get(pk=str(job.dump_id)).add_records(
        [Record("id-1", "order 1", "md5", timezone.now())]
    )
    assert job.claim("its successor")
    open_ledger(job, as_the_successor_read_it)
    assert as_the_successor_read_it.message_count == 1
