"""The mark that some programs write before a text, and that hides from parsers what follows."""

from __future__ import annotations

from queues.decoders.base import CannotDecode, Decoder, Document, Step, opens_json

MARK = "\ufeff"


class ByteOrderMark(Decoder):
    name = "byte-order-mark"
    label = "byte order mark"
    unwraps = True

    def find(self, document: Document) -> Step | None:
        """Before a document; before other text it stays, and is seen."""
        step = unmarked(document)
        if step is None or not isinstance(step.data, str):
            return None
        return step if opens_json(step.data) or step.data.startswith("<") else None

    def decode(self, document: Document) -> Step:
        step = unmarked(document)
        if step is None:
            raise CannotDecode("This does not begin with a byte order mark.")
        return step


def unmarked(document: Document) -> Step | None:
    """Only of text as SQS gave it: where bytes become text, the mark is gone already."""
    data = document.data
    return Step(data[1:]) if isinstance(data, str) and data.startswith(MARK) else None
