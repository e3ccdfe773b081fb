"""From a file to a queue, with a worker at work: what arrives is what the file says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from queues.models import Dump, Job
from queues.tasks import run_job
from simulator import Simulator
from tests.views.page import page
from tests.views.store import message, stored

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)


@pytest.fixture(autouse=True)
def worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Does each job as soon as it is rung for."""

    def work(args: list[str], **_: object) -> None:
        run_job(*args)

    monkeypatch.setattr(run_job, "apply_async", work)


def restore(operator: Client, dump: Dump, **typed: Any) -> Job:
    path = f"/dumps/{dump.pk}/restore/"
    operator.post(path, page(operator.get(path)).fields | typed)
    job = Job.objects.latest("created_at")
    assert (job.state, job.failed) == (Job.State.DONE, 0), job.sentence
    return job


def upload(operator: Client, queue: str, content: bytes) -> Dump:
    file = SimpleUploadedFile("messages.jsonl", content)
    operator.post(f"/connections/local/queues/{queue}/upload/", {"file": file})
    return Dump.objects.latest("created_at")


def test_what_was_downloaded_comes_back_from_its_file_to_the_last_byte(
    operator: Client, orders: str, simulator: Simulator, sqs: SQSClient
) -> None:
    binary = {"type": "Binary.png", "value": "AP8="}
    number = {"type": "Number.int", "value": "007"}
    lines: list[dict[str, Any]] = [
        {"body": "größe\r\n\t🚚 \u2028", "message_attributes": {"seal": binary, "n": number}},
        {"body": "[1, 2.50, 1e3]", "attributes": {"MessageGroupId": "tenant"}},
        *({"body": f"order {n}"} for n in range(30)),
    ]
    content = "".join(f"{json.dumps(line)}\n" for line in lines).encode()
    first = upload(operator, "orders", content)
    download = operator.get(f"/dumps/{first.pk}/download/", {"gzip": "on"})
    second = upload(operator, "orders", b"".join(download))
    restore(operator, second)
    assert sorted(each.body for each in simulator.messages("orders")) == sorted(
        line["body"] for line in lines
    )
    arrived = by_body(sqs, orders, len(lines))
    assert arrived[lines[0]["body"]]["MessageAttributes"] == {
        "seal": {"DataType": "Binary.png", "BinaryValue": b"\x00\xff"},
        "n": {"DataType": "Number.int", "StringValue": "007"},
    }
    assert arrived[lines[1]["body"]]["Attributes"]["MessageGroupId"] == "tenant"


def by_body(sqs: SQSClient, url: str, number: int) -> dict[str, Any]:
    """Every message of the queue, as a consumer gets it."""
    found: dict[str, Any] = {}
    for _ in range(50):
        answer = sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=10,
            MessageAttributeNames=["All"],
            MessageSystemAttributeNames=["All"],
        )
        found |= {each["Body"]: each for each in answer.get("Messages", [])}
        if len(found) == number:
            break
    return found


def test_bad_lines_that_are_left_out_are_all_that_is_left_out(
    operator: Client, orders: str, simulator: Simulator
) -> None:
    dump = upload(operator, "orders", b'{"body": "a"}\nbad\n{"body": "b"}\n{"body": "c')
    restore(operator, dump, leave_out="on")
    assert sorted(each.body for each in simulator.messages("orders")) == ["a", "b"]


@pytest.fixture
def calm(sqs: SQSClient) -> str:
    """A FIFO queue that deduplicates by content."""
    attributes = {"FifoQueue": "true", "ContentBasedDeduplication": "true"}
    return sqs.create_queue(QueueName="calm.fifo", Attributes=attributes)["QueueUrl"]  # type: ignore[arg-type]


def test_equal_bodies_all_arrive_in_order_with_the_group_that_was_given_for_all(
    operator: Client, calm: str, simulator: Simulator
) -> None:
    content = b'{"body": "same"}\n' * 3 + b'{"body": "last"}\n'
    restore(operator, upload(operator, "calm.fifo", content), group_id="all")
    arrived = simulator.messages("calm.fifo")
    assert [each.body for each in arrived] == ["same", "same", "same", "last"]


def test_what_was_taken_out_and_is_put_back_at_once_arrives_with_fresh_ids_only(
    operator: Client, calm: str, simulator: Simulator, sqs: SQSClient
) -> None:
    sqs.send_message(QueueUrl=calm, MessageBody="a", MessageGroupId="g", MessageDeduplicationId="d")
    [taken] = sqs.receive_message(QueueUrl=calm)["Messages"]
    sqs.delete_message(QueueUrl=calm, ReceiptHandle=taken["ReceiptHandle"])
    ids = {"MessageGroupId": "g", "MessageDeduplicationId": "d"}
    backup = stored(message("a", attributes=ids), queue_name="calm.fifo", kind=Dump.Kind.BACKUP)
    restore(operator, backup, deduplication="keep")
    assert simulator.messages("calm.fifo") == []
    restore(operator, backup, deduplication="fresh")
    assert [each.body for each in simulator.messages("calm.fifo")] == ["a"]


def test_only_what_was_chosen_is_sent(operator: Client, orders: str, simulator: Simulator) -> None:
    dump = stored(*(message(f"body {n}", f"m-{n}") for n in range(1, 8)))
    restore(operator, dump, ordinals="2-3, 7")
    assert sorted(m.body for m in simulator.messages("orders")) == ["body 2", "body 3", "body 7"]
