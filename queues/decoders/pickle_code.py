"""A Python pickle as the instructions it is made of. It is never loaded: loading one runs what it
says, and what it says came from a queue."""

from __future__ import annotations

import pickletools
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from queues.decoders.base import CannotDecode, Decoder, Document, Shape, Step
from queues.decoders.budget import Budget
from queues.decoders.known_beginnings import is_pickle
from queues.decoders.lines import DEEPEST, MOST_LINES, Layout, Line, Token, too_long, too_slow
from queues.decoders.told import facts

NAMES_TOLD = 20
LONGEST = 2_000

NEVER_LOADED = "It is not loaded: these are its instructions, from which Python would make it."


@dataclass(slots=True)
class Instruction:
    position: int
    name: str
    argument: str
    depth: int


@dataclass
class Disassembly:
    instructions: list[Instruction] = field(default_factory=list)
    # What it would import, as `module.name`.
    names: list[str] = field(default_factory=list)
    problem: str = ""
    too_long: bool = False
    too_slow: bool = False


class Pickle(Decoder):
    name = "pickle"
    label = "Python pickle"

    def find(self, document: Document) -> Step | None:
        return step(document.bytes, document.budget) if is_pickle(document.bytes) else None

    def decode(self, document: Document) -> Step:
        if not disassemble(document.bytes, document.budget).instructions:
            raise CannotDecode("This is no Python pickle: it does not begin with an instruction.")
        return step(document.bytes, document.budget)


def step(data: bytes, budget: Budget) -> Step:
    found = disassemble(data, budget)
    names = list(dict.fromkeys(found.names))
    told = ", ".join(names[:NAMES_TOLD]) + (" …" if len(names) > NAMES_TOLD else "")
    return Step(
        shape=Shape.PICKLE,
        facts=facts(("Would import", told)),
        note=NEVER_LOADED,
        problem=found.problem,
    )


def disassemble(data: bytes, budget: Budget) -> Disassembly:
    """As far as the limits go. Nothing of it is carried out."""
    found = Disassembly()
    depth = 0
    # The newest strings: STACK_GLOBAL takes its module and name from the stack.
    strings: deque[str] = deque(maxlen=2)
    operations = pickletools.genops(data)
    for count, (opcode, argument, position) in enumerate(guarded(operations, found)):
        if opcode.name != "MARK" and pickletools.markobject in opcode.stack_before:
            depth = max(0, depth - 1)
        text = shown(argument)
        found.instructions.append(Instruction(position, opcode.name, text, min(depth, DEEPEST)))
        found.names += imported(opcode.name, argument, strings)
        if isinstance(argument, str) and opcode.name not in ("GLOBAL", "INST"):
            strings.append(argument[:LONGEST])
        depth += opcode.name == "MARK"
        if count >= MOST_LINES:
            found.too_long = True
            break
        if count % 256 == 0 and budget.over:
            found.too_slow = True
            break
    return found


def guarded(operations: Any, found: Disassembly) -> Iterator[tuple[Any, Any, int]]:
    """genops raises ValueError and its like where the pickle is broken."""
    try:
        yield from operations
    except Exception as error:
        after = found.instructions[-1].position if found.instructions else 0
        found.problem = (
            f"the instruction after byte {after:,} cannot be read ({type(error).__name__}); what "
            "came until then is shown."
        )


def imported(name: str, argument: Any, strings: deque[str]) -> list[str]:
    if name in ("GLOBAL", "INST"):
        return [str(argument)[:LONGEST].replace(" ", ".", 1)]
    if name == "STACK_GLOBAL" and len(strings) == 2:
        return [".".join(strings)]
    return []


def shown(argument: Any) -> str:
    if argument is None:
        return ""
    if isinstance(argument, int) and argument.bit_length() > 10_000:
        return f"a number of {argument.bit_length():,} bits"
    cut = argument[:LONGEST] if isinstance(argument, (str, bytes, bytearray)) else argument
    more = f" … {len(argument):,} in all" if cut is not argument and len(argument) > LONGEST else ""
    return repr(cut) + more


def lay_out(data: bytes, budget: Budget) -> Layout:
    found = disassemble(data, budget)
    lines = [
        Line(each.depth, tokens_of(each), number, source=each.argument, end=len(each.argument))
        for number, each in enumerate(found.instructions, 1)
    ]
    if found.too_long:
        return too_long(lines)
    return too_slow(lines) if found.too_slow else Layout(lines, found.problem)


def tokens_of(instruction: Instruction) -> list[Token]:
    head = Token("key", instruction.name)
    if not instruction.argument:
        return [head]
    kind = "string" if instruction.argument[0] in "'\"b" else "number"
    return [head, Token("text", " "), Token(kind, instruction.argument)]
