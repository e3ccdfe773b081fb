"""A dump as a job: everything in the queue is stored exactly, and put back."""

from __future__ import annotations

import csv
import io
import json
from base64 import b64decode
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from queues.formats import FORMATS
from queues.models import Dump, Job
from queues.tasks import run_job
from simulator import Simulator
from tests.jobs.conftest import NewDump, dump_of, fill

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)

HOSTILE = [
    "\n\n leading and trailing \n\n",
    "line\r\nends\rof\nall\u2028kinds\x85",
    "naïve 日本 😀 \U0010ffff \ufffd",
    "<script>alert(1)</script>",
    '{"big": 12345678901234567890.10, "a": 1, "a": 2}',
    "=cmd|' /C calc'!A0",
    '","quoted"",\'',
    "------------------",
    "\ufeffmark \u202e reversed",
    "\t",
    "x" * 200_000,
]
EVERY_KIND: dict[str, Any] = {
    "text": {"DataType": "String", "StringValue": "two\r\nlines \u202e"},
    "text.label": {"DataType": "String.of.mine", "StringValue": "=1+1"},
    "number": {"DataType": "Number", "StringValue": "-12.500"},
    "number_label": {"DataType": "Number.int", "StringValue": "7"},
    "bytes": {"DataType": "Binary", "BinaryValue": bytes(range(256))},
    "bytes-label": {"DataType": "Binary.png", "BinaryValue": b"\x00"},
}
PLAIN = 1_970


class Sent(NamedTuple):
    body: str
    attributes: dict[str, tuple[str, str | bytes]]


def everything_sent(simulator: Simulator) -> dict[str, Sent]:
    """What the queue holds, by message id, as the queue itself tells."""
    return {
        message.message_id: Sent(message.body, message.message_attributes)
        for message in simulator.messages("orders")
    }


def file(dump: Dump, format_name: str, **options: Any) -> bytes:
    return b"".join(FORMATS[format_name].write(dump.records(), **options))


def value_of(attribute: dict[str, str]) -> tuple[str, str | bytes]:
    binary = attribute["type"].startswith("Binary")
    return attribute["type"], b64decode(attribute["value"]) if binary else attribute["value"]


def test_two_thousand_messages_of_every_kind_are_stored_byte_for_byte_and_put_back(
    new_dump: NewDump, sqs: SQSClient, orders: str, simulator: Simulator
) -> None:
    fill(sqs, orders, [f"message {n}" for n in range(PLAIN)])
    for body in HOSTILE:
        sqs.send_message(QueueUrl=orders, MessageBody=body)
        sqs.send_message(QueueUrl=orders, MessageBody=body, MessageAttributes=EVERY_KIND)
    for n in range(2_000 - PLAIN - 2 * len(HOSTILE)):
        sqs.send_message(QueueUrl=orders, MessageBody=f"traced {n}", MessageGroupId="tenant")
    sent = everything_sent(simulator)
    assert len(sent) == 2_000

    job = new_dump()
    run_job(str(job.pk))

    job.refresh_from_db()
    dump = dump_of(job)
    assert (job.state, job.stored, job.released) == (Job.State.DONE, 2_000, 2_000)
    assert job.sentence.startswith("2,000 messages stored and put back.")
    assert dump.verdict == Dump.Verdict.COMPLETE
    assert dump.byte_count == sum(len(each.body.encode()) for each in sent.values())

    lines = [json.loads(line) for line in file(dump, "jsonl").splitlines()]
    assert len(lines) == 2_000
    stored = {
        line["message_id"]: Sent(
            line["body"],
            {name: value_of(value) for name, value in line["message_attributes"].items()},
        )
        for line in lines
    }
    assert stored == sent

    order = [sent[line["message_id"]].body for line in lines]
    text = file(dump, "text", separator="\n=== next ===\n").decode()
    assert text == "\n=== next ===\n".join(order)
    csv.field_size_limit(2_000_000)
    rows = list(csv.DictReader(io.StringIO(file(dump, "csv").decode(), newline="")))
    assert [row["body"] for row in rows] == [
        f"'{body}" if body.startswith(("=", "-", "\t", "\n")) else body for body in order
    ]

    assert {message.state for message in simulator.messages("orders")} == {"available"}
    assert {message.receive_count for message in simulator.messages("orders")} == {1}
    assert everything_sent(simulator) == sent


def test_an_empty_queue_is_an_empty_dump_and_a_complete_one(new_dump: NewDump, orders: str) -> None:
    job = new_dump()
    run_job(str(job.pk))
    job.refresh_from_db()
    assert job.state == Job.State.DONE
    assert job.sentence.startswith("0 messages stored. The queue was empty.")
    assert dump_of(job).verdict == Dump.Verdict.COMPLETE


def test_a_number_limit_is_kept_and_makes_the_dump_partial(
    new_dump: NewDump, sqs: SQSClient, orders: str, simulator: Simulator
) -> None:
    fill(sqs, orders, [f"message {n}" for n in range(60)])
    job = new_dump(max_messages=25)
    run_job(str(job.pk))
    job.refresh_from_db()
    dump = dump_of(job)
    assert (job.state, job.stored, dump.message_count) == (Job.State.DONE, 25, 25)
    assert dump.verdict == Dump.Verdict.PARTIAL
    assert "the queue may hold more" in dump.reason
    assert {message.state for message in simulator.messages("orders")} == {"available"}


def test_a_time_limit_ends_a_dump_that_finds_nothing_to_end_with(
    new_dump: NewDump, sqs: SQSClient, orders: str
) -> None:
    fill(sqs, orders, ["hello"])
    job = new_dump(max_seconds=1)
    run_job(str(job.pk))
    dump = dump_of(job)
    assert (dump.message_count, dump.verdict) == (1, Dump.Verdict.PARTIAL)
    assert "time limit" in dump.reason


def test_messages_that_others_hold_are_said_to_be_missing(
    new_dump: NewDump, sqs: SQSClient, orders: str, simulator: Simulator
) -> None:
    simulator.faults.add("stale_counts", seconds=0.0)
    fill(sqs, orders, ["theirs"])
    sqs.receive_message(QueueUrl=orders, WaitTimeSeconds=1, VisibilityTimeout=600)
    sqs.send_message(QueueUrl=orders, MessageBody="later", DelaySeconds=600)
    job = new_dump()
    run_job(str(job.pk))
    assert dump_of(job).verdict == Dump.Verdict.PARTIAL
    assert "About 1 messages were delayed at the start, and not all" in dump_of(job).reason

    sqs.purge_queue(QueueUrl=orders)
    fill(sqs, orders, ["theirs"])
    sqs.receive_message(QueueUrl=orders, WaitTimeSeconds=1, VisibilityTimeout=600)
    job = new_dump()
    run_job(str(job.pk))
    assert dump_of(job).verdict == Dump.Verdict.BEST_EFFORT
    assert "Others held about 1 messages at the start" in dump_of(job).reason


def test_deep_groups_of_a_fifo_queue_make_the_dump_partial(
    new_dump: NewDump, sqs: SQSClient, simulator: Simulator
) -> None:
    url = sqs.create_queue(QueueName="invoices.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    for n in range(14):
        sqs.send_message(
            QueueUrl=url,
            MessageBody=f"message {n}",
            MessageGroupId="deep" if n < 12 else f"shallow-{n}",
            MessageDeduplicationId=str(n),
        )
    job = new_dump("invoices.fifo")
    run_job(str(job.pk))
    dump = dump_of(job)
    assert dump.message_count == 12
    assert dump.verdict == Dump.Verdict.PARTIAL
    assert "Of 1 message group ten or more messages came." in dump.reason
    assert {message.state for message in simulator.messages("invoices.fifo")} == {"available"}


def test_what_it_cost_is_written_down(
    new_dump: NewDump, sqs: SQSClient, orders: str, simulator: Simulator
) -> None:
    fill(sqs, orders, ["a", "b"])
    before = simulator.calls
    job = new_dump()
    run_job(str(job.pk))
    made = simulator.calls - before
    cost = dump_of(job).cost
    assert cost["requests"]["ReceiveMessage"] == made["ReceiveMessage"]
    assert cost["requests"]["ChangeMessageVisibilityBatch"] == 1
    assert cost["not_released"] == cost["lost_answers"] == cost["corrupted"] == 0
