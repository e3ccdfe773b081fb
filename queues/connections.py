"""Connections: where queues are and whose credentials open them. The only reader of credentials.

They come from a TOML file and are read-only here. The file is checked whole at the start; what is
wrong stops the start with a sentence that names the file and the line. Its form:

    allowed_endpoint_hosts = ["sqs.internal"]   # hosts an endpoint_url may name

    [connections.prod]                          # "prod" is the slug, part of every URL
    name = "Shop, production"                   # optional: the slug
    environment = "production"                  # optional label; "production" is shown in red
    region = "eu-west-1"
    endpoint_url = "https://sqs.internal"       # optional: AWS's own
    credentials = "role"                        # default-chain | profile | role | environment
    role_arn = "arn:aws:iam::123456789012:role/sqsdash"
    external_id = "shop"                        # optional
"""

from __future__ import annotations

import os
import re
import threading
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from queues.sqs.client import Keys, aws_settings_in, connect

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?")
REGION = re.compile(r"[a-z]{2,}(?:-[a-z]+)+-\d+")
PRODUCTION = frozenset({"production", "prod", "live"})
# What each way to get credentials needs, and what it may have besides.
CREDENTIALS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "default-chain": ((), ()),
    "profile": (("profile",), ()),
    "role": (("role_arn",), ("external_id", "profile")),
    "environment": (
        ("access_key_variable", "secret_key_variable"),
        ("session_token_variable",),
    ),
}
COMMON = ("name", "environment", "region", "endpoint_url", "credentials")


@dataclass(frozen=True)
class Connection:
    slug: str
    name: str
    environment: str
    region: str
    endpoint_url: str | None
    credentials: str
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def production(self) -> bool:
        return self.environment.lower() in PRODUCTION

    @property
    def place(self) -> str:
        """Where it is, for people: the region, and the endpoint if it is not AWS's."""
        return (
            f"{self.region} · {urlsplit(self.endpoint_url).netloc}"
            if self.endpoint_url
            else (self.region)
        )

    @property
    def identity(self) -> str:
        """Whose credentials open it, for people; never the credentials."""
        match self.credentials:
            case "profile":
                return f"profile {self.options['profile']}"
            case "role":
                return f"role {self.options['role_arn']}"
            case "environment":
                return f"keys in ${self.options['access_key_variable']}"
            case "default-chain":
                return "this host's default credentials"
            case _:
                return "the simulator in this program"


class _Reader:
    """Checks one file and turns it into connections; every complaint names its line."""

    def __init__(self, path: Path, environ: Mapping[str, str]) -> None:
        self.path = path
        self.environ = environ
        self.text = path.read_text(encoding="utf-8")

    def wrong(
        self, complaint: str, *, slug: str | None = None, key: str | None = None
    ) -> Exception:
        line = self._line(slug, key)
        where = f"{self.path}, line {line}" if line else str(self.path)
        return ImproperlyConfigured(f"{where}: {complaint}")

    def _line(self, slug: str | None, key: str | None) -> int | None:
        """Where a table's key stands, else the table, by looking at the text: tomllib tells not."""
        inside, found = slug is None, None
        for number, line in enumerate(self.text.splitlines(), start=1):
            header = re.match(r"\s*\[\s*(.+?)\s*\]\s*(#.*)?$", line)
            if header:
                path = [part.strip(" \"'") for part in header[1].split(".")]
                inside = slug is not None and path == ["connections", slug]
                found = number if inside else found
            elif inside and key and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line):
                return number
        return found

    def read(self) -> list[Connection]:
        try:
            document = tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            raise self.wrong(f"this is not TOML: {error}.") from None
        for key in document:
            if key not in ("allowed_endpoint_hosts", "connections"):
                raise self.wrong(
                    f"{key!r} is not known here; the file has allowed_endpoint_hosts and "
                    f"[connections.<slug>] tables.",
                    key=key,
                )
        hosts = document.get("allowed_endpoint_hosts", [])
        if not isinstance(hosts, list) or not all(isinstance(host, str) for host in hosts):
            raise self.wrong(
                "allowed_endpoint_hosts must be a list of host names.", key="allowed_endpoint_hosts"
            )
        tables = document.get("connections", {})
        if not isinstance(tables, dict):
            raise self.wrong("connections must be written as [connections.<slug>] tables.")
        if not tables:
            raise self.wrong("it names no connection; write at least one [connections.<slug>].")
        return [self._connection(slug, table, hosts) for slug, table in tables.items()]

    def _connection(self, slug: str, table: Any, hosts: list[str]) -> Connection:
        if not isinstance(table, dict):
            raise self.wrong(f"connections.{slug} must be a table, [connections.{slug}].", key=slug)
        if not SLUG.fullmatch(slug):
            raise self.wrong(
                f"{slug!r} cannot be a slug: use 1 to 50 of a-z, 0-9 and hyphens.", slug=slug
            )
        for key, value in table.items():
            if not isinstance(value, str) or not value:
                raise self.wrong(f"{key} must be a text in quotes.", slug=slug, key=key)
        source = self._credentials(slug, table)
        region = table.get("region", "")
        if not REGION.fullmatch(region):
            raise self.wrong(
                f"region is {region!r}; it must be a region such as 'eu-west-1'.",
                slug=slug,
                key="region",
            )
        return Connection(
            slug=slug,
            name=table.get("name", slug),
            environment=table.get("environment", ""),
            region=region,
            endpoint_url=self._endpoint(slug, table.get("endpoint_url"), hosts),
            credentials=source,
            options={key: table[key] for key in table if key not in COMMON},
        )

    def _credentials(self, slug: str, table: Mapping[str, str]) -> str:
        source = table.get("credentials", "")
        if source not in CREDENTIALS:
            raise self.wrong(
                f"credentials is {source!r}; say where they come from: {', '.join(CREDENTIALS)}.",
                slug=slug,
                key="credentials",
            )
        needed, possible = CREDENTIALS[source]
        for key in table:
            if key not in (*COMMON, *needed, *possible):
                raise self.wrong(
                    f"{key!r} is not known for credentials = {source!r}.", slug=slug, key=key
                )
        for key in needed:
            if key not in table:
                raise self.wrong(
                    f"credentials = {source!r} also needs {key}.", slug=slug, key="credentials"
                )
        for key in (*needed, *possible):
            if key.endswith("_variable") and key in table and not self.environ.get(table[key]):
                raise self.wrong(
                    f"the environment variable {table[key]} is not set.", slug=slug, key=key
                )
        return source

    def _endpoint(self, slug: str, url: str | None, hosts: list[str]) -> str | None:
        if url is None:
            return None
        try:
            parts = urlsplit(url)
            host, _ = parts.hostname, parts.port
        except ValueError:
            host = None
            parts = urlsplit("")
        if parts.scheme not in ("http", "https") or not host or parts.username is not None:
            raise self.wrong(
                f"endpoint_url is {url!r}; it must be http(s)://host[:port].",
                slug=slug,
                key="endpoint_url",
            )
        if host not in hosts:
            raise self.wrong(
                f"the host {host!r} of endpoint_url is not in allowed_endpoint_hosts of this file.",
                slug=slug,
                key="endpoint_url",
            )
        return url


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
        reader = _Reader(path, os.environ)
        found += reader.read()
        if [connection.slug for connection in found].count("local") > 1:
            raise reader.wrong(
                "the slug 'local' is the simulator's; choose another, or set "
                "SQSDASH_EMBEDDED_SQS=off.",
                slug="local",
            )
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


_clients: dict[str, SQSClient] = {}
_making = threading.Lock()


def client(connection: Connection) -> SQSClient:
    """The process's one client for a connection: clients are thread-safe, and dear to make."""
    with _making:
        if connection.slug not in _clients:
            _clients[connection.slug] = _connect(connection)
        return _clients[connection.slug]


def _connect(connection: Connection) -> SQSClient:
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
    )


def forget() -> None:
    """Read the file and make the clients anew; for tests, and after a fork."""
    all_connections.cache_clear()
    _clients.clear()


os.register_at_fork(after_in_child=_clients.clear)
