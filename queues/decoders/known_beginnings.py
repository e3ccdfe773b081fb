"""What bytes are, told by how they begin. Only beginnings that are no chance."""

from __future__ import annotations

import re
import zlib

BEGINNINGS = (
    (b"\x1f\x8b\x08", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"\x04\x22\x4d\x18", "LZ4"),
    (b"\xff\x06\x00\x00sNaPpY", "Snappy"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"%PDF-", "a PDF document"),
    (b"Obj\x01", "Avro"),
    (b"PAR1", "Parquet"),
    (b"\xac\xed\x00\x05", "a serialised Java object"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\x00asm", "WebAssembly"),
    (b"\x7fELF", "a program (ELF)"),
)

# Protocols 0 and 1 of Python's pickles have no first byte of their own; so their containers and
# objects begin, and no text does.
OLD_PICKLE = re.compile(
    rb"\((?:[dlt]p?\d+\n|lp\d)|\(i?c[\w.]+\n[\w.]+\n|c[\w.]+\n[\w.]+\n|[\]}]q\x00"
)


def known_beginning(data: bytes) -> str | None:
    """What they are, for a sentence ("It begins like …"); None: not known."""
    if is_zlib(data):
        return "zlib"
    if is_pickle(data):
        return "a Python pickle"
    return next((what for start, what in BEGINNINGS if data.startswith(start)), None)


def is_zlib(data: bytes) -> bool:
    """Deflate with a 32 kB window, two bytes that check each other, and a beginning that can be
    unpacked: the header alone is chance once in 8,000."""
    if len(data) < 8 or data[0] != 0x78 or (data[0] * 256 + data[1]) % 31:
        return False
    try:
        return bool(zlib.decompressobj().decompress(data[:4096], 64))
    except zlib.error:
        return False


def is_pickle(data: bytes) -> bool:
    """From the first byte to the last, which is a full stop."""
    if not data.endswith(b"."):
        return False
    return OLD_PICKLE.match(data) is not None or (data[0] == 0x80 and 2 <= data[1] <= 5)
