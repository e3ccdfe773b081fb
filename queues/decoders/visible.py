"""Text as a page can carry it."""

from __future__ import annotations


def visible(text: str) -> str:
    """Controls, lone surrogates and marks that reorder a line become escapes, so that what one
    sees is what there is."""
    if text.replace("\n", "").replace("\t", "").isprintable():
        return text
    return "".join(
        character if character.isprintable() or character in "\n\t" else _escape(character)
        for character in text
    )


def _escape(character: str) -> str:
    if character.isspace() and character not in "\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\u2028\u2029":
        return character
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")
