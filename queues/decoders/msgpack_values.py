"""MessagePack, written down as JSON: what Celery's serialiser `msgpack` sends. No digit is lost;
bytes and extension types, which JSON has not, become objects that say what they are."""

from __future__ import annotations

import base64
import json
import math
import struct
from dataclasses import dataclass

from queues.decoders.base import CannotDecode, Decoder, Document, Shape, Step
from queues.decoders.budget import Budget

DEEPEST = 100
NUMBERS = {
    0xCA: ">f",
    0xCB: ">d",
    0xCC: ">B",
    0xCD: ">H",
    0xCE: ">I",
    0xCF: ">Q",
    0xD0: ">b",
    0xD1: ">h",
    0xD2: ">i",
    0xD3: ">q",
}
# The first byte of what has its length in the next 1, 2 or 4 bytes, and what it is.
LONG = {
    0xC4: ("bytes", 1),
    0xC5: ("bytes", 2),
    0xC6: ("bytes", 4),
    0xC7: ("extension", 1),
    0xC8: ("extension", 2),
    0xC9: ("extension", 4),
    0xD9: ("text", 1),
    0xDA: ("text", 2),
    0xDB: ("text", 4),
    0xDC: ("list", 2),
    0xDD: ("list", 4),
    0xDE: ("map", 2),
    0xDF: ("map", 4),
}
WORDS = {0xC0: "null", 0xC2: "false", 0xC3: "true"}
NOT_MESSAGEPACK = "This is no MessagePack: {}."


class MessagePack(Decoder):
    """Any byte is the beginning of some MessagePack, so nothing is ever taken for it unasked."""

    name = "msgpack"
    label = "MessagePack"
    unwraps = True

    def find(self, document: Document) -> Step | None:
        return None

    def decode(self, document: Document) -> Step:
        if isinstance(document.data, str):
            raise CannotDecode("This is text, and MessagePack is made of bytes.")
        return Step(as_json(document.data, document.budget), shape=Shape.JSON)


def as_json(data: bytes, budget: Budget) -> str:
    """Raises CannotDecode, LimitReached."""
    reader = Reader(data, budget)
    text = reader.value(0)
    if reader.at < len(data):
        raise CannotDecode(NOT_MESSAGEPACK.format("more follows its end"))
    return text


@dataclass
class Reader:
    data: bytes
    budget: Budget
    at: int = 0
    count: int = 0

    def take(self, size: int) -> bytes:
        if self.at + size > len(self.data):
            raise CannotDecode(NOT_MESSAGEPACK.format("the data ends early"))
        self.at += size
        return self.data[self.at - size : self.at]

    def value(self, depth: int) -> str:
        self.count += 1
        if self.count % 1024 == 0:
            self.budget.check()
        if depth > DEEPEST:
            raise CannotDecode(f"It is nested more than {DEEPEST} deep.")
        first = self.take(1)[0]
        if first in WORDS:
            return WORDS[first]
        if first in NUMBERS:
            return self.number(NUMBERS[first])
        if first <= 0x7F or first >= 0xE0:
            return str(first if first <= 0x7F else first - 0x100)
        kind, size = self.kind_and_size(first)
        if kind == "list":
            return f"[{', '.join(self.value(depth + 1) for _ in range(size))}]"
        if kind == "map":
            return f"{{{', '.join(self.pair(depth) for _ in range(size))}}}"
        return self.scalar(kind, size)

    def kind_and_size(self, first: int) -> tuple[str, int]:
        if first in LONG:
            kind, width = LONG[first]
            return kind, int.from_bytes(self.take(width), "big")
        if 0xD4 <= first <= 0xD8:
            return "extension", 1 << (first - 0xD4)
        if first <= 0x8F:
            return "map", first - 0x80
        if first <= 0x9F:
            return "list", first - 0x90
        if first <= 0xBF:
            return "text", first - 0xA0
        raise CannotDecode(NOT_MESSAGEPACK.format("it has a byte that is never used"))

    def pair(self, depth: int) -> str:
        """JSON's names are strings; another key is written down in one."""
        key = self.value(depth + 1)
        name = key if key.startswith('"') else json.dumps(key)
        return f"{name}: {self.value(depth + 1)}"

    def number(self, layout: str) -> str:
        (found,) = struct.unpack(layout, self.take(struct.calcsize(layout)))
        if isinstance(found, float) and not math.isfinite(found):
            return json.dumps(str(found))
        return repr(found)

    def scalar(self, kind: str, size: int) -> str:
        number = int.from_bytes(self.take(1), "big", signed=True) if kind == "extension" else 0
        found = self.take(size)
        if kind == "text":
            try:
                return json.dumps(found.decode())
            except UnicodeDecodeError:
                kind = "bytes"
        packed = json.dumps(base64.b64encode(found).decode())
        if kind == "extension":
            return f'{{"__type__": "extension {number}", "__value__": {packed}}}'
        return f'{{"__type__": "base64", "__value__": {packed}}}'
