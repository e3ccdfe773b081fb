"""One message of the corpus."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

# The longest body that SQS takes.
LONGEST = 1024 * 1024

Attribute = Mapping[str, str]


@dataclass(frozen=True)
class Case:
    """`attributes`: `{name: {type, value}}`, as files of messages have them. `sendable`: would SQS
    take it? What it would not can still stand in a store: others were less strict once."""

    name: str
    body: str
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    group: str = ""
    sendable: bool = True


Maker = Callable[[], str]


def packed(data: bytes) -> str:
    """Bytes as a body can carry them."""
    return base64.b64encode(data).decode()
