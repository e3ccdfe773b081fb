"""What the innermost document is, when nothing more can be unwrapped, and how it is laid out."""

from __future__ import annotations

from queues.decoders import headers, json_layout, pickle_code, xml_layout, xml_text
from queues.decoders.base import CannotDecode, Data, Decoder, Document, Shape, Step
from queues.decoders.budget import Budget
from queues.decoders.known_beginnings import known_beginning
from queues.decoders.lines import Layout


class Json(Decoder):
    name = "json"
    label = "JSON"

    def find(self, document: Document) -> Step | None:
        return Step(shape=Shape.JSON) if document.is_json else None

    def decode(self, document: Document) -> Step:
        if not document.is_json:
            raise CannotDecode("This is no JSON object or list.")
        return Step(shape=Shape.JSON)


class Text(Decoder):
    name = "text"
    label = "Text"

    def find(self, document: Document) -> Step | None:
        return None if document.text is None else Step(shape=Shape.TEXT)

    def decode(self, document: Document) -> Step:
        if document.text is None:
            raise CannotDecode("These bytes are no text in UTF-8 or UTF-16.")
        return Step(shape=Shape.TEXT)


class Binary(Decoder):
    name = "binary"
    label = "Binary"

    def find(self, document: Document) -> Step | None:
        what = known_beginning(document.bytes)
        return Step(shape=Shape.BINARY, note=f"It begins like {what}." if what else "")


# Each document is offered to these when no other decoder gives what stands within; the last two
# take what is left.
SHAPES = (Json(), pickle_code.Pickle(), xml_text.Xml(), headers.Headers(), Text(), Binary())


def lay_out(data: Data, shape: Shape) -> Layout:
    document = Document(data, Budget())
    if shape is Shape.PICKLE:
        return pickle_code.lay_out(document.bytes, document.budget)
    if document.text is None:
        return Layout(None)
    match shape:
        case Shape.JSON:
            return json_layout.lay_out(document.text, document.budget)
        case Shape.XML:
            return xml_layout.lay_out(document.text, document.budget)
        case Shape.MAIL:
            return headers.lay_out(document.text)
        case _:
            return Layout(None)
