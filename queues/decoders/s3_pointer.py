"""Bodies that only say where the body is: in S3. Shown, never fetched."""

from __future__ import annotations

import re

from queues.decoders.base import CannotDecode, Decoder, Document, Shape, Step
from queues.decoders.told import facts, named, string

NOT_FETCHED = "The body itself is in S3. sqsdash does not fetch it."
ALONE = "Taken for the address of a body, as boto 2's BigMessage writes it."
ADDRESS = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])/([^\s\x00-\x1f]{1,1024})")


class S3Pointer(Decoder):
    """The Amazon SQS Extended Client's, for Java, and those for Python, .NET and others like it:
    a list of a class name, which ends with S3Pointer, and bucket and key. How many bytes there
    are stands in the message attribute ExtendedPayloadSize, once SQSLargePayloadSize."""

    name = "s3-pointer"
    label = "S3 pointer"
    marks = ('"s3BucketName"', '"s3Key"')

    def find(self, document: Document) -> Step | None:
        match document.value:
            case [str(made_by), dict(pointer)] if made_by.endswith("S3Pointer"):
                pass
            case dict(pointer) if pointer.keys() == {"s3BucketName", "s3Key"}:
                made_by = ""
            case _:
                return None
        bucket, key = string(pointer.get("s3BucketName")), string(pointer.get("s3Key"))
        if not bucket or not key:
            return None
        return Step(
            facts=facts(("Bucket", bucket), ("Key", key), ("Class", made_by)),
            title=named(f"s3://{bucket}/{key}"),
            note=NOT_FETCHED,
        )


class S3Address(Decoder):
    """boto 2's BigMessage: nothing but the address."""

    name = "s3-address"
    label = "S3 address"

    def find(self, document: Document) -> Step | None:
        text = document.text
        if text is None or not text.startswith("s3://") or not (found := ADDRESS.fullmatch(text)):
            return None
        return Step(
            shape=Shape.TEXT,
            facts=facts(("Bucket", found[1]), ("Key", found[2])),
            title=named(text),
            note=f"{ALONE} {NOT_FETCHED}",
        )

    def decode(self, document: Document) -> Step:
        step = self.find(document)
        if step is None:
            raise CannotDecode("This is no address like s3://bucket/key.")
        return step
