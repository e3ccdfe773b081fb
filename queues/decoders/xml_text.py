"""XML, laid out tag by tag as it was sent. expat only says whether it is well-formed: no entity is
expanded, nothing is fetched, and a document that declares entities is not laid out."""

from __future__ import annotations

from xml.parsers import expat

from queues.decoders.base import CannotDecode, Decoder, Document, Shape, Step
from queues.decoders.budget import Budget

PIECE = 64 * 1024

DECLARES_ENTITIES = (
    "It declares entities of its own. They are not expanded, and it is not laid out; the raw text "
    "is shown."
)


class DeclaresEntities(Exception):
    """Where bombs begin. What follows is not looked at."""


class Xml(Decoder):
    name = "xml"
    label = "XML"

    def find(self, document: Document) -> Step | None:
        text = document.text
        if text is None or text.lstrip()[:1] != "<":
            return None
        try:
            problem = check(text, document.budget)
        except (expat.ExpatError, UnicodeEncodeError):
            return None
        return Step(shape=Shape.TEXT if problem else Shape.XML, problem=problem)

    def decode(self, document: Document) -> Step:
        if document.text is None:
            raise CannotDecode("This is no XML: it is no text.")
        try:
            problem = check(document.text, document.budget)
        except expat.ExpatError as error:
            why = expat.ErrorString(error.code)
            raise CannotDecode(
                f"This is no XML: {why}, line {error.lineno}, column {error.offset + 1}."
            ) from None
        except UnicodeEncodeError:
            raise CannotDecode("This is no XML: it has half a character in it.") from None
        return Step(shape=Shape.TEXT if problem else Shape.XML, problem=problem)


def check(text: str, budget: Budget) -> str:
    """ "", or why it is not laid out although it is XML. Raises ExpatError if it is none."""

    def refuse(*_: object) -> None:
        raise DeclaresEntities

    # The text was decoded before: what it says of its encoding is past.
    parser = expat.ParserCreate("utf-8")
    parser.EntityDeclHandler = refuse
    data = text.strip().encode()
    try:
        for at in range(0, len(data), PIECE):
            parser.Parse(data[at : at + PIECE], False)
            budget.check()
        parser.Parse(b"", True)
    except DeclaresEntities:
        return DECLARES_ENTITIES
    return ""
