"""The databases, brought up to date, and their first user."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor

from sqsdash.running import CannotStart

VARIABLES = {"default": "DATABASE_URL", "store": "SQSDASH_STORE_URL"}


def migrate() -> None:
    """Bring every database up to date. CannotStart if one does not answer: without its data the
    dashboard shows nothing."""
    for alias in connections:
        _migrate(alias)


def _migrate(alias: str) -> None:
    connection = connections[alias]
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", database=alias, interactive=False, verbosity=0)
    except DatabaseError as error:
        reason = str(error).strip().splitlines()[0]
        raise CannotStart(f"the database of {VARIABLES[alias]} cannot be used: {reason}") from None
    finally:
        connection.close()


@dataclass(frozen=True)
class Administrator:
    """`password` is there only if it was made up just now: it is shown once and kept nowhere."""

    username: str
    password: str | None
    is_new: bool


def check_administrator() -> None:
    """CannotStart where the first administrator, still to be made, cannot be made."""
    username = settings.SQSDASH["DJANGO_SUPERUSER_USERNAME"]
    if User.objects.filter(is_superuser=True).exists():
        return
    try:
        User(username=username).full_clean(exclude=["password"])
    except ValidationError as error:
        raise CannotStart(
            f"DJANGO_SUPERUSER_USERNAME is {username!r}: {' '.join(error.messages)}"
        ) from None


def administrator() -> Administrator:
    """The first administrator, made now if there is none."""
    known = User.objects.filter(is_superuser=True).order_by("pk").first()
    if known is not None:
        return Administrator(known.username, None, is_new=False)
    username = settings.SQSDASH["DJANGO_SUPERUSER_USERNAME"]
    given = settings.SQSDASH["DJANGO_SUPERUSER_PASSWORD"]
    password = given or secrets.token_urlsafe(12)
    User.objects.create_superuser(username, password=password)
    return Administrator(username, None if given else password, is_new=True)
