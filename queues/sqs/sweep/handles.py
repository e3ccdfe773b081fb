"""Receipt handles, kept in a file: a hundred thousand of them would fill 50 MB of memory."""

import os
import tempfile
from array import array
from collections.abc import Sequence

# Each write and each read lets another thread have the interpreter, and waits for it again; so
# they are written in blocks, and read several at a time.
BLOCK = 256 * 1024


class Handles:
    """By number, counting from 0. Not thread-safe for writing; reading is."""

    def __init__(self, block: int = BLOCK) -> None:
        self._file = tempfile.TemporaryFile(prefix="sqsdash-handles-")  # noqa: SIM115
        self._block = block
        # What is not yet written to the file, and where it will stand there.
        self._unwritten: tuple[int, bytearray] = (0, bytearray())
        # Offset and length in one, so that no reader sees the one without the other.
        self._places = array("Q")
        # Of each handle, so that the newest is known without reading it.
        self._hashes = array("q")

    def put(self, numbers: Sequence[int], handles: Sequence[str]) -> None:
        """A number is either known already, or the next one."""
        start, unwritten = self._unwritten
        for number, handle in zip(numbers, handles, strict=True):
            encoded = handle.encode()
            place = (start + len(unwritten)) << 16 | len(encoded)
            unwritten += encoded
            if number == len(self._places):
                self._places.append(place)
                self._hashes.append(hash(handle))
            else:
                self._places[number], self._hashes[number] = place, hash(handle)
        if len(unwritten) >= self._block:
            self._write(start, unwritten)

    def _write(self, start: int, unwritten: bytearray) -> None:
        written = os.pwrite(self._file.fileno(), unwritten, start)
        if written < len(unwritten):  # only a full disk cuts a write short
            os.pwrite(self._file.fileno(), unwritten[written:], start + written)
        # In one step, for those who read meanwhile.
        self._unwritten = (start + len(unwritten), bytearray())

    def get(self, number: int) -> str:
        [handle] = self.several([number])
        return handle

    def several(self, numbers: Sequence[int]) -> list[str]:
        """In as few reads as possible: neighbours in the order of arrival take one."""
        found = [self._places[number] for number in numbers]
        places = [(place >> 16, place & 0xFFFF) for place in found]
        if not places:
            return []
        first = min(offset for offset, _ in places)
        end = max(offset + length for offset, length in places)
        if end - first > self._block:
            return [self._read(offset, length).decode() for offset, length in places]
        piece = self._read(first, end - first)
        return [piece[at - first : at - first + length].decode() for at, length in places]

    def _read(self, offset: int, length: int) -> bytes:
        start, unwritten = self._unwritten
        in_file = max(0, min(length, start - offset))
        rest = max(0, offset - start)
        tail = bytes(unwritten[rest : rest + length - in_file]) if in_file < length else b""
        return os.pread(self._file.fileno(), in_file, offset) + tail if in_file else tail

    def is_newest(self, number: int, handle: str) -> bool:
        return self._hashes[number] == hash(handle)

    def close(self) -> None:
        self._file.close()
