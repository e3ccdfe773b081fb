"""The store keeps messages exactly as they came, and in their order."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from queues.models import Dump, Message, routing
from queues.models.routing import StoreRouter, store_database
from queues.sqs.types import MessageAttribute
from tests.views.store import many, message, stored

pytestmark = pytest.mark.django_db(databases="__all__")

ANY_TEXT = st.text(st.characters(exclude_categories=()))
VALUES = st.tuples(st.just("String"), ANY_TEXT) | st.tuples(st.just("Binary"), st.binary())


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(body=ANY_TEXT, attributes=st.dictionaries(ANY_TEXT, VALUES, max_size=3))
def test_whatever_a_server_hands_out_is_kept_exactly(
    body: str, attributes: dict[str, tuple[str, Any]]
) -> None:
    given_attributes = {name: MessageAttribute(*value) for name, value in attributes.items()}
    dump = stored(message(body, message_attributes=given_attributes))
    [record] = Dump.objects.get(pk=dump.pk).records()
    assert record.body == body
    assert dict(record.message_attributes) == given_attributes


def test_records_come_in_the_order_they_came_in_however_many_there_are() -> None:
    assert [record.message_id for record in many(450).records()] == [
        f"m-{n}" for n in range(1, 451)
    ]


def test_reading_a_long_dump_holds_no_query_open(django_assert_num_queries: Any) -> None:
    dump = many(450)
    with django_assert_num_queries(4, using=store_database()):
        assert sum(1 for _ in dump.records()) == 450


def test_a_list_of_messages_reads_beginnings_and_not_bodies(
    django_assert_num_queries: Any,
) -> None:
    dump = stored(message("x" * 100_000))
    with django_assert_num_queries(1, using=store_database()):
        [row] = dump.rows()
        assert (len(row.head), row.length) == (400, 100_000)  # type: ignore[attr-defined]
        assert row.facts.receive_count == 1


def test_a_message_stands_once_in_a_dump() -> None:
    dump = stored(message("one"))
    with pytest.raises(IntegrityError), transaction.atomic(using=store_database()):
        dump.add([message("again")], timezone.now())
    assert Dump.objects.get(pk=dump.pk).message_count == Message.objects.count() == 1


def test_numbers_and_messages_are_written_together_or_not_at_all() -> None:
    dump = stored(message("one"))
    with pytest.raises(IntegrityError), transaction.atomic(using=store_database()):
        dump.add([message("two", "m-2"), message("one again")], timezone.now())
    assert Dump.objects.get(pk=dump.pk).byte_count == 3
    assert dump.message_count == 1


def test_a_message_knows_its_neighbours() -> None:
    first, second, third = many(3).messages.all()
    assert first.neighbours == (None, 2)
    assert second.neighbours == (1, 3)
    assert third.neighbours == (2, None)


@pytest.mark.skipif(store_database() == "default", reason="one database is set for both")
def test_messages_and_people_live_in_two_databases() -> None:
    assert Dump.objects.db == Message.objects.db == store_database() == "store"
    router = StoreRouter()
    assert router.allow_migrate("store", "queues", "message")
    assert not router.allow_migrate("default", "queues", "message")
    assert router.allow_migrate("default", "queues", "job")
    assert not router.allow_migrate("store", "auth", "user")


def test_with_one_database_for_both_everything_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routing, "settings", SimpleNamespace(DATABASES={"default": {}}))
    assert store_database() == "default"
    assert StoreRouter().allow_migrate("default", "queues", "message")
