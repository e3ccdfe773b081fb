"""What goes through the pipes between a judge and its process: four bytes of length, then those."""

from __future__ import annotations

from queues.search.judgement import Judgement, Outcome

HEAD = 4
PIECE = 64 * 1024
# What the process exits with if it got no more memory.
OUT_OF_MEMORY = 3


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


def encoded(judgement: Judgement) -> bytes:
    return f"{judgement.outcome.name}:{judgement.reason}".encode("utf-8", "surrogatepass")


def decoded(payload: bytes) -> Judgement:
    name, _, reason = payload.decode("utf-8", "surrogatepass").partition(":")
    return Judgement(Outcome[name], reason)
