"""base64, as boto 2's `Message` and kombu write bodies, and as others put bytes into text.

Many a word is valid base64 (`cGFy`, `data`), so what comes out has to be plausible: a JSON
document, something compressed, another known beginning, or text long enough not to be chance.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import re

from queues.decoders.base import CannotDecode, Decoder, Document, Step
from queues.decoders.known_beginnings import known_beginning
from queues.decoders.own import workshop

# Of so many characters on, text that comes out readable is no chance: a random id of 16 letters
# and digits does in one case of a hundred thousand. Padding is a hint of its own.
FEWEST = 16
FEWEST_PADDED = 8
SHORT = 24

LINE_ENDS = dict.fromkeys(map(ord, "\t\r\n"))
LINE_END = re.compile(r"[\r\n]++[ \t]*+")
STANDARD = re.compile(r"[A-Za-z0-9+/]*+={0,2}")
URL_SAFE = re.compile(r"[A-Za-z0-9_-]*+={0,2}")

GUESSED = "Taken for base64 because readable text comes out. The raw body may be what was meant."


class Base64(Decoder):
    name = "base64"
    label = "base64"
    unwraps = True

    def find(self, document: Document) -> Step | None:
        packed = packed_text(document)
        if packed is None or packed[:1] in "{[<":
            return None
        data = unpack(packed)
        if not data:
            return None
        inner = Document(data, document.budget)
        if inner.is_json or known_beginning(data) is not None:
            return Step(data, looked_at=inner)
        fewest = FEWEST_PADDED if packed.endswith("=") else FEWEST
        if len(packed) >= fewest and is_readable(inner.text):
            return Step(data, note=GUESSED, looked_at=inner)
        return Step(data, looked_at=inner) if own_knows(inner) else None

    def decode(self, document: Document) -> Step:
        packed = packed_text(document)
        data = None if packed is None else unpack(packed)
        if data is None:
            raise CannotDecode("This is no base64: it has other characters, or some are missing.")
        return Step(data)


def packed_text(document: Document) -> str | None:
    """In one line. None: surely no base64."""
    text = document.text
    # Most text is told apart by its first line, and cheaply.
    if not text or not in_alphabet(LINE_END.split(text[:48].lstrip(), 1)[0].rstrip()):
        return None
    packed = (LINE_END.sub("", text) if "\n" in text or "\r" in text else text).strip()
    return packed if in_alphabet(packed) else None


def in_alphabet(text: str) -> bool:
    return bool(STANDARD.fullmatch(text) or URL_SAFE.fullmatch(text))


def unpack(packed: str) -> bytes | None:
    """Padding may be missing, as URLs do it; but no character can be left over."""
    bare = packed.rstrip("=")
    if len(bare) % 4 == 1:
        return None
    alphabet = b"-_" if "-" in bare or "_" in bare else b"+/"
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4), alphabet, validate=True)
    except (binascii.Error, ValueError):
        return None


def own_knows(document: Document) -> bool:
    """Do these bytes mean something to a decoder of one's own?"""
    for decoder in workshop.decoders:
        with contextlib.suppress(CannotDecode):
            if decoder.find(document) is not None:
                return True
    return False


def is_readable(text: str | None) -> bool:
    """Text that somebody may have written: no controls, nothing unassigned; and if it is short,
    mostly words, and not of several scripts: chance gives all of them."""
    if text is None or not text.translate(LINE_ENDS).isprintable():
        return False
    if len(text) >= SHORT:
        return True
    words = [each for each in text if each.isalnum() or each.isspace()]
    latin = sum(each < "\u0250" for each in words)
    return max(latin, len(words) - latin) * 4 >= len(text) * 3
