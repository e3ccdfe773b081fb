"""The MD5s that SQS answers with, for clients to check what arrived."""

import hashlib
import struct
from collections.abc import Mapping


def md5_of_text(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def md5_of_attributes(attributes: Mapping[str, tuple[str, str | bytes]]) -> str:
    """`attributes`: name → (data type, value).

    Developer Guide, "Amazon SQS message metadata", on calculating the MD5 of message attributes:
    by name, each of name, data type and value preceded by its length, and a byte for the
    value's transport type (1 string, 2 binary).
    """
    digest = hashlib.md5(usedforsecurity=False)
    for name in sorted(attributes):
        data_type, value = attributes[name]
        for part in (name.encode(), data_type.encode()):
            digest.update(struct.pack(">I", len(part)) + part)
        transport, raw = (1, value.encode()) if isinstance(value, str) else (2, value)
        digest.update(struct.pack(">BI", transport, len(raw)) + raw)
    return digest.hexdigest()
