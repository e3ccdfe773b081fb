"""Connections: where queues are and whose credentials open them. The only reader of credentials.

They come from a TOML file (connections_file.py) and are read-only here.
"""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from queues.connections_file import Connection, ConnectionsFile, WrongLine
from queues.sqs.client import Keys, aws_settings_in, connect
from queues.sqs.sweep import threads_of

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


def embedded() -> Connection:
    """The simulator that `make run` starts."""
    return Connection(
        slug="local",
        name="local",
        environment="simulator",
        region="us-east-1",
        endpoint_url=f"http://127.0.0.1:{settings.SQSDASH['SQSDASH_EMBEDDED_SQS_PORT']}",
        credentials="embedded",
    )


@cache
def all_connections() -> tuple[Connection, ...]:
    found = [embedded()] if settings.SQSDASH["SQSDASH_EMBEDDED_SQS"] else []
    path: Path | None = settings.SQSDASH["SQSDASH_CONNECTIONS_FILE"]
    if path is not None:
        try:
            found += ConnectionsFile(path, os.environ).read(taken={each.slug for each in found})
        except WrongLine as wrong:
            raise ImproperlyConfigured(str(wrong)) from None
    return tuple(found)


def get(slug: str) -> Connection | None:
    return next((found for found in all_connections() if found.slug == slug), None)


@dataclass(frozen=True)
class Unused:
    """AWS settings in the environment that no connection uses, and what would use them."""

    variables: list[str]
    lines: str


def unused_aws_settings() -> Unused | None:
    """Said on the first page: they are neither applied silently nor ignored silently."""
    variables = aws_settings_in(os.environ)
    if settings.SQSDASH["SQSDASH_CONNECTIONS_FILE"] is not None or not variables:
        return None
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
    lines = ["[connections.aws]", f'region = "{region}"', 'credentials = "default-chain"']
    endpoint = os.environ.get("AWS_ENDPOINT_URL_SQS") or os.environ.get("AWS_ENDPOINT_URL")
    if endpoint:
        host = urlsplit(endpoint).hostname or ""
        lines = [f'allowed_endpoint_hosts = ["{host}"]', *lines, f'endpoint_url = "{endpoint}"']
    return Unused(variables, "\n".join(lines))


# What a person waits for is given up sooner than a long poll, which may take 20 s.
PROMPT = 8
_clients: dict[tuple[str, float], SQSClient] = {}
_making = threading.Lock()


def client(connection: Connection, *, patient: bool = False) -> SQSClient:
    """The process's client for a connection, a patient one for long polls; both thread-safe."""
    timeout = settings.SQSDASH["SQSDASH_READ_SECONDS"] if patient else PROMPT
    key = (connection.slug, timeout)
    with _making:
        if key not in _clients:
            _clients[key] = _connect(connection, timeout, sweeps=patient)
        return _clients[key]


def _connect(connection: Connection, read_timeout: float, *, sweeps: bool) -> SQSClient:
    options = connection.options
    keys = None
    if connection.credentials == "environment":
        token = options.get("session_token_variable")
        keys = Keys(
            os.environ[options["access_key_variable"]],
            os.environ[options["secret_key_variable"]],
            os.environ[token] if token else None,
        )
    elif connection.credentials == "embedded":
        keys = Keys("sqsdash", "simulator")
    return connect(
        connection.region,
        endpoint_url=connection.endpoint_url,
        keys=keys,
        profile=options.get("profile"),
        role_arn=options.get("role_arn"),
        external_id=options.get("external_id"),
        default_chain=connection.credentials == "default-chain",
        connect_timeout=settings.SQSDASH["SQSDASH_CONNECT_SECONDS"],
        read_timeout=read_timeout,
        validate=not sweeps,
        # Jobs share a client: with a smaller pool, all their threads at once would connect anew.
        pool_size=threads_of(settings.SQSDASH["SQSDASH_SWEEP_THREADS"])
        * settings.SQSDASH["SQSDASH_JOB_THREADS"],
    )


def forget() -> None:
    """Read the file and make the clients anew; for tests, and after a fork."""
    all_connections.cache_clear()
    _clients.clear()


os.register_at_fork(after_in_child=_clients.clear)
