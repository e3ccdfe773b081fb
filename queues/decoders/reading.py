"""Reads a body: finds out, or is told, what stands in what, and keeps the way there."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from queues.decoders.base import CannotDecode, Data, Decoder, Document, Fact, Layer, Shape, Step
from queues.decoders.budget import DEEPEST, Budget, LimitReached
from queues.decoders.hex_rows import HexRow, hex_rows
from queues.decoders.lines import Layout, Line
from queues.decoders.registry import by_name, candidates
from queues.decoders.shapes import SHAPES, lay_out

logger = logging.getLogger(__name__)

RAW = "raw"
LABELS = {Shape.JSON: "JSON", Shape.TEXT: "Text", Shape.BINARY: "Binary"}


@dataclass(frozen=True)
class Reading:
    """`data`: the innermost document that was reached. `problems`: sentences for people.
    `envelope`: the outermost JSON that `data` stood in, if it stood in one."""

    raw: str
    layers: tuple[Layer, ...]
    data: Data
    shape: Shape
    problems: tuple[str, ...] = ()
    envelope: str | None = None

    @property
    def trail(self) -> list[str]:
        return [layer.label for layer in self.layers]

    @property
    def title(self) -> str:
        return next((layer.title for layer in reversed(self.layers) if layer.title), "")

    @property
    def facts(self) -> list[Fact]:
        return [fact for layer in self.layers for fact in layer.facts]

    @property
    def notes(self) -> list[str]:
        return [f"{layer.label}: {layer.note}" for layer in self.layers if layer.note]

    @property
    def unwrapped(self) -> bool:
        """Is the innermost document another than the raw body?"""
        return self.data is not self.raw

    @cached_property
    def text(self) -> str | None:
        """None: binary."""
        return Document(self.data).text

    @cached_property
    def _layout(self) -> Layout:
        return lay_out(self.data, self.shape)

    @property
    def pretty(self) -> list[Line] | None:
        return self._layout.lines

    @property
    def pretty_note(self) -> str:
        """Why there is no pretty form, or what it leaves out."""
        return self._layout.note

    @cached_property
    def bytes(self) -> bytes:
        return Document(self.data).bytes

    def hex(self, offset: int = 0, length: int = 4096) -> list[HexRow]:
        """Rows of sixteen bytes of the innermost document, from the one `offset` lies in."""
        return list(hex_rows(self.bytes, offset, length))


def read(raw: str, chain: Sequence[str] | None = None) -> Reading:
    """`chain`: names of decoders to use; None: find out; empty or "raw": the raw text only.
    Never raises. Takes a second of work at most; decoders of one's own five by the clock."""
    budget = Budget()
    if chain is not None and (not chain or chain[0] == RAW):
        return Reading(raw, (Layer("text", "Text", size_of(raw)),), raw, Shape.TEXT)
    return Walk(raw, budget).follow(None if chain is None else tuple(chain))


@dataclass
class Walk:
    """From the raw body inwards."""

    raw: str
    budget: Budget
    layers: list[Layer] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    envelope: str | None = None
    shape: Shape | None = None
    # Has nobody said yet what the innermost document is?
    open: bool = True

    def __post_init__(self) -> None:
        self.document = Document(self.raw, self.budget)

    def follow(self, chain: tuple[str, ...] | None) -> Reading:
        try:
            if chain is None:
                self.find_out()
            else:
                self.do_as_told(chain)
        except LimitReached as limit:
            self.problems.append(f"{limit} What was reached until then is shown.")
        return self.reading()

    def find_out(self) -> None:
        while self.first(candidates(self.document)):
            if len(self.layers) >= DEEPEST:
                self.problems.append(
                    f"It is wrapped more than {DEEPEST} times; what stands in the {DEEPEST}th "
                    "wrapper is shown."
                )
                self.first(SHAPES)
                return

    def first(self, decoders: Iterable[Decoder]) -> bool:
        """Takes the step of the first that knows the document. Is there more to look for?"""
        self.budget.check()
        for decoder in decoders:
            step = self.guarded(decoder, decoder.find)
            if step is not None:
                self.take(decoder, step)
                return self.open
        return False

    def do_as_told(self, chain: tuple[str, ...]) -> None:
        """What comes out at the end is laid out as what it is; nothing more is unwrapped."""
        for name in chain[:DEEPEST]:
            decoder = by_name(name)
            if decoder is None:
                self.problems.append(
                    f"This queue is to be read with the decoder “{name}”, and there is none of "
                    "that name. Choose another for the queue, or name it in SQSDASH_DECODERS."
                )
                break
            step = self.guarded(decoder, decoder.decode)
            if step is None:
                break
            self.take(decoder, step)
        if self.open:
            self.first(SHAPES)

    def guarded(self, decoder: Decoder, do: Callable[[Document], Step | None]) -> Step | None:
        """A body must be readable whatever a decoder makes of it."""
        try:
            return do(self.document)
        except CannotDecode as cannot:
            self.problems.append(f"{decoder.label}: {cannot}")
        except LimitReached:
            raise
        except Exception as error:
            # Only its kind: what it says may hold a piece of the body.
            logger.error("The decoder %s failed: %s", decoder.name, type(error).__name__)
            self.problems.append(
                f"{decoder.label}: reading it failed ({type(error).__name__}). What was reached "
                "until then is shown."
            )
        return None

    def take(self, decoder: Decoder, step: Step) -> None:
        label = step.label or decoder.label
        if step.problem:
            self.problems.append(f"{label}: {step.problem}")
        if step.data is not None:
            if self.envelope is None and self.document.is_json:
                self.envelope = self.document.text
            self.budget.spend(size_of(step.data))
            self.document = step.looked_at or Document(step.data, self.budget)
        self.shape = step.shape
        self.open = step.data is not None and step.shape is None
        size = size_of(self.document.data)
        self.layers.append(Layer(decoder.name, label, size, step.facts, step.title, step.note))

    def reading(self) -> Reading:
        document = self.document
        shape = self.shape or simplest_shape(document)
        if self.open:
            size = size_of(document.data)
            self.layers.append(Layer(shape.value, LABELS[shape], size))
        layers, problems = tuple(self.layers), tuple(self.problems)
        return Reading(self.raw, layers, document.data, shape, problems, self.envelope)


def simplest_shape(document: Document) -> Shape:
    """Where nobody said, or there was no time to ask."""
    if document.text is None:
        return Shape.BINARY
    return Shape.JSON if isinstance(document.value, (dict, list)) else Shape.TEXT


def size_of(data: Data) -> int:
    if isinstance(data, bytes):
        return len(data)
    return len(data) if data.isascii() else len(data.encode("utf-8", "surrogatepass"))
