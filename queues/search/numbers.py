"""Numbers that compare as they were written, or not at all.

Whole numbers keep every digit. A number with a fraction or an exponent becomes a float, as in
plain JMESPath, if the float stands for just this number; if it would be rounded it is unknown,
because two different numbers might look equal.
"""

from __future__ import annotations

import re
from decimal import Decimal

from queues.search.unknown import Unknown

# As many as Python turns into an integer without being told to; more would take too long.
MOST_DIGITS = 4_300
# With so few digits and no exponent a float is always exact enough to be told from any other.
FEW_DIGITS = 15
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d{1,9})?", re.ASCII)
WHOLE = re.compile(r"[+-]?\d+", re.ASCII)

TOO_LONG = Unknown("limit reached: a number has too many digits")
ROUNDED = Unknown("limit reached: a number has more digits than can be compared")
NO_NUMBER = Unknown("something that should be a number is none")


def whole(text: str) -> int | Unknown:
    return int(text) if len(text.lstrip("+-")) <= MOST_DIGITS else TOO_LONG


def fraction(text: str) -> float | Unknown:
    if len(text) <= FEW_DIGITS and "e" not in text and "E" not in text:
        return float(text)
    if len(text) > MOST_DIGITS:
        return TOO_LONG
    value = float(text)
    return value if Decimal(repr(value)) == Decimal(text) else ROUNDED


def number(text: str) -> int | float | Unknown:
    """A number as SQS's attributes write it; signs and leading zeros do no harm."""
    if not NUMBER.fullmatch(text):
        return NO_NUMBER
    return whole(text) if WHOLE.fullmatch(text) else fraction(text)
