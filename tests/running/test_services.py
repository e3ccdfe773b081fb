"""The same dashboard on real servers, and on a broker that is away."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import RunDashboard
from tests.running.dashboard import Dashboard
from tests.running.services import missing
from tests.running.visitor import Visitor

ORDERS = [f"order {number} ☃" for number in range(25)]
# Queries over them, and how many match.
FOUND = {
    "text=order+7+%E2%98%83": 1,
    "text=ORDER+1&case=ignore": 11,
    "text=%25": 0,
    "text=%00": 0,
    "size_from=12": 15,
    "where=attributes.SentTimestamp": 25,
    "received_to=1&by=attributes.SenderId": 25,
}
# What holds a NUL, which PostgreSQL takes in no text.
UNHEARD_OF = {
    "/connections/local/queues/a%00b/": 404,
    "/connections/local/queues/a%00b/clear/": 404,
    "/jobs/?queue=a%00b": 200,
}
# Its proof that nothing is left waits for a second at a time.
QUICK = {"SQSDASH_SWEEP_WAIT_SECONDS": 1}


def send_orders(dashboard: Dashboard) -> None:
    url = dashboard.sqs.create_queue(QueueName="orders")["QueueUrl"]
    for body in ORDERS:
        dashboard.sqs.send_message(QueueUrl=url, MessageBody=body)


def downloaded_orders(visitor: Visitor, dump: str) -> list[str]:
    lines = visitor.download(dump).splitlines()
    return sorted(json.loads(line)["body"] for line in lines)


def test_a_dump_on_postgresql_with_redis_ends_is_searched_and_downloads(
    run_dashboard: RunDashboard, postgres_url: str, redis_url: str
) -> None:
    dashboard = run_dashboard(DATABASE_URL=postgres_url, CELERY_BROKER_URL=redis_url, **QUICK)
    send_orders(dashboard)
    visitor = dashboard.sign_in()
    dump = visitor.dump("orders")
    assert downloaded_orders(visitor, dump) == sorted(ORDERS)
    for asked, number in FOUND.items():
        shown = " ".join(visitor.get(f"{dump}?{asked}").text.split())
        assert f"<b>{number}</b> of 25 messages match" in shown, asked
    for path, status in UNHEARD_OF.items():
        assert visitor.get(path).status == status, path
    assert not list(dashboard.folder.glob("*.sqlite3"))
    dashboard.stop()  # before its database goes


def test_a_dump_with_rabbitmq_ends_and_downloads(
    run_dashboard: RunDashboard, rabbitmq_url: str
) -> None:
    dashboard = run_dashboard(CELERY_BROKER_URL=rabbitmq_url, **QUICK)
    send_orders(dashboard)
    visitor = dashboard.sign_in()
    assert downloaded_orders(visitor, visitor.dump("orders")) == sorted(ORDERS)
    dashboard.stop()


def test_a_dump_asked_for_while_the_broker_is_away_is_made_once_it_is_back(
    run_dashboard: RunDashboard, free_port: int, tmp_path: Path
) -> None:
    dashboard = run_dashboard(CELERY_BROKER_URL=f"redis://127.0.0.1:{free_port}/0", **QUICK)
    assert f"127.0.0.1:{free_port}, does not answer" in dashboard.said
    send_orders(dashboard)
    visitor = dashboard.sign_in()
    dump = visitor.dump("orders")
    assert "Waiting" in visitor.get(dump).text
    a_minute_passes(dashboard)
    with redis_server(free_port, tmp_path):
        assert downloaded_orders(visitor, dump) == sorted(ORDERS)
        dashboard.stop()


def a_minute_passes(dashboard: Dashboard) -> None:
    """For the jobs that wait: they were last rung for a minute earlier than they were."""
    with sqlite3.connect(dashboard.folder / "sqsdash.sqlite3", timeout=20) as database:
        database.execute("UPDATE queues_job SET rung_at = datetime(rung_at, '-60 seconds')")


@contextmanager
def redis_server(port: int, folder: Path) -> Iterator[None]:
    """A Redis of the test's own."""
    program = shutil.which("redis-server")
    if program is None:
        missing("redis-server", "the program is not installed")
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    server = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        server.terminate()
        server.wait(10)
