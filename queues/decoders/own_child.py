"""The process that runs decoders which the settings name, under limits.

    python -m queues.decoders.own_child

Frames (four bytes of length, then those) on standard input: first what is to be loaded and the
limits, then a byte for which decoder, `s` or `b` for text or bytes, and the data. On standard
output an empty frame when it is ready, then an answer to each: `s`, `b`, `n` for "not mine" or `e`
for an error, and what goes with it. It ends when its input does.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import sys
from collections.abc import Iterator
from typing import Any, BinaryIO

from queues.decoders.own_class import load

HEAD = 4
LONGEST_ERROR = 300


def main() -> None:
    source, target = channels()
    frames = received(source)
    given = json.loads(next(frames))
    sys.path[:] = given["search_path"]
    decoders = [load(path) for path in given["paths"]]
    for what, most in ((resource.RLIMIT_AS, given["memory"]), (resource.RLIMIT_CORE, 0)):
        # Refused where a stricter one holds already, and by systems that do not know it.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))
    send(target, b"")
    for frame in frames:
        # Ends the process once this much of the processor's time is spent, even deep in C code.
        signal.setitimer(signal.ITIMER_PROF, given["seconds"])
        answer = answered(decoders[frame[0]], frame[1:2], frame[2:], given["output"])
        signal.setitimer(signal.ITIMER_PROF, 0)
        send(target, answer)


def channels() -> tuple[BinaryIO, BinaryIO]:
    """Standard input and output, put where no `print` of a decoder reaches them."""
    source, target = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    return source, target


def received(source: BinaryIO) -> Iterator[bytes]:
    while len(head := source.read(HEAD)) == HEAD:
        yield source.read(int.from_bytes(head, "big"))


def send(target: BinaryIO, payload: bytes) -> None:
    target.write(len(payload).to_bytes(HEAD, "big") + payload)
    target.flush()


def answered(decoder: Any, kind: bytes, data: bytes, most: int) -> bytes:
    given = data.decode("utf-8", "surrogatepass") if kind == b"s" else data
    try:
        found = decoder.decode(given)
    except BaseException as error:  # it is somebody else's code: anything may go wrong
        said = f"{type(error).__name__}: {error}"[:LONGEST_ERROR]
        return b"e" + said.encode("utf-8", "surrogatepass")
    if found is None:
        return b"n"
    if isinstance(found, str):
        answer = b"s" + found.encode("utf-8", "surrogatepass")
    elif isinstance(found, (bytes, bytearray)):
        answer = b"b" + bytes(found)
    else:
        return (
            b"eit gives " + type(found).__name__.encode() + b"; a decoder gives str, bytes or None"
        )
    return answer if len(answer) <= most + 1 else b"eit gives more than 5 MiB"


if __name__ == "__main__":
    try:
        main()
    except BrokenPipeError:
        os._exit(0)  # nobody listens any more
