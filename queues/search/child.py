"""The process that evaluates expressions, one message after the other, under limits.

    python -m queues.search.child

Frames on standard input: first the limits and the expression, then batches of messages; on standard
output an empty one when it is ready, then the answers to each batch, in order. It ends when its
input does, and when its parent has ended. (Not by PR_SET_PDEATHSIG: that goes by the parent's
thread, and the thread that starts this one may end long before the one that asks.)
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import select
import signal
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from queues.decoders.own import workshop
from queues.search.document import document
from queues.search.evaluate import evaluate
from queues.search.expression import Node, read
from queues.search.frames import (
    OUT_OF_MEMORY,
    PIECE,
    Question,
    Unpacker,
    pack,
    pack_judgements,
    unpack_questions,
)
from queues.search.grouping import key_of
from queues.search.judgement import MATCHES, Judgement, Outcome, cannot_judge
from queues.search.paths import Path

LOOK_FOR_PARENT = 1.0
# To set the stopwatch takes a twentieth of what judging a short message does.
TIMED_AT_ONCE = 10
TOO_DEEP = cannot_judge("limit reached: something is nested too deeply")


def main() -> None:
    frames = received(sys.stdin.fileno())
    given = json.loads(next(frames))
    workshop.set_up(given["own_decoders"])
    asked = Asked.of(given)
    limit(resource.RLIMIT_AS, given["memory"])
    limit(resource.RLIMIT_CPU, given["cpu_seconds"])
    limit(resource.RLIMIT_CORE, 0)
    answer(b"")
    seconds, prof, stopwatch = given["seconds_per_message"], signal.ITIMER_PROF, signal.setitimer
    for frame in frames:
        judgements = []
        for at, question in enumerate(unpack_questions(frame)):
            # Ends the process once this much of the processor's time is spent, even deep in C code.
            # A message that ends it for others beside it is judged once more, alone in its frame.
            if at % TIMED_AT_ONCE == 0:
                stopwatch(prof, seconds)
            judgements.append(judge(asked, question))
        stopwatch(prof, 0)
        answer(pack_judgements(judgements))


@dataclass(frozen=True, slots=True)
class Asked:
    """`chain`: how bodies are decoded. `group_by`: what matches are grouped by, if at all."""

    tree: Node
    chain: tuple[str, ...] | None
    group_by: Path | None

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Asked:
        chain, path = given["chain"], given["group_by"]
        return cls(
            read(given["expression"]).tree,
            None if chain is None else tuple(chain),
            Path.parse(path) if path else None,
        )


def received(source: int) -> Iterator[bytes]:
    parent = os.getppid()
    unpacker = Unpacker()
    while True:
        if not select.select([source], [], [], LOOK_FOR_PARENT)[0]:
            if os.getppid() != parent:
                return
            continue
        piece = os.read(source, PIECE)
        if not piece:
            return
        yield from unpacker.feed(piece)


def limit(what: int, most: int) -> None:
    # Refused where a stricter one holds already, and by systems that do not know it.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(what, (most, most))


def judge(asked: Asked, question: Question) -> Judgement:
    body, attributes, message_attributes = question
    try:
        looked_at = document(
            body.decode("utf-8", "surrogatepass"),
            json.loads(attributes) if attributes else {},
            json.loads(message_attributes) if message_attributes else {},
            asked.chain,
        )
        judgement = evaluate(asked.tree, looked_at)
        if asked.group_by is not None and judgement is MATCHES:
            return Judgement(Outcome.MATCHES, key=key_of(asked.group_by.of(looked_at)))
        return judgement
    except RecursionError:
        return TOO_DEEP
    except MemoryError:
        os._exit(OUT_OF_MEMORY)  # what is left of its memory is not to be trusted


def answer(payload: bytes) -> None:
    sys.stdout.buffer.write(pack(payload))
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    try:
        main()
    except BrokenPipeError:
        os._exit(0)  # nobody listens any more
