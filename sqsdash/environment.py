"""What the environment may say: every setting's name, default, meaning and check, in one table.

The README's tables are held against `SETTINGS` by a test. A value is read once, here; a bad one
raises `BadSetting` with a sentence that names the variable, the value and what it should be.
Durations and limits stand in limits.py, the checks in setting.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqsdash.limits import LIMITS, contradiction
from sqsdash.setting import (
    Setting,
    existing_file,
    folder,
    interface,
    names,
    port,
    switch,
    text,
    url,
    whole,
)

__all__ = ["SETTINGS", "BadSetting", "Setting", "read"]

DATABASE_SCHEMES = ("sqlite", "postgres", "postgresql")
BROKER_SCHEMES = ("embedded", "redis", "rediss", "amqp", "amqps", "pyamqp", "sqs")


class BadSetting(ValueError):
    """A sentence for the person who starts the program."""


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
        whole(1, 3600, "seconds"),
        "3",
        "how old the counts of a queue in view may grow before they are asked for again",
    ),
    Setting(
        "SQSDASH_DECODERS",
        names,
        None,
        "comma-separated classes, as `module.Class`, that read bodies of your own kinds (below)",
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
    *LIMITS,
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
    if wrong := contradiction(values):
        raise BadSetting(wrong)
    return values
