"""Bodies that cost: bombs, deep nesting, long lines. Each fits into a message of SQS."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import pickle
import zlib
from collections.abc import Iterator
from functools import cache

from tests.corpus.case import LONGEST, Case, packed
from tests.corpus.hostile import kombu

LONG = LONGEST // 4  # enough for what takes its time with each character
BOMB = 32 * 1024 * 1024
DIGITS = "9" * 5_000


@cache
def cases() -> tuple[Case, ...]:
    return tuple(Case(f"huge-{name}", body) for name, body in (*texts(), *deep(), *bombs()))


def texts() -> Iterator[tuple[str, str]]:
    yield "line", "0123456789abcdef" * (LONGEST // 16)
    yield "line-of-words", "an order was paid " * (LONG // 18)
    yield "empty-lines", "\n" * 20_000
    yield "bidi", "\u202e" * (LONG // 3)
    yield "astral", "😀" * (LONG // 4)
    yield "markup", "<b><script>alert(1)</script>" * (LONG // 28)
    yield "base64", packed(b"order 17 was paid\n" * 10_000)
    yield "almost-base64", "QUJD" * (LONG // 4 - 1) + "!"
    yield "binary", packed(bytes(range(256)) * 800)
    yield "json-string", json.dumps({"text": "x" * (LONGEST - 20)})
    yield "json-key", json.dumps({"x" * LONG: 1})
    yield "json-escapes", '["' + "\\u00e9" * (LONG // 6 - 1) + '"]'
    yield "json-number", f'{{"n": {DIGITS}, "m": -{DIGITS}.{DIGITS}e{DIGITS}}}'
    yield "json-list", "[" + ",".join("1" for _ in range(50_000)) + "]"
    yield "json-objects", json.dumps([{"id": n, "name": f"order {n}"} for n in range(900)])
    yield "xml", "<orders>" + "<order id='17'>paid</order>" * 1_500 + "</orders>"
    yield "headers", "".join(f"Header-{n}: value\n" for n in range(1_000))
    given = {f"name-{n}": {"Type": "String", "Value": "v"} for n in range(5_000)}
    topic = {"Type": "Notification", "TopicArn": "arn:aws:sns:x:1:t", "Subject": "s" * 100_000}
    yield "sns", json.dumps(topic | {"Message": "m" * 100_000, "MessageAttributes": given})


def deep() -> Iterator[tuple[str, str]]:
    for depth in (500, 1_000, 10_000):
        yield f"deep-list-{depth}", "[" * depth + "]" * depth
        yield f"deep-object-{depth}", '{"a":' * depth + "1" + "}" * depth
    yield "deep-and-open", "[" * LONGEST
    yield "deep-xml", "<a>" * 30_000 + "</a>" * 30_000
    yield "deep-strings", nested_strings(12)
    yield "deep-celery", kombu(f"[[{'[' * 5_000}{']' * 5_000}], {{}}, {{}}]".encode(), TASK)
    yield "deep-headers", kombu(b"[[], {}, {}]", TASK | {"stamps": nested_list(900)})
    yield "deep-msgpack", kombu(b"\x91" * 50_000, TASK, **{"content-type": MSGPACK})


TASK: dict[str, object] = {"task": "orders.tasks.charge", "id": "1"}
MSGPACK = "application/x-msgpack"


def nested_list(depth: int) -> list[object]:
    found: list[object] = []
    for _ in range(depth):
        found = [found]
    return found


def nested_strings(depth: int) -> str:
    """A string in a string: each step doubles the backslashes."""
    text = '{"order": 17}'
    for _ in range(depth):
        text = json.dumps(text)
    return text


def bombs() -> Iterator[tuple[str, str]]:
    zeros = gzip.compress(b"\0" * BOMB, mtime=0)
    yield "gzip-bomb", packed(zeros)
    yield "gzip-bomb-in-gzip", packed(gzip.compress(zeros, mtime=0))
    yield "json-bomb", packed(zlib.compress(b"[" + b"1," * (8 * 1024 * 1024) + b"1]"))
    yield "deep-bomb", packed(zlib.compress(b"[" * BOMB))
    yield "celery-bzip2-bomb", squeezed(bz2.compress(b" " * BOMB), "application/x-bz2")
    yield "celery-lzma-bomb", squeezed(lzma.compress(b" " * BOMB, preset=0), "application/x-lzma")
    yield "gzip-in-gzip", packed(in_turn(b'{"order": 17}', 40))
    yield "base64-in-base64", base64_in_turn('{"order": 17}', 20)
    yield "xml-laughs", laughs()
    yield "xml-quadratic", f'<!DOCTYPE a [<!ENTITY b "{"x" * 50_000}">]><a>{"&b;" * 50_000}</a>'
    yield "pickle-bomb", packed(pickle_bomb())
    yield "pickle-of-many", packed(pickle.dumps(list(range(1_000))))
    yield "zstd-window", packed(b"\x28\xb5\x2f\xfd\x00\xf8\x01\x00\x00")


def squeezed(content: bytes, compression: str) -> str:
    return kombu(content, TASK | {"compression": compression})


def in_turn(data: bytes, times: int) -> bytes:
    for _ in range(times):
        data = gzip.compress(data, mtime=0)
    return data


def base64_in_turn(text: str, times: int) -> str:
    for _ in range(times):
        text = packed(text.encode())
    return text


def laughs() -> str:
    """Ten entities, each of ten of the one before: a billion, were they ever expanded."""
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(10))
    return f"<!DOCTYPE lol [{entities}]><lol>&l9;</lol>"


def pickle_bomb() -> bytes:
    """A list that holds the list before twice, sixty times."""
    return b"\x80\x02]" + b"2\x86" * 60 + b"."
