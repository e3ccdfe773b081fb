"""The first page: the connections, or the one there is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from queues import connections
from queues.connections_file import Connection, ConnectionsFile
from queues.models import ConnectionStatus
from simulator import Simulator
from tests.views.page import page

pytestmark = pytest.mark.django_db(databases="__all__")

SHOP = """
allowed_endpoint_hosts = ["sqs.internal"]

[connections.prod]
name = "Shop"
environment = "production"
region = "eu-west-1"
credentials = "role"
role_arn = "arn:aws:iam::123456789012:role/sqsdash"

[connections.test]
region = "us-west-2"
endpoint_url = "https://sqs.internal:8443"
credentials = "environment"
access_key_variable = "TEST_KEY"
secret_key_variable = "TEST_SECRET"
"""
Install = Callable[..., None]


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Install]:
    """Let these be the connections: `install(SHOP)`."""

    def put(text: str) -> None:
        path = tmp_path / "connections.toml"
        path.write_text(text)
        environ = {"TEST_KEY": "AKIDEXAMPLE", "TEST_SECRET": "canary-secret"}
        found: tuple[Connection, ...] = tuple(ConnectionsFile(path, environ).read())
        connections.forget()
        monkeypatch.setattr(connections, "all_connections", cache(lambda: found))

    yield put
    connections.forget()


def test_where_there_is_one_connection_its_queues_are_the_first_page(
    operator: Client, connection: Connection
) -> None:
    assert operator.get("/").headers["Location"] == "/connections/local/queues/"


def test_several_are_shown_with_where_they_are_and_whose_credentials_open_them(
    operator: Client, install: Install
) -> None:
    install(SHOP)
    seen = page(operator.get("/"))
    assert seen.links["Shop"] == "/connections/prod/queues/"
    for said in (
        "eu-west-1",
        "PRODUCTION",
        "role arn:aws:iam::123456789012:role/sqsdash",
        "us-west-2 · sqs.internal:8443",
        "keys in $TEST_KEY",
        "not opened yet",
    ):
        assert said in seen.text


def test_no_secret_is_on_any_page(operator: Client, install: Install) -> None:
    install(SHOP)
    for path in ("/", "/connections/test/queues/", "/connections/prod/new-queue/"):
        html = operator.get(path).content.decode()
        assert "canary-secret" not in html
        assert "AKIDEXAMPLE" not in html


def test_nothing_is_called_before_a_connection_is_opened(
    operator: Client, connection: Connection, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = cache(lambda: (connection, connection))
    monkeypatch.setattr(connections, "all_connections", both)
    page(operator.get("/"))
    assert sum(simulator.calls.values()) == 0
    assert not ConnectionStatus.objects.exists()


def test_a_connection_says_whether_it_answered(operator: Client, install: Install) -> None:
    install(SHOP)
    now = timezone.now()
    ConnectionStatus.objects.create(connection="prod", listed_at=now - timedelta(minutes=5))
    ConnectionStatus.objects.create(
        connection="test", listed_at=now - timedelta(hours=2), failed_at=now
    )
    text = page(operator.get("/")).text
    assert "answered 5 min ago" in text
    assert "not answering, tried 0 s ago" in text


def test_without_connections_it_says_how_to_name_one(operator: Client) -> None:
    text = page(operator.get("/")).text
    assert "No connections" in text
    assert "SQSDASH_CONNECTIONS_FILE" in text


@pytest.fixture
def aws_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-north-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDCANARY")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "canary-secret")


def test_aws_settings_in_the_environment_are_said_with_the_lines_that_would_use_them(
    operator: Client, connection: Connection, aws_in_the_environment: None
) -> None:
    seen = page(operator.get("/"))
    assert "AWS settings were found in the environment, and no connection uses them" in seen.text
    for name in ("AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        assert name in seen.text
    assert seen.the("pre").raw == (
        '[connections.aws]\nregion = "eu-north-1"\ncredentials = "default-chain"'
    )
    assert "CANARY" not in seen.html.upper()


def test_those_lines_are_a_file_that_works(
    operator: Client,
    connection: Connection,
    aws_in_the_environment: None,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")
    path = tmp_path / "connections.toml"
    path.write_text(page(operator.get("/")).the("pre").raw)
    [found] = ConnectionsFile(path, {}).read()
    assert (found.slug, found.region) == ("aws", "eu-north-1")
    assert (found.endpoint_url, found.credentials) == ("http://127.0.0.1:4566", "default-chain")


def test_with_a_file_of_connections_the_environment_is_no_news(
    operator: Client,
    install: Install,
    aws_in_the_environment: None,
    settings: Any,
    tmp_path: Path,
) -> None:
    install(SHOP)
    settings.SQSDASH = settings.SQSDASH | {"SQSDASH_CONNECTIONS_FILE": tmp_path}
    assert "AWS settings were found" not in page(operator.get("/")).text


def test_a_production_connection_is_marked_on_its_pages(operator: Client, install: Install) -> None:
    install(SHOP)
    prod = page(operator.get("/connections/prod/queues/"))
    assert [tag.text for tag in prod.all("span", class_="prod") if tag.text] == ["PRODUCTION"]
    test = page(operator.get("/connections/test/queues/"))
    assert not [tag.text for tag in test.all("span", class_="prod") if tag.text]
    for path in ("/jobs/", "/dumps/"):
        # Of every connection; which was looked at last does not mark them.
        operator.get("/connections/prod/queues/")
        everywhere = page(operator.get(path))
        assert not [tag.text for tag in everywhere.all("span", class_="prod") if tag.text]
        assert everywhere.the("a", title="Queues").attributes["href"] == "/connections/prod/queues/"
