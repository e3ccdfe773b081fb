"""The comparisons of searches, under the letter f."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from benchmarks.child import Programs
from benchmarks.letters import Row

MESSAGES_PER_TURN = 5
LEAST_TURNS = 5


def rows(programs: Programs, messages: int, repeats: int) -> Iterator[Row | str]:
    """On five times as many messages as a dump: searching is quick."""
    many, turns = MESSAGES_PER_TURN * messages, max(LEAST_TURNS, repeats)
    said = programs.search(many, turns)
    first = said["rows"]
    yield Row("f", f"first rows of {many:,}, seconds", _ms(first), "", first, 1, at_least=False)
    for ours, theirs, what, goal in (
        ("text", "grep", "count of a text / grep -c -F", 3),
        ("where", "jq", "count by JMESPath / jq", 1),
    ):
        if theirs not in said:
            yield f"f  Left out: {what}. There is no {theirs} here."
            continue
        values = [mine / other for mine, other in zip(said[ours], said[theirs], strict=True)]
        yield Row("f", what, _ms(said[ours]), _ms(said[theirs]), values, goal, at_least=False)


def _ms(seconds: list[float]) -> str:
    return f"{median(seconds) * 1_000:,.0f} ms"
