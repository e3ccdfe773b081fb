"""A stored message as the form that sends one shows it, to be sent again or changed first."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Any

from queues.formats import Record
from queues.forms.send import MOST_ATTRIBUTES, unix_lines
from queues.sqs.types import MessageAttribute
from queues.sqs.validation import with_escapes

LINE_END = re.compile(r"\r\n|\r|\n")
BASES = ("String", "Number", "Binary")


def fields_of(record: Record) -> dict[str, Any]:
    """For SendForm. SQS took some characters once that it takes no more, and no form can carry:
    they are written as escapes, which `escaped` says."""
    texts = [each.value for each in record.message_attributes.values()]
    taken = [with_escapes(text) == text for text in (record.body, *texts) if isinstance(text, str)]
    return {
        "body": with_escapes(record.body),
        "message_group_id": with_escapes(record.group_id or ""),
        "escaped": not all(taken),
    }


def rows_of(record: Record) -> list[dict[str, Any]]:
    """For the rows of attributes; a binary value in base64."""
    return rows_for(record.message_attributes)


def rows_for(attributes: Mapping[str, MessageAttribute]) -> list[dict[str, Any]]:
    return [_row(name, each) for name, each in list(attributes.items())[:MOST_ATTRIBUTES]]


def _row(name: str, attribute: MessageAttribute) -> dict[str, Any]:
    base, _, label = attribute.type.partition(".")
    value = attribute.value
    if isinstance(value, bytes):
        value = base64.b64encode(value).decode("ascii")
    else:
        value = with_escapes(value)
    return {
        "name": with_escapes(name),
        "type": base if base in BASES else "String",
        "label": with_escapes(label),
        "value": value,
    }


def as_it_was(typed: str, original: str) -> str:
    """A browser turns every line end into one kind. A text that nobody changed keeps its own; one
    that was changed keeps them where they were all of one kind."""
    if typed == unix_lines(original).replace("\r", "\n"):
        return original
    kinds = set(LINE_END.findall(original))
    return typed.replace("\n", kinds.pop()) if len(kinds) == 1 else typed


def same_attributes(
    typed: dict[str, MessageAttribute], original: Record
) -> dict[str, MessageAttribute]:
    """The same for the values of attributes."""
    return {
        name: MessageAttribute(attribute.type, as_it_was(attribute.value, before))
        if isinstance(attribute.value, str)
        and (was := original.message_attributes.get(name)) is not None
        and isinstance(before := was.value, str)
        else attribute
        for name, attribute in typed.items()
    }
