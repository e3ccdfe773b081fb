"""What is kept too long goes, in pieces; what is needed stays."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from queues.jobs import retention
from queues.models import Dump, Job, Ledger, Message, Settlement
from queues.tasks import expire
from tests.views.store import job_of, many, message, stored

pytestmark = pytest.mark.django_db(databases="__all__")

LONG_AGO = timedelta(days=1)


def expired(dump: Dump) -> Dump:
    Dump.objects.filter(pk=dump.pk).update(expires_at=timezone.now() - LONG_AGO)
    return dump


def ledger_of(job: Job, settlements: int) -> Ledger:
    """The job has settled every message of its dump."""
    assert job.dump_id
    ledger = Ledger.objects.create(job_id=job.pk, dump_id=job.dump_id)
    Settlement.objects.bulk_create(
        Settlement(ledger=ledger, number=n, ordinal=n + 1, state=Settlement.State.DELETED)
        for n in range(settlements)
    )
    return ledger


@pytest.mark.parametrize(
    ("kind", "life"),
    [
        (Dump.Kind.PEEK, timedelta(hours=1)),
        (Dump.Kind.DUMP, timedelta(days=14)),
        (Dump.Kind.UPLOAD, timedelta(days=14)),
        (Dump.Kind.BACKUP, timedelta(days=30)),
    ],
)
def test_each_kind_of_dump_has_its_own_life(kind: Dump.Kind, life: timedelta) -> None:
    dump = Dump.begin(kind, "local", "orders", "mara")
    assert abs(dump.expires_at - timezone.now() - life) < timedelta(minutes=1)


def test_how_long_a_backup_is_kept_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(settings.SQSDASH, "SQSDASH_BACKUP_DAYS", 0.5)
    dump = Dump.begin(Dump.Kind.BACKUP, "local", "orders", "mara")
    assert abs(dump.expires_at - timezone.now() - timedelta(hours=12)) < timedelta(minutes=1)


def test_only_what_is_too_old_goes() -> None:
    old = expired(stored(message("old")))
    young = stored(message("young"), expires_at=timezone.now() + timedelta(minutes=1))
    expire()
    assert list(Dump.objects.values_list("pk", flat=True)) == [young.pk]
    assert not Message.objects.filter(dump_id=old.pk).exists()
    assert [record.body for record in young.records()] == ["young"]


def test_a_pinned_dump_stays_for_good() -> None:
    dump = expired(stored(message("dear"), pinned=True))
    expire()
    assert [record.body for record in dump.records()] == ["dear"]


def test_a_big_dump_goes_in_small_pieces_over_several_rounds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(retention, "MOST_ROWS", 10)
    monkeypatch.setattr(retention, "MOST_PIECES", 3)
    expired(many(75))
    left = []
    for _ in range(4):
        assert retention.expire() <= 30
        left.append(Message.objects.count())
    assert left == [45, 15, 0, 0]
    assert not Dump.objects.exists()


def test_of_large_messages_fewer_go_at_a_time_since_writers_wait_for_each_piece(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(retention, "MOST_BYTES", 100_000)
    monkeypatch.setattr(retention, "MOST_PIECES", 1)
    expired(stored(*(message("x" * 40_000, f"m-{n}") for n in range(5))))
    left = []
    for _ in range(4):
        retention.expire()
        left.append(Message.objects.count())
    assert left == [3, 1, 0, 0]
    assert not Dump.objects.exists()


def test_the_ledgers_of_a_dump_go_with_it_in_small_pieces_too(
    monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    monkeypatch.setattr(retention, "MOST_ROWS", 10)
    monkeypatch.setattr(retention, "MOST_PIECES", 3)
    dump = many(20)
    ledger_of(job_of(dump, state=Job.State.DONE), 20)
    ledger_of(job_of(dump, state=Job.State.DONE), 20)
    another = many(5)
    ledger_of(job_of(another, state=Job.State.DONE), 5)
    expired(dump)
    left = []
    for _ in range(3):
        assert retention.expire() <= 30
        left.append((Settlement.objects.count(), Message.objects.count()))
    assert left == [(15, 25), (5, 5), (5, 5)]
    assert Dump.objects.get() == another
    assert Ledger.objects.count() == 1
    assert Job.objects.count() == 3  # what was done stays on record


def needs(dump: Dump, **fields: Any) -> Job:
    """A job on another dump that needs this one."""
    return Job.objects.create(
        kind=Job.Kind.DELETE,
        connection="local",
        queue_name="orders",
        dump_id=uuid.uuid4(),
        **fields,
    )


def undo(dump: Dump) -> Job:
    return needs(dump, undo_of=job_of(dump, state=Job.State.DONE))


def take_back(dump: Dump) -> Job:
    moved = job_of(dump, state=Job.State.DONE)
    return needs(dump, options={"selection": {"sent_by": str(moved.pk)}})


def delete_selected(dump: Dump) -> Job:
    return needs(dump, options={"selection": {"dump": str(dump.pk), "ordinals": [1]}})


@pytest.mark.parametrize("start", [job_of, undo, take_back, delete_selected])
def test_a_dump_stays_while_a_job_needs_it_and_an_hour_longer(start: Any) -> None:
    dump = stored(message("needed"))
    job = start(dump)
    expired(dump)
    expire()
    assert Dump.objects.kept().get() == dump
    Job.objects.filter(pk=job.pk).update(state=Job.State.DONE)
    expire()
    assert [record.body for record in dump.records()] == ["needed"]
    dump.refresh_from_db()
    assert abs(dump.expires_at - timezone.now() - timedelta(hours=1)) < timedelta(minutes=1)
    expired(dump)
    expire()
    assert not Dump.objects.exists()


def test_a_dump_that_has_just_expired_is_out_of_sight_but_not_yet_torn_apart() -> None:
    """Whoever began to use it a moment before has time to say so, with a job."""
    dump = stored(message("late"), expires_at=timezone.now() - timedelta(seconds=1))
    expire()
    assert not Dump.objects.kept().exists()
    job_of(dump)
    expire()
    assert Dump.objects.kept().get() == dump
    assert [record.body for record in dump.records()] == ["late"]


def test_a_dump_deleted_by_hand_is_gone_at_once_and_its_rows_soon(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dump = many(3)
    assert retention.forget(dump) == ""
    assert not Dump.objects.kept().exists()
    monkeypatch.setattr("queues.models.store.GRACE", timedelta())
    expire()
    assert not Dump.objects.exists()
    assert not Message.objects.exists()


def test_a_pinned_dump_and_one_in_use_are_not_deleted_and_it_is_said_why() -> None:
    pinned, used = stored(message("dear"), pinned=True), stored(message("needed"))
    job_of(used, state=Job.State.RUNNING)
    assert retention.forget(pinned) == "It is pinned. Unpin it first."
    assert retention.forget(used) == (
        "It is needed by a job that has not ended: Dump of orders. Cancel that, or wait for it."
    )
    assert Dump.objects.kept().count() == 2
