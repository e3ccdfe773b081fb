"""A message's body: what it is, for people to read. Pure, bounded, never evaluated.

`read` says what stands in what (base64 of gzip of JSON) and lays out the innermost document;
`json_text` gives a search the same document quickly. A decoder is a class (base.py) with a line in
registry.py; budget.py has the limits, own.py those that the settings name.
"""

from __future__ import annotations

from queues.decoders.base import Data, Fact, Layer, Shape
from queues.decoders.lines import Line, Token
from queues.decoders.own_class import BadDecoder
from queues.decoders.reading import Reading, read
from queues.decoders.registry import configure, names
from queues.decoders.searched import json_text, text_within
from queues.decoders.syntax import CannotLayOut, Syntax, compact, formatted, syntax_of
from queues.decoders.visible import visible

__all__ = [
    "BadDecoder",
    "CannotLayOut",
    "Data",
    "Fact",
    "Layer",
    "Line",
    "Reading",
    "Shape",
    "Syntax",
    "Token",
    "compact",
    "configure",
    "formatted",
    "json_text",
    "names",
    "read",
    "syntax_of",
    "text_within",
    "visible",
]
