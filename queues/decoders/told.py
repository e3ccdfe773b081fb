"""What envelopes tell, as facts and titles: short enough for a page's head, whoever wrote them."""

from __future__ import annotations

from json.encoder import encode_basestring_ascii as quoted
from typing import Any

from queues.decoders.base import Fact
from queues.decoders.json_document import Digits

LONGEST = 300
MOST = 24


def string(value: Any) -> str:
    """A JSON string; "" for everything else, numbers too."""
    return value if isinstance(value, str) and not isinstance(value, Digits) else ""


def table(value: Any) -> dict[str, Any]:
    """A JSON object; an empty one for everything else."""
    return value if isinstance(value, dict) else {}


def shown(value: Any) -> str:
    """A value in a line: strings bare, numbers with their digits, `null` as nothing."""
    if value is None:
        return ""
    try:
        return shortened(value if isinstance(value, str) else to_json(value))
    except RecursionError:
        return "nested too deeply for one line"


def to_json(value: Any) -> str:
    """JSON of what `parse` made of JSON, with every digit. Raises RecursionError."""
    if value is None:
        return "null"
    if isinstance(value, str):
        return str(value) if isinstance(value, Digits) else quoted(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        members = (f"{quoted(name)}: {to_json(each)}" for name, each in value.items())
        return f"{{{', '.join(members)}}}"
    return f"[{', '.join(map(to_json, value))}]"


def shortened(text: str) -> str:
    """The whole stands in the document; a fact is there to be read."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def facts(*pairs: tuple[str, Any]) -> tuple[Fact, ...]:
    """Without those that say nothing; what is beyond the most that one reads is counted."""
    told = [Fact(shortened(label), shown(value)) for label, value in pairs]
    told = [fact for fact in told if fact.value]
    if len(told) > MOST:
        told[MOST:] = [Fact("More", f"{len(told) - MOST} others, in the document")]
    return tuple(told)


def named(*parts: Any) -> str:
    """A title of the parts that there are."""
    return shortened(" ".join(part for part in (string(part) for part in parts) if part))
