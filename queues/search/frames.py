"""What goes through the pipes between a judge and its process: four bytes of length, then those.

Messages go in batches, and so do the answers: one frame for each would cost more than judging it.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator, Sequence

from queues.search.judgement import DOES_NOT, MATCHES, Judgement, Outcome, cannot_judge

HEAD = 4
PIECE = 64 * 1024
# What the process exits with if it got no more memory.
OUT_OF_MEMORY = 3

# The body, then SQS's attributes and the message's own as JSON; empty: nobody looks at it.
Question = tuple[bytes, bytes, bytes]
PARTS = 3


def pack(payload: bytes) -> bytes:
    return len(payload).to_bytes(HEAD, "big") + payload


class Unpacker:
    """Puts together what arrives in pieces."""

    def __init__(self) -> None:
        self._received = bytearray()

    def feed(self, piece: bytes) -> list[bytes]:
        """The payloads that are whole now."""
        self._received += piece
        whole, start = [], 0
        while (end := self._end(start)) <= len(self._received):
            whole.append(bytes(self._received[start + HEAD : end]))
            start = end
        del self._received[:start]
        return whole

    def _end(self, start: int) -> int:
        return start + HEAD + int.from_bytes(self._received[start : start + HEAD], "big")


def pack_questions(questions: Sequence[Question]) -> bytes:
    """A payload: how many parts, how long each is, and then they themselves."""
    parts = [part for question in questions for part in question]
    lengths = array("I", [len(parts), *map(len, parts)])
    return lengths.tobytes() + b"".join(parts)


def unpack_questions(payload: bytes) -> Iterator[Question]:
    size = array("I").itemsize
    [count] = array("I", payload[:size])
    end = (count + 1) * size
    lengths = iter(array("I", payload[size:end]))
    for length in lengths:
        body, start = payload[end : end + length], end + length
        middle = start + next(lengths)
        end = middle + next(lengths)
        yield body, payload[start:middle], payload[middle:end]


CODES = {Outcome.MATCHES: "m", Outcome.DOES_NOT: "d", Outcome.CANNOT_JUDGE: "c"}


def pack_judgements(judgements: Sequence[Judgement]) -> bytes:
    """A letter for each, then what there is to say of some: reasons, or values to group by."""
    codes = "".join([CODES[each.outcome] for each in judgements])
    said = {at: each.said for at, each in enumerate(judgements) if each.said}
    return json.dumps([codes, said]).encode("ascii")


def unpack_judgements(payload: bytes) -> list[Judgement]:
    codes, said = json.loads(payload)
    judgements = [MATCHES if code == "m" else DOES_NOT for code in codes]
    for at, text in said.items():
        place = int(at)
        if codes[place] == "c":
            judgements[place] = cannot_judge(text)
        else:
            judgements[place] = Judgement(Outcome.MATCHES, key=text)
    return judgements
