"""What is shown of a task's arguments where they are no JSON: instructions, lines or hex."""

from __future__ import annotations

import json
from dataclasses import dataclass

from queues.decoders.base import Document
from queues.decoders.kombu_message import KombuMessage
from queues.decoders.pickle_code import Disassembly, disassemble

PICKLE = "application/x-python-serialize"
YAML = "application/x-yaml"
MOST_INSTRUCTIONS = 2_000
DEEPEST = 40

PICKLED = (
    "Its arguments are a Python pickle. Loading one can run code, so it is not loaded: its "
    "instructions are listed in “content”."
)
AS_YAML = "Its arguments are YAML; “content” has them as text."
OTHER = "Its arguments could not be taken apart; “content” has what there is."


@dataclass(frozen=True)
class Shown:
    """`json`: raw JSON. Lines are a list there, so that they stand one below the other."""

    json: str
    note: str = OTHER
    imports: str = ""


def shown_content(message: KombuMessage, content: Document) -> Shown:
    if message.content_type == PICKLE and isinstance(message.content, bytes):
        found = disassemble(content.bytes, content.budget)
        imports = ", ".join(dict.fromkeys(found.names))
        return Shown(json.dumps(instructions(found)), PICKLED, imports)
    if content.text is None:
        return Shown(json.dumps(content.bytes.hex(" ")))
    if content.is_json:
        return Shown(content.text)
    lines = json.dumps(content.text.splitlines())
    return Shown(lines, AS_YAML if message.content_type == YAML else OTHER)


def instructions(found: Disassembly) -> list[str]:
    """Of a pickle, as many as one reads; none is carried out."""
    lines = [
        f"{'  ' * min(each.depth, DEEPEST)}{each.name} {each.argument}".rstrip()
        for each in found.instructions[:MOST_INSTRUCTIONS]
    ]
    if len(found.instructions) > len(lines):
        lines.append("… and more, which are not listed.")
    return [*lines, found.problem] if found.problem else lines
