"""The real servers that some tests need, each found by an environment variable.

One that does not answer skips its tests, and says why; under CI=true that is a failure.
"""

from __future__ import annotations

import fcntl
import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
import redis
from kombu import Connection, Queue

DATABASE_URL = "postgres://postgres@127.0.0.1/postgres"
REDIS_URL = "redis://127.0.0.1:6379/0"
BROKER_URL = "amqp://guest:guest@127.0.0.1:5672//"
QUEUES = ("jobs", "control")  # Celery's, as the settings name them


def missing(variable: str, reason: object) -> NoReturn:
    sentence = f"{variable}: the server does not answer: {reason}"
    if os.environ.get("CI") == "true":
        pytest.fail(sentence)
    pytest.skip(sentence)


@contextmanager
def alone(name: str) -> Iterator[None]:
    """One test run at a time on this machine uses a server whose queues' names are fixed."""
    with (Path(tempfile.gettempdir()) / f"sqsdash-tests-{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """A new, empty database, dropped afterwards."""
    url = os.environ.get("SQSDASH_TEST_DATABASE_URL", DATABASE_URL)
    name = f"sqsdash_test_{uuid.uuid4().hex[:12]}"
    try:
        server = psycopg.connect(url, autocommit=True, connect_timeout=5)
    except psycopg.Error as error:
        missing("SQSDASH_TEST_DATABASE_URL", error)
    with server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def redis_url() -> Iterator[str]:
    """An empty database of the server, emptied again afterwards."""
    url = os.environ.get("SQSDASH_TEST_REDIS_URL", REDIS_URL)
    with alone("redis"):
        for number in range(15, 0, -1):
            candidate = urlunsplit(urlsplit(url)._replace(path=f"/{number}"))
            server = redis.Redis.from_url(candidate, socket_connect_timeout=5)
            try:
                empty = server.dbsize() == 0
            except redis.RedisError as error:
                missing("SQSDASH_TEST_REDIS_URL", error)
            if empty:
                yield candidate
                server.flushdb()
                return
    missing("SQSDASH_TEST_REDIS_URL", "none of its databases 1 to 15 is empty")


@pytest.fixture
def rabbitmq_url() -> Iterator[str]:
    """The broker, with our queues empty before and gone afterwards."""
    url = os.environ.get("SQSDASH_TEST_BROKER_URL", BROKER_URL)
    with alone("rabbitmq"), Connection(url, connect_timeout=5) as server:
        try:
            server.connect()
        except server.connection_errors as error:
            missing("SQSDASH_TEST_BROKER_URL", error)
        delete_queues(server)
        yield url
        delete_queues(server)


def delete_queues(server: Connection) -> None:
    for name in QUEUES:
        Queue(name, channel=server.default_channel).delete()
