"""Bodies of others. `recorded/`: as Celery 5.7 with kombu 5.7 sent them to SQS, and as boto 2.49
wrote them. `documented/`: in the shape that AWS and the extended client's sources give."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.corpus.case import Case

HERE = Path(__file__).parent
FILES = {
    path.stem: path
    for folder in ("recorded", "documented")
    for path in sorted((HERE / folder).iterdir())
}


@cache
def body_of(name: str) -> str:
    """The body, to the last character: `celery-json`, `sns-text`."""
    return FILES[name].read_bytes().decode()


def cases() -> Iterator[Case]:
    for name in FILES:
        yield Case(name, body_of(name))
