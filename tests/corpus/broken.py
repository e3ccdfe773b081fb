"""Bodies that are nearly something: cut off, damaged, of another type than is expected."""

from __future__ import annotations

import gzip
import json
import pickle
import zlib
from collections.abc import Iterator
from typing import Any

from tests.corpus.case import Case, packed
from tests.corpus.others import body_of

ORDER = json.dumps({"order": 17, "lines": [{"sku": f"A-{n}", "n": n} for n in range(40)]}).encode()
# Values of every other type, for a field that should have another.
TYPES: tuple[Any, ...] = (None, 17, "", [[]], {"a": {}}, True)


def cases() -> Iterator[Case]:
    for name, text in (*documents(), *wrappers(), *pickles(), *layouts(), *envelopes()):
        yield Case(f"broken-{name}", text)


def documents() -> Iterator[tuple[str, str]]:
    yield "json-half", ORDER.decode()[:200]
    yield "json-one-byte-missing", ORDER.decode()[:-1]
    yield "json-trailing-comma", '{"a": [1, 2,],}'
    yield "json-single-quotes", "{'a': 1}"
    yield "json-nan", '{"a": NaN, "b": -Infinity}'
    yield "json-twice", '{"a": 1}{"a": 2}'
    yield "json-lines", '{"a": 1}\n{"a": 2}\n'
    yield "json-mark", '\ufeff{"a": 1}'
    yield "json-same-key", '{"a": 1, "a": 2, "a": {"a": 3}}'
    yield "json-lone-escape", '{"\\ud800": "\\udfff"}'
    yield "json-bad-escape", '{"a": "\\x41\\u12"}'
    yield "json-numbers", "[1.10, 1E400, -0, 1e-400, 0.1000, 12345678901234567890.1234567890]"
    yield "json-leading-zero", "[01]"
    yield "json-string", '"only a string"'
    yield "json-number", "17"


def wrappers() -> Iterator[tuple[str, str]]:
    zipped = gzip.compress(ORDER, mtime=0)
    yield "gzip-cut", packed(zipped[: len(zipped) // 2])
    yield "gzip-header-only", packed(zipped[:10])
    yield "gzip-checksum", packed(zipped[:-8] + b"\0" * 8)
    yield "gzip-damaged", packed(zipped[:30] + b"\xff" * 8 + zipped[38:])
    yield "gzip-twice", packed(zipped + zipped)
    yield "gzip-and-more", packed(zipped + b"something else")
    yield "gzip-of-nothing", packed(gzip.compress(b"", mtime=0))
    yield "zlib-cut", packed(zlib.compress(ORDER)[:-9])
    yield "zstd-header-only", packed(b"\x28\xb5\x2f\xfd\x04")
    yield "zstd-damaged", packed(b"\x28\xb5\x2f\xfd" + bytes(range(200)))
    yield "base64-cut", packed(ORDER)[:-3]
    yield "base64-and-a-word", packed(ORDER) + " end"
    yield "base64-padding", packed(ORDER).rstrip("=") + "==="
    yield "base64-short", "cGFy"
    yield "base64-token", "dGVzdA"
    yield "base64-of-half-json", packed(ORDER[:100])
    yield "base64-of-broken-utf-8", packed(b"order 17 was paid \xff\xfe\xc3( caf\xe9 and so on")
    yield "base64-lines", "\n".join(packed(ORDER)[at : at + 76] for at in range(0, 1000, 76))


def pickles() -> Iterator[tuple[str, str]]:
    good = pickle.dumps({"order": 17, "lines": [1, 2, 3]})
    yield "pickle-cut", packed(good[:-5])
    yield "pickle-no-stop", packed(good[:-1])
    yield "pickle-unknown-instruction", packed(good[:4] + b"\xff\xfe" + good[4:])
    yield "pickle-of-nothing", packed(b"\x80\x04.")
    yield "pickle-long-claim", packed(b"\x80\x04\x8d\xff\xff\xff\xff\xff\xff\xff\x7fx.")
    yield "pickle-protocol-0", packed(pickle.dumps({"a": [1, "b"]}, protocol=0))
    yield "pickle-protocol-9", packed(b"\x80\x09K\x01.")


def layouts() -> Iterator[tuple[str, str]]:
    yield "xml-open", "<order><line></order>"
    yield "xml-cut", '<?xml version="1.0"?><order><line sku="A'
    yield "xml-encoding", '<?xml version="1.0" encoding="utf-7"?><a>+ADw-</a>'
    yield "xml-prefix", "<a:b><c:d/></a:b>"
    yield "xml-two-roots", "<a/><b/>"
    yield "not-xml", "<order 17> was paid <by card>"
    yield "mail-no-body", "Subject: order 17"
    yield "mail-charset", "Content-Type: text/plain; charset=nonsense\n\nbody"
    yield "mail-encoded-word", "Subject: =?utf-8?b?w?= =?x?q?=\nTo: <\n\n"
    yield "mail-folded", "Subject: one\n two\n\tthree\n: no name\nno colon\n\nbody"


def envelopes() -> Iterator[tuple[str, str]]:
    """Envelopes of which a field is of another type, and such as do not hold what they say."""
    yield from retyped("sns", json.loads(body_of("sns-json")))
    yield from retyped("s3", json.loads(body_of("s3-put")))
    yield from retyped("eventbridge", json.loads(body_of("eventbridge-s3")))
    yield from retyped("kombu", json.loads(body_of("celery-unwrapped")))
    yield "pointer-short", '["software.amazon.payloadoffloading.PayloadS3Pointer"]'
    yield "pointer-empty", '["x.S3Pointer", {"s3BucketName": "", "s3Key": null}]'
    yield "s3-no-records", '{"Records": []}'
    yield "s3-mixed", '{"Records": [{"eventSource": "aws:s3", "s3": {}}, 17]}'
    yield "s3-bad-key", body_of("s3-put").replace("photos", "%ff%zz%")
    kombu = json.loads(body_of("celery-unwrapped"))
    yield "kombu-no-base64", json.dumps(kombu | {"body": "§ not base64"})
    yield "kombu-no-list", json.dumps(kombu | {"body": packed(b'{"a": 1}')})
    yield "kombu-two-of-three", json.dumps(kombu | {"body": packed(b"[[], {}]")})
    squeezed = kombu["headers"] | {"compression": "application/x-gzip"}
    yield "kombu-not-compressed", json.dumps(kombu | {"headers": squeezed})
    wrong = kombu | {"content-type": "application/x-msgpack"}
    yield "kombu-no-msgpack", json.dumps(wrong | {"body": packed(b"\xc1\x93\xdf")})


def retyped(name: str, document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """One body for each type: one field of the first level has it, in turn."""
    for number, value in enumerate(TYPES):
        field = list(document)[number % len(document)]
        yield (
            f"{name}-{field}-{type(value).__name__}-{number}",
            json.dumps(document | {field: value}),
        )
