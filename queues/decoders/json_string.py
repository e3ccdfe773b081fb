"""A JSON document that was sent as a JSON string: `"{\\"order\\": 17}"`, encoded once too often."""

from __future__ import annotations

import json

from queues.decoders.base import Decoder, Document, Step


class JsonString(Decoder):
    name = "json-string"
    label = "JSON string"
    unwraps = True

    def find(self, document: Document) -> Step | None:
        text = (document.text or "").strip(" \t\r\n")
        if len(text) < 4 or text[0] != '"' or text[-1] != '"':
            return None
        try:
            inner = json.loads(text)
        except ValueError:
            return None
        if not isinstance(inner, str):
            return None
        found = Document(inner, document.budget)
        return Step(inner, looked_at=found) if found.is_json else None
