"""Lines as a person sees them."""

from __future__ import annotations

from queues.decoders import Reading


def drawn(reading: Reading) -> str:
    lines = reading.pretty
    assert lines is not None
    assert [line.number for line in lines] == list(range(1, len(lines) + 1))
    return "\n".join(line.indent + "".join(token.text for token in line.tokens) for line in lines)


def folds(reading: Reading) -> list[tuple[int, int]]:
    """Lines that open something, each with the line that closes it."""
    return [(line.number, line.opens) for line in reading.pretty or [] if line.opens]
