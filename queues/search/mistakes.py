"""What is wrong with a filter, for the person who wrote it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

from jmespath.exceptions import IncompleteExpressionError, LexerError, ParseError

from queues.search.document import NAMES

SYSTEM_ATTRIBUTES = (
    "ApproximateFirstReceiveTimestamp",
    "ApproximateReceiveCount",
    "AWSTraceHeader",
    "DeadLetterQueueSourceArn",
    "MessageDeduplicationId",
    "MessageGroupId",
    "SenderId",
    "SentTimestamp",
    "SequenceNumber",
)
OPERATORS = {"and": "&&", "or": "||", "not": "!", "&": "&&"}
NO_JSON = "Between backticks stands JSON, such as `5` or `true`; this is none."
LITERALS = {"true", "false", "null", "True", "False", "None"}


class BadFilter(ValueError):
    """`position`: where in the expression, its first character being 0; None: nowhere in it."""

    def __init__(self, sentence: str, position: int | None = None) -> None:
        # It quotes what was typed: half a surrogate pair, read from an escape, fits on no page.
        sentence = sentence.encode("utf-8", "backslashreplace").decode("utf-8")
        super().__init__(sentence)
        self.sentence = sentence
        self.position = position

    def __str__(self) -> str:
        if self.position is None:
            return self.sentence
        return f"{self.sentence} (At character {self.position + 1}.)"


def unreadable(expression: str, error: ParseError) -> BadFilter:
    """What JMESPath's parser found, in other words."""
    position = max(0, min(error.lex_position, len(expression)))
    if isinstance(error, IncompleteExpressionError):
        return BadFilter(
            "The expression ends too early: a value or a closing bracket is missing.", position
        )
    if isinstance(error, LexerError):
        return BadFilter(_no_token(str(error.message), str(error.lexer_value)), position)
    return BadFilter(_no_sense(expression, position, error), position)


def _no_token(message: str, value: str) -> str:
    if message.startswith("Unclosed"):
        return f"The {message.split()[1]} that opens here is never closed."
    if message.startswith("Bad token"):
        return NO_JSON
    if value == "=":
        return "One “=” compares nothing. Did you mean “==”?"
    if value.startswith('"'):
        return "Between double quotes stands a name, written as in JSON; this is none."
    return f"“{value}” means nothing here."


def _no_sense(expression: str, position: int, error: ParseError) -> str:
    token = str(error.token_value)
    before = re.search(r"(\w+)\s*$", expression[:position])
    for word in (token, before[1] if before else ""):
        if word in OPERATORS:
            return f"“{word}” is not an operator. Did you mean “{OPERATORS[word]}”?"
    if error.token_type == "NUMBER":
        return f"A number stands between backticks. Did you mean `{token}`?"
    if error.token_type == "EOF":
        return "The expression ends too early: a value or a closing bracket is missing."
    return f"“{token}” is not expected here."


def no_json(written: str) -> str:
    return f"{NO_JSON} Did you mean '{written}'?" if written.isidentifier() else NO_JSON


def no_such_name(name: str, quoted: bool) -> str:
    """An expression begins with a name that is none of the document's."""
    if quoted:
        return (
            f"“{name}” in double quotes is a name. Text stands in single quotes: did you mean "
            f"'{name}'? A name in the body is written body.\"{name}\"."
        )
    if name in LITERALS:
        literal = {"None": "null"}.get(name, name.lower())
        return f"“{name}” stands between backticks. Did you mean `{literal}`?"
    return (
        f"There is no “{name}”: an expression begins with {', '.join(NAMES[:-1])} or {NAMES[-1]}. "
        f"Did you mean {_meant(name)}?"
    )


def _meant(name: str) -> str:
    plain = name.lower().replace("_", "")
    for known in NAMES:
        if plain == known.replace("_", ""):
            return known
    for known in SYSTEM_ATTRIBUTES:
        if plain == known.lower():
            return f"attributes.{known}"
    return f"body.{name}"


def no_such_function(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, sorted(known), n=1)
    hint = f" Did you mean {near[0]}()?" if near else ""
    return f"There is no function {name}().{hint}"
