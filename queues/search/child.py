"""The process that evaluates expressions, one message after the other, under limits.

    python -m queues.search.child

Frames on standard input: first the limits and the expression, then messages; on standard output an
empty one when it is ready, then an answer to each message, in order. It ends when its input does,
and when its parent has ended. (Not by PR_SET_PDEATHSIG: that goes by the parent's thread, and the
thread that starts this one may end long before the one that asks.)
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import select
import signal
import sys
from collections.abc import Iterator

from queues.search.document import document
from queues.search.evaluate import evaluate
from queues.search.expression import Node, read
from queues.search.frames import OUT_OF_MEMORY, PIECE, Unpacker, encoded, pack
from queues.search.judgement import Judgement, cannot_judge

LOOK_FOR_PARENT = 1.0
TOO_DEEP = cannot_judge("limit reached: something is nested too deeply")


def main() -> None:
    frames = received(sys.stdin.fileno())
    given = json.loads(next(frames))
    tree, chain = read(given["expression"]).tree, given["chain"]
    limit(resource.RLIMIT_AS, given["memory"])
    limit(resource.RLIMIT_CPU, given["cpu_seconds"])
    limit(resource.RLIMIT_CORE, 0)
    answer(b"")
    for question in frames:
        # Ends the process once this much of the processor's time is spent, even deep in C code.
        signal.setitimer(signal.ITIMER_PROF, given["seconds_per_message"])
        judgement = judge(tree, question, chain)
        signal.setitimer(signal.ITIMER_PROF, 0)
        answer(encoded(judgement))


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


def judge(tree: Node, question: bytes, chain: list[str] | None) -> Judgement:
    try:
        return evaluate(tree, document(**json.loads(question), chain=chain))
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
