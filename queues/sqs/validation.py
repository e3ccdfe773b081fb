"""What SQS would refuse about a message, said before any call is made.

AWS: SendMessage, MessageAttributeValue, "Amazon SQS message quotas", "Amazon SQS message metadata".
"""

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from queues.sqs.types import MessageAttribute, Outgoing, Queue

MAX_ATTRIBUTES = 10
MAX_ATTRIBUTE_NAME = 256
MAX_DELAY = 900
MAX_ID = 128

_REFUSED_CHARACTER = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ATTRIBUTE_NAME = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")
_RESERVED_NAME = re.compile(r"(aws|amazon)\.", re.IGNORECASE)
# Letters, digits and punctuation: the printable ASCII characters but for the space.
_ID = re.compile(r"[!-~]+")


def validate(outgoing: Outgoing, queue: Queue) -> list[str]:
    """A sentence for each thing SQS would refuse; empty for a message it would take."""
    return [
        *_body(outgoing),
        *_size(outgoing, queue),
        *_attributes(outgoing),
        *_ids(outgoing, queue),
        *_delay(outgoing, queue),
    ]


def _body(outgoing: Outgoing) -> Iterator[str]:
    if not outgoing.body:
        yield "The message body is empty. SQS wants at least one character."
    yield from characters("The message body", outgoing.body)


def characters(what: str, text: str) -> Iterator[str]:
    if refused := _REFUSED_CHARACTER.search(text):
        line = text.count("\n", 0, refused.start()) + 1
        yield (
            f"{what} holds U+{ord(refused.group()):04X} at character {refused.start() + 1} "
            f"(line {line}), which SQS does not allow."
        )


def with_escapes(text: str) -> str:
    r"""The text with what SQS does not take as escapes that can be seen: `\x00`, `\ud800`."""
    return _REFUSED_CHARACTER.sub(
        lambda found: found.group().encode("unicode_escape").decode("ascii"), text
    )


def _size(outgoing: Outgoing, queue: Queue) -> Iterator[str]:
    limit = queue.maximum_message_size
    if outgoing.size > limit:
        yield (
            f"The message has {outgoing.size:,} bytes, its attributes included. This queue allows "
            f"{limit:,}."
        )


def _attributes(outgoing: Outgoing) -> Iterator[str]:
    attributes = outgoing.message_attributes
    if len(attributes) > MAX_ATTRIBUTES:
        yield (
            f"A message has at most {MAX_ATTRIBUTES} attributes; this one has {len(attributes)}."
        )
    for name, attribute in attributes.items():
        yield from _attribute_name(name)
        yield from _attribute_value(f'Attribute "{name}"', attribute)


def _attribute_name(name: str) -> Iterator[str]:
    if not name:
        yield "An attribute has no name."
    elif len(name) > MAX_ATTRIBUTE_NAME:
        yield (
            f'The name of attribute "{name[:20]}…" has {len(name)} characters; '
            f"{MAX_ATTRIBUTE_NAME} are allowed."
        )
    elif not _ATTRIBUTE_NAME.fullmatch(name):
        yield (
            f'The name of attribute "{name}" may hold letters, digits, "_", "-" and ".", with no '
            '"." at its start or end, nor two in a row.'
        )
    elif _RESERVED_NAME.match(name):
        yield f'The name of attribute "{name}" starts with a prefix that AWS keeps for itself.'


def _attribute_value(what: str, attribute: MessageAttribute) -> Iterator[str]:
    kind = attribute.type.partition(".")[0]
    if kind not in ("String", "Number", "Binary"):
        yield (
            f"{what} has the type {attribute.type!r}. It must be String, Number or Binary, with a "
            "label of your own after a dot if you like."
        )
    elif len(attribute.type) > MAX_ATTRIBUTE_NAME:
        yield f"The type of {what[0].lower()}{what[1:]} is longer than {MAX_ATTRIBUTE_NAME}."
    elif (kind == "Binary") != isinstance(attribute.value, bytes):
        yield f"{what} has the type {attribute.type} but holds {_kind_of(attribute.value)}."
    elif not attribute.value:
        yield f"{what} is empty. SQS wants a value."
    elif isinstance(attribute.value, str):
        yield from characters(what, attribute.value)
        if kind == "Number" and not _is_number(attribute.value):
            yield f"{what} is no number that SQS takes: {attribute.value[:40]!r}."


def _kind_of(value: str | bytes) -> str:
    return "bytes" if isinstance(value, bytes) else "text"


def _is_number(text: str) -> bool:
    """AWS: up to 38 digits of precision, between -10^128 and 10^126."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return False
    return (
        number.is_finite()
        and "_" not in text
        and len(_significant(number)) <= 38
        and Decimal("-1e128") <= number <= Decimal("1e126")
    )


def _significant(number: Decimal) -> str:
    return "".join(map(str, number.as_tuple().digits)).strip("0")


def _ids(outgoing: Outgoing, queue: Queue) -> Iterator[str]:
    group, deduplication = outgoing.message_group_id, outgoing.message_deduplication_id
    yield from _id("The message group id", group)
    yield from _id("The deduplication id", deduplication)
    if queue.fifo and group is None:
        yield "A FIFO queue wants a message group id with each message."
    if queue.fifo and deduplication is None and not queue.content_based_deduplication:
        yield (
            "This queue does not deduplicate by content, so the message needs a deduplication id."
        )
    if not queue.fifo and deduplication is not None:
        yield "A deduplication id is for FIFO queues; this is a standard queue."


def _id(what: str, value: str | None) -> Iterator[str]:
    if value is None:
        return
    if not value:
        yield f"{what} is empty."
    elif len(value) > MAX_ID:
        yield f"{what} has {len(value)} characters; {MAX_ID} are allowed."
    elif not _ID.fullmatch(value):
        yield f"{what} may hold letters, digits and punctuation only, and no spaces."


def _delay(outgoing: Outgoing, queue: Queue) -> Iterator[str]:
    delay = outgoing.delay_seconds
    if delay is None:
        return
    if not 0 <= delay <= MAX_DELAY:
        yield f"The delay is {delay} seconds. SQS allows 0 to {MAX_DELAY}."
    elif delay and queue.fifo:
        yield "A FIFO queue has no delay per message, only one for the whole queue."
