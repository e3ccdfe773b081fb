"""A line of an uploaded file → a record that SQS would take, or why it would not."""

import re
from collections.abc import Iterator
from datetime import datetime

from queues.formats.base import Record
from queues.formats.json_lines import UnreadableRecord, fields_of, record_from
from queues.formats.upload_file import LONGEST_LINE, Line
from queues.sqs.md5 import md5_of_body
from queues.sqs.names import parse_arn
from queues.sqs.types import Outgoing, Queue
from queues.sqs.validation import characters, validate

MOST_COMPLAINTS = 3
_ID = re.compile(r"[!-~]{0,100}")
# Milliseconds until the year 5138: everything a page makes a time of.
_WHOLE = re.compile(r"[0-9]{1,14}")
_NUMBERS = ("SentTimestamp", "ApproximateFirstReceiveTimestamp", "ApproximateReceiveCount")
_YEARS = range(1970, 9000)


def checked(line: Line, queue: Queue, *, received_at: datetime) -> Record:
    """Raises UnreadableRecord with every reason, at most three.

    A message without a group is none that is wrong: whoever sends it to a FIFO queue gives one.
    """
    if line.too_long:
        raise UnreadableRecord(
            f"It is longer than {LONGEST_LINE:,} bytes; no message that SQS takes is."
        )
    try:
        record = record_from(fields_of(line.content), received_at=received_at)
    except UnreadableRecord as error:
        if line.ended:
            raise
        raise UnreadableRecord(
            f"The file ends in the middle of this line, so it seems to be cut off. {error}"
        ) from error
    complaints = [*_facts(record), *validate(_outgoing(record, queue), queue)]
    if complaints:
        raise UnreadableRecord(" ".join(complaints[:MOST_COMPLAINTS]))
    return record


def _outgoing(record: Record, queue: Queue) -> Outgoing:
    """As a restore would send it, with the ids that it would make up."""
    group, deduplication = record.group_id, record.deduplication_id
    if queue.fifo:
        group = "given-later" if group is None else group
        deduplication = "made-up" if deduplication is None else deduplication
    return Outgoing(
        body=record.body,
        message_attributes=record.message_attributes,
        message_group_id=group,
        message_deduplication_id=deduplication if queue.fifo else None,
    )


def _facts(record: Record) -> Iterator[str]:
    """What the file says about the message; kept beside it, and shown."""
    if record.md5_body.lower() != md5_of_body(record.body):
        yield "Its md5_body does not fit its body, so one of the two was changed."
    if not _ID.fullmatch(record.message_id):
        yield "Its message_id is none that SQS gives: at most 100 characters, no spaces."
    if record.received_at.year not in _YEARS:
        yield "Its received_at lies too far away to be true."
    for name, value in record.attributes.items():
        yield from characters("A name in attributes", name)
        yield from characters(f'attributes, "{name}",', value)
    for name in _NUMBERS:
        if not _WHOLE.fullmatch(record.attributes.get(name, "0")):
            yield f'attributes, "{name}", is no whole number of at most 14 digits.'
    if record.dead_letter_source_arn is not None:
        yield from _arn(record.dead_letter_source_arn)


def _arn(text: str) -> Iterator[str]:
    try:
        parse_arn(text)
    except ValueError as error:
        yield f'attributes, "DeadLetterQueueSourceArn": {error}'
