"""All of the corpus."""

from __future__ import annotations

from functools import cache

from tests.corpus import broken, hostile, huge, others
from tests.corpus.case import Case


@cache
def every_case() -> tuple[Case, ...]:
    found = (*others.cases(), *hostile.cases(), *broken.cases(), *huge.cases())
    assert len({case.name for case in found}) == len(found), "two cases have one name"
    return found
