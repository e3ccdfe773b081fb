"""Receipt handles: opaque, as long as AWS's, and no handle but ours is taken for one."""

import base64
import binascii
import hashlib
import struct
from typing import NamedTuple

from simulator.errors import bad_receipt_handle

_HEAD = b"\x01\x01\x01"  # AWS's handles begin with AQEB
_BODY = struct.Struct(">QQQ")
_LENGTH = 304  # bytes: 408 characters, the usual length of AWS's


class Receipt(NamedTuple):
    """What a handle stands for: one receive of one message of one queue."""

    queue: int
    message: int
    receive: int
    handle: str


class Receipts:
    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def handle(self, queue: int, message: int, receive: int) -> str:
        return base64.b64encode(self._raw(_BODY.pack(queue, message, receive))).decode()

    def read(self, handle: str) -> Receipt:
        try:
            raw = base64.b64decode(handle, validate=True)
        except (binascii.Error, ValueError):
            raise bad_receipt_handle() from None
        body = raw[len(_HEAD) : len(_HEAD) + _BODY.size]
        if len(body) != _BODY.size or raw != self._raw(body):
            raise bad_receipt_handle()
        queue, message, receive = _BODY.unpack(body)
        return Receipt(queue, message, receive, handle)

    def _raw(self, body: bytes) -> bytes:
        seal = hashlib.blake2b(body, key=self._secret).digest()
        return (_HEAD + body + seal * 5)[:_LENGTH]
