"""The house as it is drawn: each room uses only what stands below it."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# The rooms of `queues`, from the top floor to the bottom. Neighbours do not use each other.
FLOORS = (
    ("urls", "apps"),
    ("views", "admin", "management", "middleware"),
    ("tasks", "forms", "listing", "context_processors", "templatetags"),
    ("jobs", "finding", "sparkline"),
    ("search",),
    ("connections", "access"),
    ("models", "decoders"),
    ("formats",),
    ("sqs", "connections_file"),
)
FLOOR_OF = {room: number for number, floor in enumerate(FLOORS) for room in floor}

# What these may use besides the standard library and the floors below; the other rooms: Django.
LIBRARIES = {
    "sqs": {"botocore", "urllib3", "mypy_boto3_sqs"},
    "decoders": {"zstandard"},
    "formats": set[str](),
    "connections_file": set[str](),
    "connections": {"django", "mypy_boto3_sqs"},
    "jobs": {"django"},
    "models": {"django"},
    "search": {"jmespath"},
    "tasks": {"django", "celery", "kombu"},
    "views": {"django", "django_htmx"},
    "middleware": {"django", "django_htmx", "csp"},
}
# A job can be done without a request: by a worker, and by a test.
NOT_FOR_JOBS = {"django.http", "django.shortcuts", "django.views", "django.urls", "django.forms"}
# Who may use the project's configuration, and what of it.
CONFIGURATION = {"tasks": "sqsdash.celery", "management": "sqsdash.running"}
OURS = {"queues", "sqsdash", "simulator", "tests"}


def imported(source: str) -> Iterator[str]:
    """Every module a source names in an import, wherever in it; `from a import b` names a.b."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports are written in full here"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def trespasses(module: str, source: str) -> list[str]:
    """What a module uses although it may not, each with why; `module` as `queues.jobs.dump`."""
    home, _, rest = module.partition(".")
    room = rest.partition(".")[0]
    found = []
    for name in imported(source):
        top, _, below = name.partition(".")
        if top == "queues" and home == "queues":
            why = wrong_floor(room, below.partition(".")[0])
        elif top in OURS:
            why = "" if top == home else wrong_house(home, room, name)
        elif top in sys.stdlib_module_names:
            why = ""
        else:
            why = wrong_library(home, room, name)
        if why:
            found.append(f"{module} uses {name}: {why}")
    return found


def wrong_floor(room: str, used: str) -> str:
    if used == room or FLOOR_OF[used] > FLOOR_OF[room]:
        return ""
    return f"{used} does not stand below {room}"


def wrong_house(home: str, room: str, name: str) -> str:
    if home == "queues" and name.startswith(CONFIGURATION.get(room, "nothing of it")):
        return ""
    return "another house"


def wrong_library(home: str, room: str, name: str) -> str:
    top = name.partition(".")[0]
    if home == "simulator":
        return "the simulator needs nothing but Python"
    if home != "queues":
        return ""
    if room == "jobs" and any(name.startswith(each) for each in NOT_FOR_JOBS):
        return "jobs know no requests"
    return "" if top in LIBRARIES.get(room, {"django"}) else "not for this room"


def modules(house: str) -> Iterator[tuple[str, Path]]:
    for path in sorted((ROOT / house).rglob("*.py")):
        if "migrations" not in path.parts:
            parts = path.relative_to(ROOT).with_suffix("").parts
            yield ".".join(parts).removesuffix(".__init__"), path


@pytest.mark.parametrize("house", ["queues", "simulator", "sqsdash"])
def test_every_module_uses_only_what_stands_below_it(house: str) -> None:
    found = [each for name, path in modules(house) for each in trespasses(name, path.read_text())]
    assert found == []


def test_every_room_has_a_floor() -> None:
    rooms = {name.split(".")[1] for name, _ in modules("queues") if "." in name}
    assert rooms <= FLOOR_OF.keys()
    assert LIBRARIES.keys() <= FLOOR_OF.keys()


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("queues.sqs.queues", "from queues.models import Queue"),
        ("queues.sqs.queues", "import django"),
        ("queues.sqs.queues", "from celery import shared_task"),
        ("queues.formats.base", "from django.utils import timezone"),
        ("queues.decoders.base64_text", "import celery"),
        ("queues.models.job", "from queues.jobs import dump"),
        ("queues.models.job", "from queues import connections"),
        ("queues.jobs.dump", "from queues.views.http import go"),
        ("queues.jobs.dump", "from queues import tasks"),
        ("queues.jobs.dump", "def late():\n    from django.http import HttpRequest"),
        ("queues.jobs.dump", "import boto3"),
        ("queues.views.queue", "import botocore.exceptions"),
        ("queues.views.queue", "from simulator import Simulator"),
        ("queues.views.queue", "from sqsdash import settings"),
        ("queues.views.queue", "from tests.settings import FOLDER"),
        ("simulator.queue", "from queues.sqs.types import Queue"),
        ("simulator.queue", "import boto3"),
        ("sqsdash.settings", "from queues.models import Queue"),
    ],
)
def test_a_forbidden_import_is_found(module: str, source: str) -> None:
    assert len(trespasses(module, source)) == 1


def test_what_is_allowed_is_not_found() -> None:
    source = (
        "import json\nfrom django.utils import timezone\nfrom queues import connections\n"
        "from queues.jobs.life import fail\nfrom queues.sqs.errors import SqsError\n"
    )
    assert trespasses("queues.jobs.dump", source) == []
