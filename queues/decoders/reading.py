"""Reads a body: finds out, or is told, what stands in what, and keeps the way there."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from queues.decoders.base import CannotDecode, Data, Decoder, Document, Fact, Layer, Shape, Step
from queues.decoders.budget import DEEPEST, Budget, LimitReached
from queues.decoders.hex_rows import HexRow, hex_rows
from queues.decoders.lines import Layout, Line
from queues.decoders.registry import BY_NAME, candidates
from queues.decoders.shapes import LABELS, lay_out, shape_of

logger = logging.getLogger(__name__)

RAW = "raw"


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
    Never raises; takes a second of work at most."""
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

    def __post_init__(self) -> None:
        self.document = Document(self.raw, self.budget)

    def follow(self, chain: tuple[str, ...] | None) -> Reading:
        try:
            for decoder, step in self.found() if chain is None else self.told(chain):
                self.take(decoder, step)
        except LimitReached as limit:
            self.problems.append(f"{limit} What was reached until then is shown.")
        return self.reading()

    def found(self) -> Iterator[tuple[Decoder, Step]]:
        while self.shape is None:
            if len(self.layers) >= DEEPEST:
                self.problems.append(
                    f"It is wrapped more than {DEEPEST} times; what stands in the {DEEPEST}th "
                    "wrapper is shown."
                )
                return
            for decoder in candidates(self.document):
                step = self.guarded(decoder, decoder.find)
                if step is not None:
                    yield decoder, step
                    break
            else:
                return
            if step.data is None:
                return

    def told(self, chain: tuple[str, ...]) -> Iterator[tuple[Decoder, Step]]:
        for name in chain[:DEEPEST]:
            decoder = BY_NAME.get(name)
            if decoder is None:
                self.problems.append(
                    f"This queue is to be read with the decoder “{name}”, and there is none of "
                    "that name. Choose another for the queue, or name it in SQSDASH_DECODERS."
                )
                return
            step = self.guarded(decoder, decoder.decode)
            if step is None:
                return
            yield decoder, step

    def guarded(self, decoder: Decoder, do: Callable[[Document], Step | None]) -> Step | None:
        """A body must be readable whatever a decoder makes of it."""
        try:
            self.budget.check()
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
            self.document = Document(step.data, self.budget)
            self.budget.spend(size_of(step.data))
        self.shape = step.shape
        size = size_of(self.document.data)
        self.layers.append(Layer(decoder.name, label, size, step.facts, step.title, step.note))

    def reading(self) -> Reading:
        shape = self.shape
        if shape is None:
            try:
                shape = shape_of(self.document)
            except LimitReached as limit:
                self.problems.append(f"{limit} It is shown as text.")
                shape = Shape.TEXT if self.document.text is not None else Shape.BINARY
            if not self.named:
                size = size_of(self.document.data)
                self.layers.append(Layer(shape.value, LABELS[shape], size))
        data = self.document.data
        envelope = self.envelope
        return Reading(self.raw, tuple(self.layers), data, shape, tuple(self.problems), envelope)

    @property
    def named(self) -> bool:
        """Did the last step already say what the document is, as an EventBridge event does?"""
        last = BY_NAME.get(self.layers[-1].name) if self.layers else None
        return last is not None and not last.unwraps


def size_of(data: Data) -> int:
    if isinstance(data, bytes):
        return len(data)
    return len(data) if data.isascii() else len(data.encode("utf-8", "surrogatepass"))
