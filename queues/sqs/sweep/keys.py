"""Message ids in little memory: a hundred thousand of them are kept by a sweep."""

import re

Key = bytes
UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}").fullmatch


def key_of(message_id: str) -> Key:
    """16 bytes for the UUIDs that AWS uses; other servers' ids as they are."""
    if UUID(message_id):
        return bytes.fromhex(message_id.replace("-", ""))
    # A longer key than a UUID's cannot be taken for one. No message id holds a NUL.
    return message_id.encode().ljust(17, b"\0")


def id_of(key: Key) -> str:
    if len(key) != 16:
        return key.rstrip(b"\0").decode()
    digits = key.hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
