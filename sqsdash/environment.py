"""What the environment may say: every setting's name, default, meaning and check, in one table.

The README's table is held against `SETTINGS` by a test. A value is read once, here; a bad one
raises `BadSetting` with a sentence that names the variable, the value and what it should be.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


class BadSetting(ValueError):
    """A sentence for the person who starts the program."""


def text(value: str) -> str:
    return value


def interface(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9.:_-]+", value):
        raise ValueError("a host name or an address, such as 127.0.0.1 or 0.0.0.0")
    return value


def port(value: str) -> int:
    if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= 65535:
        raise ValueError("a whole number from 1 to 65535")
    return int(value)


def whole_seconds(value: str) -> int:
    if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= 3600:
        raise ValueError("a whole number of seconds from 1 to 3600")
    return int(value)


def switch(value: str) -> bool:
    if value not in ("on", "off"):
        raise ValueError("on or off")
    return value == "on"


def folder(value: str) -> Path:
    path = Path(value).expanduser().absolute()
    if path.exists() and not path.is_dir():
        raise ValueError("a folder, and this is a file")
    return path


def existing_file(value: str) -> Path:
    path = Path(value).expanduser().absolute()
    if not path.is_file():
        raise ValueError("a file that exists")
    return path


def names(value: str) -> list[str]:
    return [name.strip() for name in value.split(",") if name.strip()]


def url(*schemes: str) -> Callable[[str], str]:
    wanted = f"a URL that starts with {' or '.join(f'{scheme}://' for scheme in schemes)}"

    def check(value: str) -> str:
        try:
            scheme, _ = urlsplit(value).scheme, urlsplit(value).port
        except ValueError:  # its own words would show part of what may be secret
            raise ValueError(f"{wanted}, with a host and a port that are well-formed") from None
        if scheme not in schemes:
            raise ValueError(wanted)
        return value

    return check


DATABASE_SCHEMES = ("sqlite", "postgres", "postgresql")
BROKER_SCHEMES = ("embedded", "redis", "rediss", "amqp", "amqps", "pyamqp", "sqs")


@dataclass(frozen=True)
class Setting:
    name: str
    parse: Callable[[str], Any]
    default: str | None
    meaning: str
    secret: bool = False


SETTINGS = (
    Setting("SQSDASH_HOST", interface, "127.0.0.1", "web address: the interface to listen on"),
    Setting("SQSDASH_PORT", port, "8000", "web address: the port"),
    Setting(
        "SQSDASH_DATA_DIR",
        folder,
        "./var",
        "everything the program writes: SQLite files, broker files, keys, logs",
    ),
    Setting(
        "SQSDASH_CONNECTIONS_FILE", existing_file, None, "TOML file with the connections (below)"
    ),
    Setting(
        "SQSDASH_EMBEDDED_SQS",
        switch,
        "on",
        "`on`/`off`: run the simulator as connection `local`, region `us-east-1`",
    ),
    Setting(
        "SQSDASH_EMBEDDED_SQS_PORT",
        port,
        "9324",
        "the simulator's port on 127.0.0.1; any boto3 or aws-cli client can use it",
    ),
    Setting("SQSDASH_EMBEDDED_SQS_SAMPLES", switch, "on", "`on`/`off`: sample queues and messages"),
    Setting(
        "SQSDASH_SAMPLE_SECONDS",
        whole_seconds,
        "3",
        "how old the counts of a queue in view may grow before they are asked for again",
    ),
    Setting(
        "SQSDASH_ALLOWED_HOSTS",
        names,
        None,
        "comma-separated host names the dashboard answers to, besides its own address",
    ),
    Setting(
        "SQSDASH_HTTPS",
        switch,
        "off",
        "`on` behind a proxy that speaks HTTPS and sets X-Forwarded-Proto: secure cookies, HSTS",
    ),
    Setting(
        "SQSDASH_SECRET_KEY",
        text,
        None,
        "Django's secret key; by default random, kept in the data folder",
        secret=True,
    ),
    Setting(
        "DJANGO_SUPERUSER_USERNAME", text, "admin", "the administrator made on the first start"
    ),
    Setting(
        "DJANGO_SUPERUSER_PASSWORD",
        text,
        None,
        "that administrator's password; by default random, printed on the first start",
        secret=True,
    ),
    Setting(
        "DATABASE_URL",
        url(*DATABASE_SCHEMES),
        None,
        "people, jobs and audit; by default an SQLite file in the data folder",
        secret=True,
    ),
    Setting(
        "SQSDASH_STORE_URL",
        url(*DATABASE_SCHEMES),
        None,
        "stored messages; by default `DATABASE_URL` if that is set, else a second SQLite file",
        secret=True,
    ),
    Setting(
        "CELERY_BROKER_URL",
        url(*BROKER_SCHEMES),
        "embedded://",
        "Celery's broker; the default needs no server, its files lie in the data folder",
        secret=True,
    ),
)


def read(environ: Mapping[str, str]) -> dict[str, Any]:
    """Every setting's value by name; an empty variable counts as not set."""
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        given = environ.get(setting.name) or setting.default
        if given is None:
            values[setting.name] = None
            continue
        try:
            values[setting.name] = setting.parse(given)
        except ValueError as error:
            shown = "set to something else" if setting.secret else f"{given!r}"
            raise BadSetting(f"{setting.name} is {shown}; it must be {error}.") from error
    return values
