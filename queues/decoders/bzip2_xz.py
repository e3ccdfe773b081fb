"""bzip2 and xz, which few put into a queue; Celery can be told to."""

from __future__ import annotations

import bz2
import lzma
from collections.abc import Callable, Iterator

from queues.decoders.compressed import DAMAGED, ENDS_EARLY, MORE, PIECE, Compressed, Damaged

# A stream may ask for 4 GB of memory to look back into; the highest preset needs 65 MB.
MEMORY = 80 * 1024 * 1024
TOO_MUCH_MEMORY = "unpacking it needs more than 80 MiB of memory; nothing is shown."


class Bzip2(Compressed):
    name = label = "bzip2"

    def looks_like(self, data: bytes) -> bool:
        """The beginning, the size of its blocks, and that of the first block or of the end."""
        return data[:3] == b"BZh" and data[4:10] in (b"1AY&SY", b"\x17rE8P\x90")

    def pieces(self, data: bytes) -> Iterator[bytes]:
        yield from unpacked(bz2.BZ2Decompressor, data, OSError)


class Xz(Compressed):
    """`decode` also takes the older .lzma."""

    name = label = "xz"

    def looks_like(self, data: bytes) -> bool:
        return data.startswith(b"\xfd7zXZ\x00")

    def pieces(self, data: bytes) -> Iterator[bytes]:
        yield from unpacked(limited, data, lzma.LZMAError)


def limited() -> lzma.LZMADecompressor:
    return lzma.LZMADecompressor(memlimit=MEMORY)


def unpacked(
    begin: Callable[[], bz2.BZ2Decompressor | lzma.LZMADecompressor],
    data: bytes,
    error: type[Exception],
) -> Iterator[bytes]:
    """One stream after another, as pbzip2 writes them, with zeros between them as xz pads them."""
    rest, first = data, True
    while rest:
        stream = begin()
        while not stream.eof:
            if stream.needs_input and not rest:
                raise Damaged(ENDS_EARLY)
            try:
                yield stream.decompress(rest, PIECE)
            except error as problem:
                memory = "memory" in str(problem).lower()
                damage = TOO_MUCH_MEMORY if memory else DAMAGED
                raise Damaged(damage if first else MORE) from None
            rest = b""
        rest, first = stream.unused_data.lstrip(b"\0"), False
