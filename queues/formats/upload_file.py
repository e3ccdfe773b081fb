"""The lines of a file that somebody uploaded: plain or gzip, never more than one line in memory.

Whatever the file is, reading it ends: lines, their length and all bytes together are limited.
"""

import codecs
import gzip
import zlib
from collections.abc import Iterator
from typing import IO, NamedTuple

# A body of 1 MiB in which JSON escapes every character has six.
LONGEST_LINE = 8 * 1024 * 1024
MOST_LINES = 5_000_000

_GZIP = b"\x1f\x8b"
# How files begin that are taken for JSON Lines by mistake, and what they are.
_OTHERS = (
    (b"PK\x03\x04", "a ZIP archive", "Unpack it, and upload the file that is in it."),
    (_GZIP, "packed with gzip twice", "Unpack it once."),
    (b"\x28\xb5\x2f\xfd", "packed with zstd", "Only gzip is unpacked here."),
    (b"\xfd7zXZ", "packed with xz", "Only gzip is unpacked here."),
    (b"BZh", "packed with bzip2", "Only gzip is unpacked here."),
    (codecs.BOM_UTF16_LE, "written in UTF-16", "Save it as UTF-8."),
    (codecs.BOM_UTF16_BE, "written in UTF-16", "Save it as UTF-8."),
    (
        b"<",
        "an HTML or XML page",
        "Perhaps a sign-in page was saved in its place; download it again.",
    ),
    (b"[", "one JSON array", "JSON Lines has one object on each line, and no commas between."),
    (b"message_id,", "a CSV table", "It is for reading; download the dump as JSON Lines."),
)


class UnreadableFile(ValueError):
    """The file as a whole; a sentence that says what is wrong and what to do."""


class Line(NamedTuple):
    """`number` counts from 1. `ended`: a line end follows, so the file was not cut off here.
    `too_long`: longer than any message; `content` is then only its beginning."""

    number: int
    content: bytes
    ended: bool
    too_long: bool


def read_lines(file: IO[bytes], most_bytes: int) -> Iterator[Line]:
    """Every line that is not blank. `most_bytes` is for the unpacked file.

    Raises UnreadableFile, also after some lines.
    """
    file.seek(0)
    packed = file.read(2) == _GZIP
    file.seek(0)
    source = _Source(gzip.GzipFile(fileobj=file) if packed else file, packed, most_bytes)
    first = True
    while line := source.next_line():
        content = line.content.removeprefix(codecs.BOM_UTF8) if first else line.content
        if not content.strip():
            continue
        if first:
            _refuse_others(content)
            first = False
        yield line._replace(content=content)
    if not source.size:
        raise UnreadableFile("The file is empty.")
    if first:
        raise UnreadableFile("The file holds blank lines only, and no message.")


class _Source:
    def __init__(self, stream: IO[bytes] | gzip.GzipFile, packed: bool, most_bytes: int) -> None:
        self._stream, self._packed, self._most_bytes = stream, packed, most_bytes
        self.size = self.line = 0

    def next_line(self) -> Line | None:
        piece = self._read()
        if not piece:
            return None
        if self.line == MOST_LINES:
            raise UnreadableFile(
                f"The file has more than {MOST_LINES:,} lines. Split it into smaller ones."
            )
        self.line += 1
        rest = piece
        while rest and not rest.endswith(b"\n"):
            rest = self._read()
        return Line(self.line, piece, rest.endswith(b"\n"), len(piece) > LONGEST_LINE)

    def _read(self) -> bytes:
        """A line, or as much of it as a message can take; nothing at the end of the file."""
        try:
            piece = self._stream.readline(LONGEST_LINE + 1)
        except EOFError as error:
            raise UnreadableFile(
                f"The gzip file is cut off: it ends after {self._lines()}, before its own end. "
                f"Upload it again, whole."
            ) from error
        except (OSError, zlib.error) as error:
            raise UnreadableFile(
                f"The {'gzip ' if self._packed else ''}file cannot be read any further after "
                f"{self._lines()}, so it is damaged: {error}."
            ) from error
        self.size += len(piece)
        if self.size > self._most_bytes:
            raise UnreadableFile(
                f"{'Unpacked, the' if self._packed else 'The'} file has more than "
                f"{self._most_bytes:,} bytes (SQSDASH_UPLOAD_MEGABYTES); reading it ended after "
                f"{self._lines()}. Split it, or raise the limit."
            )
        return piece

    def _lines(self) -> str:
        return f"{self.line:,} line{'' if self.line == 1 else 's'}"


def _refuse_others(beginning: bytes) -> None:
    start = beginning.lstrip()
    for mark, what, advice in _OTHERS:
        if start.startswith(mark):
            raise UnreadableFile(f"The file is {what}, not JSON Lines. {advice}")
    if b"\0" in start or not _is_text(start):
        raise UnreadableFile(
            "The file holds bytes that no text has, so it is not JSON Lines: one JSON object on "
            "each line, in UTF-8."
        )


def _is_text(beginning: bytes) -> bool:
    """Its end may be cut within a character."""
    try:
        codecs.getincrementaldecoder("utf-8")("surrogatepass").decode(beginning)
    except UnicodeDecodeError:
        return False
    return True
