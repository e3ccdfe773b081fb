"""What decoders are made of: a document goes in, a step comes out.

A decoder looks at one `Document` and says either what stands within it (base64, SNS) or only what
it is (an S3 event: title and facts, the same document). reading.py takes the steps one after
another. Nothing here is converted by the way: numbers are `Digits`, members are slices.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from queues.decoders.budget import Budget
from queues.decoders.json_document import NOT_JSON, is_json, members, parse

# str: text as SQS gave it. bytes: what came out of base64, gzip …
Data = str | bytes

UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
WRITTEN_IN = re.compile(
    rb"""<\?xml[^>]{1,60}encoding=["'](iso-8859-1|iso-8859-15|windows-1252)["']""", re.IGNORECASE
)


class Shape(StrEnum):
    """How the innermost document is laid out."""

    JSON = "json"
    XML = "xml"
    TEXT = "text"
    MAIL = "mail"
    PICKLE = "pickle"
    BINARY = "binary"


@dataclass(frozen=True, slots=True)
class Fact:
    """Something worth reading above the body: "Task", "orders.tasks.charge"."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Layer:
    """A step that was taken. `size`: bytes of what it gave. `title`: what a list may call the
    message by. `note`: what was guessed, or could not be done and why."""

    name: str
    label: str
    size: int
    facts: tuple[Fact, ...] = ()
    title: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """What a decoder makes of a document.

    `data`: what stands within; None: the document stays as it is. `shape`: how it is laid out, if
    the decoder knows; then nothing is looked for within. `problem`: a sentence, if it could not do
    all. `label`: instead of the decoder's own. `looked_at`: `data` as a document, if the decoder
    made one to look at it; what it found out need not be found out again.
    """

    data: Data | None = None
    shape: Shape | None = None
    facts: tuple[Fact, ...] = ()
    title: str = ""
    note: str = ""
    problem: str = ""
    label: str = ""
    looked_at: Document | None = None


class CannotDecode(Exception):
    """A sentence for people: why this decoder can do nothing with this document."""


class Decoder:
    """One way to read. `name`: in settings and queues' preferences; `label`: for people.

    `unwraps`: it gives what stands within. `marks`: texts that stand in every JSON document it
    understands, to pass by the others quickly; empty for what does not read JSON.
    """

    name: str
    label: str
    unwraps: bool = False
    marks: tuple[str, ...] = ()

    def find(self, document: Document) -> Step | None:
        """What it makes of a document that is surely or plausibly its own, else None."""
        raise NotImplementedError

    def decode(self, document: Document) -> Step:
        """The same where a person says that it is: no plausibility asked. Raises CannotDecode."""
        step = self.find(document)
        if step is None:
            raise CannotDecode(f"This is no {self.label}.")
        return step


class Document:
    """Text or bytes, and what is known of them; worked out once, when asked for."""

    def __init__(self, data: Data, budget: Budget | None = None) -> None:
        self.data = data
        self.budget = budget or Budget()

    @cached_property
    def bytes(self) -> bytes:
        data = self.data
        return data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data

    @cached_property
    def text(self) -> str | None:
        """None: binary. A byte order mark is no part of the text."""
        if isinstance(self.data, str):
            return self.data
        try:
            if self.data.startswith(UTF16):
                return self.data.decode("utf-16")
            return self.data.decode("utf-8-sig")
        except UnicodeDecodeError:
            return old_xml(self.data)

    @cached_property
    def value(self) -> Any:
        """The JSON document with numbers as `Digits`; `NOT_JSON` if it is no JSON object or list,
        or one too deep to be made a value of."""
        text = self.text
        return NOT_JSON if text is None or not opens_json(text) else parse(text)

    @cached_property
    def is_json(self) -> bool:
        """An object or a list, strictly; however deep."""
        text = self.text
        if text is None or not opens_json(text):
            return False
        return self.value is not NOT_JSON or is_json(text, self.budget)

    @cached_property
    def members(self) -> dict[str, str]:
        """The raw JSON of each member of an object, every digit and escape as sent; of a name that
        stands twice the last. Empty for anything else."""
        return members(self.text or "") if isinstance(self.value, dict) else {}


def old_xml(data: bytes) -> str | None:
    """XML says itself what it is written in; no other bytes do. None: it is none."""
    says = WRITTEN_IN.match(data)
    try:
        return data.decode(says[1].decode()) if says else None
    except UnicodeDecodeError:
        return None


def opens_json(text: str) -> bool:
    """Does it begin and end as an object or a list? Cheap, and tells most else apart."""
    if text[:1] in ("{", "["):
        return text[-1] in "}]" or text.rstrip(" \t\r\n")[-1] in "}]"
    if text[:1] not in (" ", "\t", "\r", "\n"):
        return False
    text = text.strip(" \t\r\n")
    return text[:1] in ("{", "[") and text[-1] in "}]"
