"""A filter: what a person gives to choose messages, checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from queues.formats import Record
from queues.search.expression import Expression, read
from queues.search.mistakes import BadFilter
from queues.search.texts import texts_of, wholes_of
from queues.sqs.types import Message

MOST_CHARACTERS = 1_000


@dataclass(frozen=True, slots=True)
class Filter:
    """`text`: stands somewhere in the message, `expression`: JMESPath over `{body, attributes,
    message_attributes}`; of both, both must hold. Raises BadFilter: there is no bad one."""

    text: str = ""
    expression: str = ""

    def __post_init__(self) -> None:
        # Whoever means all messages does not filter.
        if not self.text and not self.expression:
            raise BadFilter("A filter needs a text or an expression.")
        if len(self.text) > MOST_CHARACTERS:
            raise BadFilter(f"The text is longer than {MOST_CHARACTERS:,} characters.")
        if self.expression:
            read(self.expression)

    @classmethod
    def parse(cls, text: str, expression: str) -> Filter:
        """From what a person typed. The text counts with its spaces."""
        return cls(text, expression.strip())

    def as_json(self) -> dict[str, str]:
        return {"text": self.text, "expression": self.expression}

    @classmethod
    def from_json(cls, fields: Mapping[str, str]) -> Filter:
        return cls(fields["text"], fields["expression"])

    def __str__(self) -> str:
        if not self.text:
            return self.expression
        text = f"text contains “{self.text}”"
        if not self.expression:
            return text
        either = self.compiled.tree["type"] == "or_expression"
        return f"{text} and " + (f"({self.expression})" if either else self.expression)

    @property
    def compiled(self) -> Expression:
        return read(self.expression)

    def finds_text(self, message: Record | Message, chain: Sequence[str] | None = None) -> bool:
        """Whether the text stands, in the same case, in the body as it came or decoded, or in a
        message attribute's value (of a Binary one as UTF-8), or is the whole of the message's id,
        group or deduplication id.

        The whole, because "42" stands somewhere in every tenth id, and who clears what matches
        did not mean those. Times and counts are not looked at for the same reason.
        """
        return self.text in wholes_of(message) or any(
            self.text in text for text in texts_of(message, chain)
        )
