"""What is kept too long goes, in pieces."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from queues.jobs import retention
from queues.models import Dump, Message
from queues.tasks import expire
from tests.views.store import many, message, stored

pytestmark = pytest.mark.django_db(databases="__all__")


def test_a_peek_is_kept_for_an_hour_and_a_dump_for_two_weeks() -> None:
    for kind, life in ((Dump.Kind.PEEK, timedelta(hours=1)), (Dump.Kind.DUMP, timedelta(days=14))):
        dump = Dump.begin(kind, "local", "orders", "mara")
        assert abs(dump.expires_at - timezone.now() - life) < timedelta(seconds=5)


def test_only_what_is_too_old_goes() -> None:
    old = stored(message("old"), expires_at=timezone.now() - timedelta(seconds=1))
    young = stored(message("young"), expires_at=timezone.now() + timedelta(minutes=1))
    expire()
    assert list(Dump.objects.values_list("pk", flat=True)) == [young.pk]
    assert not Message.objects.filter(dump_id=old.pk).exists()
    assert [record.body for record in young.records()] == ["young"]


def test_a_big_dump_goes_in_small_pieces_over_several_rounds(
    monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    monkeypatch.setattr(retention, "CHUNK", 10)
    monkeypatch.setattr(retention, "MOST_CHUNKS", 3)
    dump = many(75)
    Dump.objects.filter(pk=dump.pk).update(expires_at=timezone.now() - timedelta(days=1))
    left = []
    for _ in range(4):
        assert retention.expire() <= 30
        left.append(Message.objects.count())
    assert left == [45, 15, 0, 0]
    assert not Dump.objects.exists()
