"""What the innermost document is, when nothing more can be unwrapped, and how it is laid out."""

from __future__ import annotations

from queues.decoders import json_layout
from queues.decoders.base import Data, Document, Shape
from queues.decoders.budget import Budget
from queues.decoders.lines import Layout

LABELS = {
    Shape.JSON: "JSON",
    Shape.XML: "XML",
    Shape.TEXT: "Text",
    Shape.MAIL: "Headers",
    Shape.PICKLE: "Python pickle",
    Shape.BINARY: "Binary",
}


def shape_of(document: Document) -> Shape:
    if document.is_json:
        return Shape.JSON
    return Shape.BINARY if document.text is None else Shape.TEXT


def lay_out(data: Data, shape: Shape) -> Layout:
    document = Document(data, Budget())
    if shape is Shape.JSON:
        return json_layout.lay_out(document.text or "", document.budget)
    return Layout(None)
