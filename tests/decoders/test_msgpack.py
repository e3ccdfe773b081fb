"""MessagePack is written down as JSON, to the last digit, and only where somebody says so."""

from __future__ import annotations

import base64
import json
import struct

import pytest

from queues import decoders
from queues.decoders.base import CannotDecode
from queues.decoders.budget import Budget
from queues.decoders.msgpack_values import as_json

# From the specification, one of each kind. https://github.com/msgpack/msgpack/blob/master/spec.md
VALUES = [
    (b"\xc0", "null"),
    (b"\xc2", "false"),
    (b"\xc3", "true"),
    (b"\x7f", "127"),
    (b"\xff", "-1"),
    (b"\xe0", "-32"),
    (b"\xcc\xff", "255"),
    (b"\xcd\x01\x00", "256"),
    (b"\xce\xff\xff\xff\xff", "4294967295"),
    (b"\xcf" + b"\xff" * 8, "18446744073709551615"),
    (b"\xd0\x80", "-128"),
    (b"\xd1\x80\x00", "-32768"),
    (b"\xd2\x80\x00\x00\x00", "-2147483648"),
    (b"\xd3\x80" + b"\x00" * 7, "-9223372036854775808"),
    (b"\xca" + struct.pack(">f", 1.5), "1.5"),
    (b"\xcb" + struct.pack(">d", 0.1), "0.1"),
    (b"\xcb" + struct.pack(">d", float("inf")), '"inf"'),
    (b"\xa2hi", '"hi"'),
    (b"\xd9\x02hi", '"hi"'),
    (b"\xda\x00\x02hi", '"hi"'),
    (b"\xdb\x00\x00\x00\x02hi", '"hi"'),
    (b"\xc4\x02\xff\x00", '{"__type__": "base64", "__value__": "/wA="}'),
    (b"\xa1\xff", '{"__type__": "base64", "__value__": "/w=="}'),
    (b"\xd4\x05\xff", '{"__type__": "extension 5", "__value__": "/w=="}'),
    (b"\xc7\x01\xff\x41", '{"__type__": "extension -1", "__value__": "QQ=="}'),
    (b"\x92\x01\x02", "[1, 2]"),
    (b"\xdc\x00\x01\x01", "[1]"),
    (b"\x81\xa1a\x01", '{"a": 1}'),
    (b"\xde\x00\x01\xa1a\x90", '{"a": []}'),
    (b"\x81\x01\x02", '{"1": 2}'),
]


@pytest.mark.parametrize(("packed", "written"), VALUES, ids=lambda value: repr(value)[:40])
def test_each_kind_of_value_is_written_down(packed: bytes, written: str) -> None:
    assert as_json(packed, Budget()) == written
    json.loads(written)


@pytest.mark.parametrize(
    "packed",
    [b"", b"\xc1", b"\x92\x01", b"\xa5hi", b"\x01\x02", b"\xdd\xff\xff\xff\xff", b"\x91" * 200],
)
def test_what_is_none_says_why(packed: bytes) -> None:
    with pytest.raises(CannotDecode):
        as_json(packed, Budget())


def test_a_queue_can_be_told_to_read_it_and_none_is_ever_guessed() -> None:
    body = base64.b64encode(b"\x81\xa5order\x11").decode()
    assert decoders.read(body, ["base64", "msgpack"]).text == '{"order": 17}'
    assert decoders.read(body).text == body
