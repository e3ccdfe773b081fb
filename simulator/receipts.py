"""Receipt handles: opaque, as long as AWS's, and no handle but ours is taken for one."""

import base64
import binascii
import hashlib
import struct
from typing import NamedTuple

from simulator.errors import bad_receipt_handle

_HEAD = b"\x01\x01\x01"  # AWS's handles begin with AQEB
_BODY = struct.Struct(">3s3Q60s")
_SEALED = 116  # characters of the part that says something, in base64
_LENGTH = 408  # AWS's usual length; the rest is the same in all handles


class Receipt(NamedTuple):
    """What a handle stands for: one receive of one message of one queue."""

    queue: int
    message: int
    receive: int
    handle: str


class Receipts:
    def __init__(self, secret: bytes) -> None:
        # Copied for each seal: to key it anew each time costs more than the seal itself.
        self._keyed = hashlib.blake2b(key=secret, digest_size=60)
        filling = hashlib.shake_256(secret).digest(_LENGTH)
        self._filling = base64.b64encode(filling).decode()[: _LENGTH - _SEALED - 1] + "="

    def handle(self, queue: int, message: int, receive: int) -> str:
        seal = self._seal(queue, message, receive)
        sealed = _BODY.pack(_HEAD, queue, message, receive, seal)
        return base64.b64encode(sealed).decode() + self._filling

    def read(self, handle: str) -> Receipt:
        """SqsError unless it is one that `handle` made."""
        sealed, filling = handle[:_SEALED], handle[_SEALED:]
        try:
            raw = base64.b64decode(sealed, validate=True)
            _, queue, message, receive, seal = _BODY.unpack(raw)
        except (binascii.Error, struct.error, ValueError):
            raise bad_receipt_handle() from None
        if filling != self._filling or seal != self._seal(queue, message, receive):
            raise bad_receipt_handle()
        return Receipt(queue, message, receive, handle)

    def _seal(self, queue: int, message: int, receive: int) -> bytes:
        numbers = b"%d %d %d" % (queue, message, receive)
        seal = self._keyed.copy()
        seal.update(numbers)
        return seal.digest()
