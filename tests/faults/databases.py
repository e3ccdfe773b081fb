"""Databases for a run: copies of a template that was migrated once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from tests.faults.servers import Postgres
from tests.running.dashboard import ROOT, clean_environment

# Where the templates are that a whole matrix shares; a scenario on its own makes them itself.
TEMPLATES = "FAULTS_TEMPLATES"
SERVER = "FAULTS_POSTGRES"
MIGRATE = "import django; django.setup(); from sqsdash.running.databases import migrate; migrate()"
# On PostgreSQL: one database for both, or two.
BOTH, PEOPLE, STORE = "faults_both", "faults_people", "faults_store"


def migrate(folder: Path, **settings: str) -> None:
    environment = clean_environment() | settings
    environment |= {"SQSDASH_DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "sqsdash.settings"}
    subprocess.run([sys.executable, "-c", MIGRATE], env=environment, cwd=ROOT, check=True)


def sqlite_templates(folder: Path) -> Path:
    migrate(folder)
    return folder


def postgres_templates(server: str, folder: Path) -> None:
    with psycopg.connect(server, autocommit=True) as admin:
        for name in (BOTH, PEOPLE, STORE):
            admin.execute(f"CREATE DATABASE {name}")
    migrate(folder, DATABASE_URL=at(server, BOTH))
    migrate(folder, DATABASE_URL=at(server, PEOPLE), SQSDASH_STORE_URL=at(server, STORE))


def at(server: str, name: str) -> str:
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))


@contextmanager
def sqlite(folder: Path) -> Iterator[tuple[Mapping[str, str], None]]:
    """Two files in the data folder; no setting names them."""
    made = os.environ.get(TEMPLATES)
    template = Path(made) if made else sqlite_templates(folder.with_name("template"))
    for path in template.glob("*.sqlite3"):
        shutil.copy(path, folder)
    yield {}, None


@contextmanager
def postgres(
    folder: Path, *, one: bool, own: bool
) -> Iterator[tuple[Mapping[str, str], Postgres | None]]:
    """`one`: one database for both, in place of two. `own`: a server that may be killed."""
    given = os.environ.get(SERVER)
    if given and not own:
        with _copies(given, one) as settings:
            yield settings, None
        return
    server = Postgres(folder.with_name("postgres")).start()
    try:
        postgres_templates(server.url, folder)
        with _copies(server.url, one) as settings:
            yield settings, server
    finally:
        server.kill()


@contextmanager
def _copies(server: str, one: bool) -> Iterator[Mapping[str, str]]:
    mark = uuid.uuid4().hex[:12]
    wanted = {"DATABASE_URL": BOTH} if one else {"DATABASE_URL": PEOPLE, "SQSDASH_STORE_URL": STORE}
    names = {variable: f"{template}_{mark}" for variable, template in wanted.items()}
    with psycopg.connect(server, autocommit=True) as admin:
        for variable, template in wanted.items():
            admin.execute(f"CREATE DATABASE {names[variable]} TEMPLATE {template}")
    try:
        yield {variable: at(server, name) for variable, name in names.items()}
    finally:
        with psycopg.connect(server, autocommit=True) as admin:
            for name in names.values():
                admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
