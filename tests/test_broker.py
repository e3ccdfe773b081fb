"""The embedded broker: what is put in comes out once, whoever else reads and writes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection
from kombu.exceptions import OperationalError
from kombu.simple import SimpleQueue

import sqsdash.celery  # noqa: F401  the transport's name is known from here on


def connect(folder: Path) -> Connection:
    options = {"folder": str(folder), "polling_interval": 0.01}
    return Connection("embedded://", transport_options=options)


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Connection]:
    with connect(tmp_path / "broker") as connection:
        yield connection


def taken(queue: SimpleQueue) -> list[object]:
    found: list[object] = []
    try:
        while True:
            message = queue.get(timeout=0.3)
            message.ack()
            found.append(message.payload)
    except Empty:
        return found


def test_messages_come_out_in_the_order_they_were_put_in(broker: Connection) -> None:
    jobs = broker.SimpleQueue("jobs")
    for number in range(5):
        jobs.put({"job": number})
    assert taken(jobs) == [{"job": number} for number in range(5)]


def test_a_message_waits_for_a_worker_that_starts_later(tmp_path: Path) -> None:
    with connect(tmp_path) as web:
        web.SimpleQueue("jobs").put({"job": "☃"})
    with connect(tmp_path) as worker:
        assert taken(worker.SimpleQueue("jobs")) == [{"job": "☃"}]


def test_a_queue_does_not_get_what_was_put_into_another(broker: Connection) -> None:
    broker.SimpleQueue("jobs").put("dump")
    control = broker.SimpleQueue("control")
    control.put("reap")
    assert control.qsize() == 1
    assert taken(control) == ["reap"]


def test_many_writers_and_readers_lose_nothing_and_get_nothing_twice(tmp_path: Path) -> None:
    writers, each = 4, 50
    found: list[object] = []

    def write(writer: int) -> None:
        with connect(tmp_path) as connection:
            jobs = connection.SimpleQueue("jobs")
            for number in range(each):
                jobs.put([writer, number, "x" * 8000])

    def read() -> None:
        with connect(tmp_path) as connection:
            jobs = connection.SimpleQueue("jobs")
            while len(found) < writers * each and not gave_up.is_set():
                found.extend(taken(jobs))

    gave_up = threading.Event()
    threads = [threading.Thread(target=write, args=[writer]) for writer in range(writers)]
    threads += [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    gave_up.set()
    assert sorted(found) == [[w, n, "x" * 8000] for w in range(writers) for n in range(each)]  # type: ignore[type-var]


def test_a_message_that_is_still_being_written_is_not_taken(
    broker: Connection, tmp_path: Path
) -> None:
    jobs = broker.SimpleQueue("jobs")
    jobs.put("whole")
    (message,) = (tmp_path / "broker").glob("*.jobs.msg")
    message.rename(message.with_name("half.unfinished"))
    assert taken(jobs) == []


def test_a_folder_that_cannot_be_used_is_a_broker_that_is_away(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with connect(tmp_path / "file" / "broker") as connection, pytest.raises(OperationalError):
        connection.ensure_connection(max_retries=1, interval_start=0)


def test_purging_empties_one_queue(broker: Connection) -> None:
    jobs, control = broker.SimpleQueue("jobs"), broker.SimpleQueue("control")
    jobs.put("dump")
    control.put("reap")
    assert jobs.clear() == 1
    assert (jobs.qsize(), control.qsize()) == (0, 1)
