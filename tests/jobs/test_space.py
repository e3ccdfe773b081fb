"""Room: what is full is told in time, with what to do."""

from __future__ import annotations

import shutil
import tempfile
import threading
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.conf import settings
from django.db import DatabaseError, connections

from queues.jobs import space
from queues.models import Dump
from queues.models.routing import store_database
from queues.models.store import ROW_BYTES
from tests.views.store import many, message, stored

pytestmark = pytest.mark.django_db(databases="__all__")


class Usage(NamedTuple):
    free: int


@pytest.fixture(autouse=True)
def measured_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(space, "_last", None)
    monkeypatch.setattr(space, "FRESH_FOR", 0.0)


@pytest.fixture
def limit(monkeypatch: pytest.MonkeyPatch) -> Any:
    def to(name: str, value: float) -> None:
        monkeypatch.setitem(settings.SQSDASH, name, value)

    return to


@pytest.fixture
def free(monkeypatch: pytest.MonkeyPatch) -> Any:
    """So much is free on the disk of a folder, as this machine would say."""
    said: dict[Path, int] = {}

    def usage(folder: Path) -> Usage:
        return Usage(said.get(Path(folder), 10**12))

    monkeypatch.setattr(shutil, "disk_usage", usage)
    monkeypatch.setattr(space, "device", hash)  # each folder on a disk of its own
    return said


def store_folder() -> Path:
    if connections[store_database()].vendor != "sqlite":
        pytest.skip("only SQLite's disk is ours to measure")
    return Path(connections[store_database()].settings_dict["NAME"]).parent


def test_as_long_as_there_is_room_nothing_is_said(free: Any) -> None:
    assert space.shortage(many(3)) == ""


def test_a_dump_may_take_so_much_and_then_no_more(limit: Any, free: Any) -> None:
    dump = stored(message("x" * 500_000))
    limit("SQSDASH_DUMP_GIGABYTES", 0.001)
    assert space.shortage(dump) == ""
    dump.add([message("x" * 500_000, "m-2")], dump.created_at)
    assert space.shortage(dump) == (
        "The dump is full: it takes 1.0 MB, and one may take 1.0 MB (SQSDASH_DUMP_GIGABYTES). "
        "Take fewer messages at a time, with a filter or a number, or raise the limit."
    )


def test_all_dumps_together_may_take_so_much(limit: Any, free: Any) -> None:
    limit("SQSDASH_STORE_GIGABYTES", 0.001)
    stored(message("x" * 600_000))
    dump = Dump.begin(Dump.Kind.DUMP, "local", "mails", "mara")
    assert space.shortage(dump) == ""
    stored(message("x" * 600_000))
    assert space.shortage(dump) == (
        "The store is full: all dumps together take 1.2 MB, and may take 1.0 MB "
        "(SQSDASH_STORE_GIGABYTES). Delete dumps that nobody needs, or raise the limit."
    )


def test_attributes_take_room_too() -> None:
    small = stored(message("x"))
    large = stored(message("x", attributes={"SenderId": "s" * 5_000}))
    assert large.size - small.size > 4_800
    assert Dump.objects.size() == small.size + large.size


def test_the_estimate_is_near_what_the_store_really_takes() -> None:
    """Without a ledger, which a dump's estimate also has room for."""
    before = used_by_the_file()
    dump = many(1000)
    really = used_by_the_file() - before
    assert dump.size - 1000 * ROW_BYTES < really <= dump.size


def used_by_the_file() -> int:
    store = connections[store_database()]
    if store.vendor != "sqlite":
        pytest.skip("SQLite's own numbers")
    numbers: dict[str, int] = {}
    with store.cursor() as cursor:
        for name in ("page_count", "freelist_count", "page_size"):
            cursor.execute(f"PRAGMA {name}")
            numbers[name] = cursor.fetchone()[0]
    return (numbers["page_count"] - numbers["freelist_count"]) * numbers["page_size"]


@pytest.mark.parametrize("holds", ["the store", "temporary files"])
def test_a_disk_that_is_nearly_full_is_named(holds: str, free: Any, limit: Any) -> None:
    folder = store_folder() if holds == "the store" else Path(tempfile.gettempdir())
    dump = many(1)
    free[folder] = 501_000_000
    assert space.shortage(dump) == ""
    free[folder] = 480_000_000
    assert space.shortage(dump) == (
        f"The disk of {holds} ({folder}) is nearly full: 480.0 MB are free, and 500.0 MB must "
        f"stay free (SQSDASH_FREE_DISK_MEGABYTES). Make room on it, or delete dumps that nobody "
        f"needs."
    )
    limit("SQSDASH_FREE_DISK_MEGABYTES", 400)
    assert space.shortage(dump) == ""


def test_a_disk_that_holds_both_is_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert store_folder()
    monkeypatch.setattr(space, "device", lambda folder: 1)
    assert [disk.holds for disk in space.room().disks] == ["the store"]


def test_what_deleted_messages_left_in_the_stores_file_is_room_to_write(
    free: Any, limit: Any
) -> None:
    """SQLite's file does not shrink: on a full disk deleting a dump must help all the same."""
    limit("SQSDASH_FREE_DISK_MEGABYTES", 2)
    dump = stored(message("x" * 1_000_000), message("x" * 1_000_000, "m-2"))
    free[store_folder()] = 1_000_000
    assert "nearly full" in space.shortage(dump)
    dump.messages.all().delete()
    dump.delete()
    fresh = Dump.begin(Dump.Kind.DUMP, "local", "orders", "mara")
    assert space.shortage(fresh) == ""
    free[store_folder()] = 100_000  # and yet its journal needs some
    assert "nearly full" in space.shortage(fresh)


def test_it_is_measured_once_a_second_however_many_ask(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr(space, "FRESH_FOR", 3600.0)
    dump = many(1)
    space.shortage(dump)
    with django_assert_num_queries(0, using=store_database()):
        assert [space.shortage(dump) for _ in range(100)] == [""] * 100


@pytest.mark.django_db(databases="__all__", transaction=True)
def test_a_thread_that_asks_leaves_no_connection_open() -> None:
    dump = many(1)
    left: list[Any] = []

    def ask() -> None:
        space.shortage(dump)
        left.append(connections[store_database()].connection)

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join(timeout=60)
    assert left == [None]


def test_a_store_that_does_not_answer_is_not_called_full(
    monkeypatch: pytest.MonkeyPatch, free: Any
) -> None:
    dump = many(1)
    assert space.shortage(dump) == ""

    def away(now: float) -> space.Room:
        raise DatabaseError("the server closed the connection")

    monkeypatch.setattr(space, "measure", away)
    assert space.shortage(dump) == ""
    monkeypatch.setattr(space, "_last", None)
    with pytest.raises(DatabaseError):
        space.shortage(dump)


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1_000, "1.0 kB"),
        (999_949, "999.9 kB"),
        (999_950, "1.0 MB"),
        (999_950_000, "1.0 GB"),
        (12_345_000_000_000, "12,345.0 GB"),
    ],
)
def test_sizes_are_said_in_the_largest_unit_that_fits(count: int, said: str) -> None:
    assert space.in_words(count) == said
