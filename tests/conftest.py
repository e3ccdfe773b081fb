"""What every test may ask for."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from queues import connections
from queues.connections_file import Connection
from simulator import Simulator
from tests.running.dashboard import Dashboard
from tests.running.dashboard import free_port as any_free_port
from tests.running.services import postgres_url, rabbitmq_url, redis_url
from tests.settings import FOLDER

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

__all__ = ["postgres_url", "rabbitmq_url", "redis_url"]

# Playwright runs an event loop in the test's thread; Django takes that for an async caller.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
BROWSER_FOUND = Path(settings.BASE_DIR) / ".venv" / "chromium"  # by scripts/ensure_browser.py


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    """Each process of a run has a folder of its own; xdist's end without an "unconfigure"."""
    shutil.rmtree(FOLDER, ignore_errors=True)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    found = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if BROWSER_FOUND.exists():
        found = BROWSER_FOUND.read_text().strip() or found
    flags = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
    flags += ["--disable-background-networking", "--disable-component-update"]
    if os.geteuid() == 0:
        flags.append("--no-sandbox")  # Chromium has none for root
    given = {"executable_path": found} if found else {}
    return {**browser_type_launch_args, "args": flags, **given}


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with Simulator(seed=2012) as running:
        yield running


@pytest.fixture
def connection(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connection]:
    """The one connection there is, `local`: a simulator of this test's own."""
    local = Connection(
        slug="local",
        name="local",
        environment="simulator",
        region="us-east-1",
        endpoint_url=simulator.endpoint,
        credentials="embedded",
    )
    connections.forget()
    monkeypatch.setattr(connections, "all_connections", cache(lambda: (local,)))
    yield local
    connections.forget()


@pytest.fixture
def sqs(connection: Connection) -> SQSClient:
    return boto3.client(
        "sqs",
        region_name=connection.region,
        endpoint_url=connection.endpoint_url,
        aws_access_key_id="any",
        aws_secret_access_key="any",
    )


@pytest.fixture
def mara(db: None) -> User:
    return User.objects.create_user("mara", password="mara's password")


@pytest.fixture
def operator(mara: User, client: Client) -> Client:
    """Mara's browser, signed in."""
    client.force_login(mara)
    return client


@pytest.fixture
def free_port() -> int:
    return any_free_port()


RunDashboard = Callable[..., Dashboard]


@pytest.fixture
def run_dashboard(tmp_path: Path) -> Iterator[RunDashboard]:
    """Start the real program, with these settings: `run_dashboard(SQSDASH_EMBEDDED_SQS="off")`.

    `folder=` names the data folder. All that still run are stopped, and leave no process.
    """
    started: list[Dashboard] = []

    def run(*, folder: Path | None = None, **settings: str | int) -> Dashboard:
        place = folder or tmp_path / f"data-{len(started)}"
        dashboard = Dashboard(place, **settings)
        started.append(dashboard)
        return dashboard.start()

    yield run
    for dashboard in started:
        if dashboard.process is not None:
            dashboard.stop()


@pytest.fixture(scope="session")
def dashboard() -> Iterator[Dashboard]:
    """The real program, once for all tests of a run that need one and do not stop it."""
    with tempfile.TemporaryDirectory(prefix="sqsdash-tests-") as folder:
        running = Dashboard(Path(folder) / "data").start()
        yield running
        running.stop()
