from datetime import UTC, datetime

import pytest

from queues.formats.base import Record
from queues.formats.separated_text import write

AT = datetime(2026, 11, 23, tzinfo=UTC)


def text(*bodies: str, **options: str) -> bytes:
    return b"".join(write([Record("id", body, "md5", AT) for body in bodies], **options))


def test_the_separator_stands_between_bodies_and_nowhere_else() -> None:
    assert text("one", "two", "three") == (
        b"one\n------------------\ntwo\n------------------\nthree"
    )


@pytest.mark.parametrize(("bodies", "expected"), [((), b""), (("one",), b"one"), (("", ""), b"||")])
def test_few_bodies_have_few_separators(bodies: tuple[str, ...], expected: bytes) -> None:
    assert text(*bodies, separator="||") == expected


def test_the_separator_may_be_anything() -> None:
    assert text("a", "b", separator="\0–\r\n") == b"a\0" + "–".encode() + b"\r\nb"
    assert text("a", "b", separator="") == b"ab"


def test_bytes_are_exact_whatever_the_body_holds() -> None:
    assert text("größe\r\n\x00 🚚\n") == "größe\r\n\x00 🚚\n".encode()
    assert text("\ud800").decode("utf-8", "surrogatepass") == "\ud800"
