"""Reading what somebody uploads: any file ends in lines, or in a sentence."""

import bz2
import gzip
import io
import zipfile
from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queues.formats import upload_file
from queues.formats.upload_file import LONGEST_LINE, Line, UnreadableFile, read_lines

PLENTY = 1_000_000_000


def lines_of(content: bytes, most_bytes: int = PLENTY) -> list[Line]:
    return list(read_lines(io.BytesIO(content), most_bytes))


def refusal(content: bytes, most_bytes: int = PLENTY) -> str:
    with pytest.raises(UnreadableFile) as refused:
        lines_of(content, most_bytes)
    return str(refused.value)


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_lines_are_numbered_as_an_editor_does_and_blank_ones_left_out(
    pack: type[bytes],
) -> None:
    content = pack(b'\n{"a"}\r\n  \n{"b"}\n')
    assert [(line.number, line.content) for line in lines_of(content)] == [
        (2, b'{"a"}\r\n'),
        (4, b'{"b"}\n'),
    ]


def test_a_last_line_without_an_end_is_told_from_one_with() -> None:
    assert [line.ended for line in lines_of(b"{1}\n{2}")] == [True, False]


def test_the_mark_that_windows_writes_first_is_no_part_of_the_line() -> None:
    assert lines_of(b"\xef\xbb\xbf{1}\n")[0].content == b"{1}\n"


def archive() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("dump.jsonl", '{"body": "a"}')
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty."),
        (gzip.compress(b"", mtime=0), "The file is empty."),
        (b" \n\n\t\n", "The file holds blank lines only"),
        (archive(), "The file is a ZIP archive"),
        (b"\n <!DOCTYPE html>\n<html>", "The file is an HTML or XML page"),
        (gzip.compress(b"<html>", mtime=0), "The file is an HTML or XML page"),
        (
            gzip.compress(gzip.compress(b"{}", mtime=0), mtime=0),
            "The file is packed with gzip twice",
        ),
        (bz2.compress(b"{}"), "The file is packed with bzip2"),
        ('{"body": "a"}\n'.encode("utf-16"), "The file is written in UTF-16"),
        (b'[{"body": "a"},\n{"body": "b"}]', "The file is one JSON array"),
        (b"message_id,sent_at,body\n", "The file is a CSV table"),
        (b"\x7fELF\x00\x01\x02", "The file holds bytes that no text has"),
    ],
)
def test_a_file_that_is_not_json_lines_is_called_what_it_is(content: bytes, said: str) -> None:
    assert said in refusal(content)


def test_a_gzip_file_that_was_cut_off_says_after_which_line() -> None:
    content = gzip.compress(b"".join(b'{"n": %d}\n' % n for n in range(20_000)), mtime=0)
    said = refusal(content[: len(content) // 2])
    assert "The gzip file is cut off: it ends after" in said
    assert "after 0 lines" not in said


def test_a_gzip_file_that_is_damaged_says_so() -> None:
    content = bytearray(gzip.compress(b'{"body": "a"}\n' * 1000, mtime=0))
    content[-6] ^= 0xFF  # its checksum
    assert "The gzip file cannot be read any further" in refusal(bytes(content))


def test_a_small_gzip_file_that_unpacks_to_very_much_ends_early() -> None:
    bomb = gzip.compress(b'{"body": "a"}\n' * 500_000, mtime=0)
    assert len(bomb) < 100_000
    said = refusal(bomb, most_bytes=1_000_000)
    assert "Unpacked, the file has more than 1,000,000 bytes (SQSDASH_UPLOAD_MEGABYTES)" in said
    assert "after 71,428 lines" in said


class Endless(io.RawIOBase):
    """A file without end, and without a line's end; counts what is read of it."""

    def __init__(self) -> None:
        self.read_so_far = 0
        self.most_at_once = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, *_: int) -> int:
        return 0

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        buffer[:] = b"x" * len(buffer)
        self.read_so_far += len(buffer)
        self.most_at_once = max(self.most_at_once, len(buffer))
        return len(buffer)


def test_a_line_without_end_is_never_read_whole() -> None:
    endless = Endless()
    with pytest.raises(UnreadableFile, match="more than 50,000,000 bytes"):
        list(read_lines(io.BufferedReader(endless), 50_000_000))
    assert endless.read_so_far < 50_000_000 + 2 * LONGEST_LINE


def test_a_line_too_long_for_any_message_is_passed_over_and_the_next_one_read() -> None:
    content = b"x" * (LONGEST_LINE + 10) + b"\n{2}\n"
    first, second = lines_of(content)
    assert (first.number, first.too_long, first.ended) == (1, True, True)
    assert second == Line(2, b"{2}\n", True, False)


def test_a_file_with_lines_beyond_number_ends_early(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upload_file, "MOST_LINES", 10)
    assert len(lines_of(b"1\n" * 10)) == 10
    assert "more than 10 lines" in refusal(b"\n" * 11)


def test_lines_come_while_the_file_is_read() -> None:
    def endless() -> Iterator[Line]:
        return read_lines(io.BytesIO(b'{"body": "a"}\n' * 100_000), PLENTY)

    assert next(endless()).number == 1


@given(st.binary(max_size=200) | st.binary(max_size=200).map(gzip.compress))
def test_any_bytes_are_lines_or_refused(content: bytes) -> None:
    with suppress(UnreadableFile):
        assert all(line.content.strip() for line in lines_of(content))
