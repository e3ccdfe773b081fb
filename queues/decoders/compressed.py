"""gzip, zlib and zstd, unpacked piece by piece until the budget is spent."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import zstandard

from queues.decoders.base import CannotDecode, Decoder, Document, Step
from queues.decoders.budget import Budget, LimitReached
from queues.decoders.known_beginnings import is_zlib

PIECE = 64 * 1024
# A frame may ask for gigabytes of memory to look back into; encoders ask for 8 MB at most, unless
# told otherwise.
ZSTD_WINDOW = 8 * 1024 * 1024
# What zstd is fed at once: four bytes can stand for 128 kB, so this for 8 MB.
SIP = 256

ENDS_EARLY = "the data ends early; what came until then is shown."
DAMAGED = "the data is damaged; what could be unpacked is shown, and may be wrong."
DICTIONARY = "it was made with a dictionary, which is not here."
TOO_MUCH_MEMORY = "unpacking it needs more than 8 MiB of memory; nothing is shown."
MORE = "more data follows the end; it is not shown."


class Damaged(Exception):
    """The rest cannot be unpacked; what came is good."""


class Compressed(Decoder):
    unwraps = True

    def looks_like(self, data: bytes) -> bool:
        """Does it begin so that this is no chance? True for those that are only used when told."""
        return True

    def pieces(self, data: bytes) -> Iterator[bytes]:
        """Raises Damaged with one of the sentences above."""
        raise NotImplementedError

    def find(self, document: Document) -> Step | None:
        if isinstance(document.data, str) or not self.looks_like(document.data):
            return None
        return self.decode(document)

    def decode(self, document: Document) -> Step:
        if isinstance(document.data, str):
            raise CannotDecode(f"This is text, and {self.label} is made of bytes.")
        got, problem = collected(self.pieces(document.data), document.budget)
        if not got and problem:
            why = problem.partition(";")[0].rstrip(".")
            known = self.looks_like(document.data)
            what = "Nothing can be unpacked" if known else f"This is no {self.label}"
            raise CannotDecode(f"{what}: {why}.")
        return Step(bytes(got), problem=problem)


def collected(pieces: Iterator[bytes], budget: Budget) -> tuple[bytearray, str]:
    """What came within the budget, and why that is not all. Raises LimitReached if nothing did."""
    got = bytearray()
    try:
        for piece in pieces:
            got += piece
            budget.check()
            if len(got) > budget.left:
                # What is cut off is worth reading up to there.
                del got[budget.left :]
                budget.spend(budget.left + 1)
    except Damaged as damaged:
        return got, str(damaged)
    except LimitReached as limit:
        if not got:
            raise
        return got, f"{limit} What came until then is shown."
    return got, ""


def inflated(data: bytes, window: int) -> Iterator[bytes]:
    """`window`: zlib's number for the header it is to expect. gzip may have members."""
    rest = data
    damage = DAMAGED
    while rest:
        stream = zlib.decompressobj(window)
        while not stream.eof:
            try:
                piece = stream.decompress(rest, PIECE)
            except zlib.error:
                raise Damaged(damage) from None
            rest = stream.unconsumed_tail
            if not piece and not rest and not stream.eof:
                raise Damaged(ENDS_EARLY)
            yield piece
        rest = stream.unused_data.lstrip(b"\0")
        damage = MORE


class Gzip(Compressed):
    name = label = "gzip"

    def looks_like(self, data: bytes) -> bool:
        return data.startswith(b"\x1f\x8b\x08")

    def pieces(self, data: bytes) -> Iterator[bytes]:
        return inflated(data, 16 + zlib.MAX_WBITS)


class Zlib(Compressed):
    name = label = "zlib"

    def looks_like(self, data: bytes) -> bool:
        return is_zlib(data)

    def pieces(self, data: bytes) -> Iterator[bytes]:
        return inflated(data, zlib.MAX_WBITS)


class Zstd(Compressed):
    name = label = "zstd"

    def looks_like(self, data: bytes) -> bool:
        return data.startswith(b"\x28\xb5\x2f\xfd")

    def pieces(self, data: bytes) -> Iterator[bytes]:
        decompressor = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW)
        at = 0
        while at < len(data):
            began = at
            stream = decompressor.decompressobj()
            while not stream.eof:
                if at >= len(data):
                    raise Damaged(ENDS_EARLY)
                try:
                    piece = stream.decompress(data[at : at + SIP])
                except zstandard.ZstdError as error:
                    raise Damaged(reason(error) if began == 0 else MORE) from None
                at += SIP
                yield piece
            at = min(at, len(data)) - len(stream.unused_data)


def reason(error: zstandard.ZstdError) -> str:
    if "Dictionary" in str(error):
        return DICTIONARY
    return TOO_MUCH_MEMORY if "too much memory" in str(error) else DAMAGED
