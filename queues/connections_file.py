"""The file that names the connections: read whole at the start, and checked line by line.

    allowed_endpoint_hosts = ["sqs.internal"]   # hosts an endpoint_url may name

    [connections.prod]                          # "prod" is the slug, part of every URL
    name = "Shop, production"                   # optional: the slug
    environment = "production"                  # optional label; "production" is shown in red
    region = "eu-west-1"
    endpoint_url = "https://sqs.internal"       # optional: AWS's own
    credentials = "role"                        # default-chain | profile | role | environment
    role_arn = "arn:aws:iam::123456789012:role/sqsdash"
    external_id = "shop"                        # optional

What is wrong is said with the file, the line, and what would be right.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?")
NAME = re.compile(r"""\"[^\"]*\"|'[^']*'|[^.\s\"']+""")  # a part of a dotted TOML key
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


class WrongLine(ValueError):
    """What is wrong with the file, and where."""


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


class ConnectionsFile:
    """Checks one file and turns it into connections; every complaint names its line."""

    def __init__(self, path: Path, environ: Mapping[str, str]) -> None:
        self.path = path
        self.environ = environ
        try:
            self.text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise WrongLine(f"{path}: it cannot be read: {error}.") from None

    def wrong(
        self, complaint: str, *, slug: str | None = None, key: str | None = None
    ) -> WrongLine:
        line = self._line(slug, key)
        where = f"{self.path}, line {line}" if line else str(self.path)
        return WrongLine(f"{where}: {complaint}")

    def _line(self, slug: str | None, key: str | None) -> int | None:
        """Where a table's key stands, else the table, by looking at the text: tomllib tells not.

        In inline or dotted tables: the first line that names the key, or else the table.
        """
        lines = list(enumerate(self.text.splitlines(), start=1))
        inside, found = slug is None, None
        for number, line in lines:
            header = re.match(r"\s*\[+\s*(.+?)\s*\]+\s*(#.*)?$", line)
            if header:
                path = [part.strip("\"'") for part in NAME.findall(header[1])]
                inside = slug is not None and path == ["connections", slug]
                found = number if inside or (slug is None and path[:1] == [key]) else found
            elif inside and key and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line):
                return number
        for name in (key, slug):
            for number, line in lines:
                if not found and name and re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", line):
                    found = number
        return found

    def read(self, taken: Collection[str] = ()) -> list[Connection]:
        """Every connection of the file; `taken`: slugs that are somebody else's."""
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
            raise self.wrong(
                "connections must be written as [connections.<slug>] tables.", key="connections"
            )
        if not tables:
            raise self.wrong("it names no connection; write at least one [connections.<slug>].")
        for slug in taken:
            if slug in tables:
                raise self.wrong(
                    f"the slug {slug!r} is the simulator's; choose another, or set "
                    f"SQSDASH_EMBEDDED_SQS=off.",
                    slug=slug,
                )
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
        if not url.isprintable() or " " in url:
            raise self.wrong("endpoint_url holds a space.", slug=slug, key="endpoint_url")
        try:
            parts = urlsplit(url)
            host, _ = parts.hostname, parts.port
        except ValueError:
            host = None
            parts = urlsplit("")
        if parts.username is not None or parts.password is not None:
            raise self.wrong(
                "endpoint_url holds a user name or a password; it must be http(s)://host[:port].",
                slug=slug,
                key="endpoint_url",
            )
        if parts.scheme not in ("http", "https") or not host:
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
