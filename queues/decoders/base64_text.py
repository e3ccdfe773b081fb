"""base64, as boto 2's `Message` and kombu write bodies, and as others put bytes into text.

Many a word is valid base64 (`cGFy`, `data`), so what comes out has to be plausible: a JSON
document, something compressed, another known beginning, or text long enough not to be chance.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import re

from queues.decoders.base import CannotDecode, Decoder, Document, Step, opens_json
from queues.decoders.known_beginnings import known_beginning
from queues.decoders.own import workshop

# Of so many characters on, text that comes out readable is no chance: a random id of 16 letters
# and digits does in one case of a hundred thousand. Padding is a hint of its own.
FEWEST = 16
FEWEST_PADDED = 12

LINE_ENDS = dict.fromkeys(map(ord, "\t\r\n"))
SPACE = re.compile(r"[ \t\r\n]+")
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
            return Step(data)
        fewest = FEWEST_PADDED if packed.endswith("=") else FEWEST
        if len(packed) >= fewest and is_readable(inner.text):
            return Step(data, note="" if opens_json(inner.text or "") else GUESSED)
        return Step(data) if own_knows(inner) else None

    def decode(self, document: Document) -> Step:
        packed = packed_text(document)
        data = None if packed is None else unpack(packed)
        if data is None:
            raise CannotDecode("This is no base64: it has other characters, or some are missing.")
        return Step(data)


def packed_text(document: Document) -> str | None:
    """Without line ends and the like. None: surely no base64."""
    text = document.text
    if text is None or not (STANDARD.match(text, 0, 64) and plausible_start(text)):
        return None
    packed = SPACE.sub("", text) if SPACE.search(text) else text
    whole = STANDARD.fullmatch(packed) or URL_SAFE.fullmatch(packed)
    return packed if whole else None


def plausible_start(text: str) -> bool:
    """Are the first characters of its alphabet? Most text is told apart here, and cheaply. A line
    of base64 is 60 characters at least, so a space among the first is none."""
    start = text[:48].strip()
    return bool(STANDARD.fullmatch(start) or URL_SAFE.fullmatch(start))


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
    """Text that somebody may have written: no controls, nothing unassigned."""
    return text is not None and text.translate(LINE_ENDS).isprintable()
