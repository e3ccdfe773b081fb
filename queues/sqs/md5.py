"""The checksums SQS sends with each message. botocore does not check them for SQS.

AWS: "Calculating the MD5 message digest for message attributes" in the developer guide.
"""

import hashlib
from collections.abc import Mapping

from queues.sqs.types import MessageAttribute, encode_text

_STRING, _BINARY = b"\x01", b"\x02"


def md5_of_body(body: str) -> str:
    return hashlib.md5(encode_text(body), usedforsecurity=False).hexdigest()


def md5_of_attributes(attributes: Mapping[str, MessageAttribute]) -> str:
    digest = hashlib.md5(usedforsecurity=False)
    for name in sorted(attributes):
        attribute = attributes[name]
        digest.update(_counted(encode_text(name)) + _counted(encode_text(attribute.type)))
        if isinstance(attribute.value, bytes):
            digest.update(_BINARY + _counted(attribute.value))
        else:
            digest.update(_STRING + _counted(encode_text(attribute.value)))
    return digest.hexdigest()


def _counted(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data
