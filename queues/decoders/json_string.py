"""A JSON document that was sent as a JSON string: `"{\\"order\\": 17}"`, encoded once too often."""

from __future__ import annotations

import json

from queues.decoders.base import CannotDecode, Decoder, Document, Step
from queues.decoders.base64_text import Base64

BASE64 = Base64()


class JsonString(Decoder):
    name = "json-string"
    label = "JSON string"
    unwraps = True

    def find(self, document: Document) -> Step | None:
        """A string alone is text; it is unwrapped for what is known to be encoded again."""
        inner = string_in(document)
        if inner is None:
            return None
        found = Document(inner, document.budget)
        if found.is_json or BASE64.find(found) is not None:
            return Step(inner, looked_at=found)
        return None

    def decode(self, document: Document) -> Step:
        inner = string_in(document)
        if inner is None:
            raise CannotDecode("This is no JSON string.")
        return Step(inner)


def string_in(document: Document) -> str | None:
    text = (document.text or "").strip(" \t\r\n")
    if len(text) < 2 or text[0] != '"' or text[-1] != '"':
        return None
    try:
        inner = json.loads(text)
    except ValueError:
        return None
    return inner if isinstance(inner, str) else None
