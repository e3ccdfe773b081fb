"""boto 2's SQS tutorial, step by step, with our own words for its steps."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from queues.formats import FORMATS, Record
from queues.sqs.client import Keys, connect
from queues.sqs.errors import QueueNotEmpty, QueueNotFound
from queues.sqs.message_classes import MHMessage, RawMessage, read, write
from queues.sqs.messages import delete
from queues.sqs.queues import (
    count,
    create_queue,
    delete_queue,
    get_queue,
    list_queues,
    set_visibility_timeout,
)
from queues.sqs.sweep import News, Sweep, SweepOptions
from queues.sqs.types import Queue
from simulator import Simulator

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


@pytest.fixture
def myqueue(client: "SQSClient") -> Queue:
    return create_queue(client, "myqueue", visibility_timeout=120)[0]


def test_creating_a_connection_with_keys(sim: Simulator) -> None:
    keys = Keys("<aws access key>", "<aws secret key>")
    assert list(list_queues(connect("us-west-2", endpoint_url=sim.endpoint, keys=keys))) == []


def test_creating_a_connection_with_keys_from_the_environment(
    sim: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    assert (
        list(list_queues(connect("us-west-2", endpoint_url=sim.endpoint, default_chain=True))) == []
    )


def test_creating_a_queue_with_a_default_visibility_timeout(client: "SQSClient") -> None:
    assert create_queue(client, "myqueue")[0].visibility_timeout == 30
    assert create_queue(client, "patient", visibility_timeout=120)[0].visibility_timeout == 120


def test_listing_all_queues(client: "SQSClient") -> None:
    for name in ("myqueue", "another", "third"):
        create_queue(client, name)
    assert len(list(list_queues(client))) == 3
    assert [url.rpartition("/")[2] for url in list_queues(client, "my")] == ["myqueue"]


def test_getting_a_queue_by_name(client: "SQSClient", myqueue: Queue) -> None:
    assert get_queue(client, "myqueue").url == myqueue.url
    with pytest.raises(QueueNotFound):
        get_queue(client, "no-such-queue")


def test_reading_and_changing_the_visibility_timeout(client: "SQSClient", myqueue: Queue) -> None:
    assert get_queue(client, "myqueue").visibility_timeout == 120
    set_visibility_timeout(client, myqueue.url, 60)
    assert get_queue(client, "myqueue").visibility_timeout == 60


def test_writing_a_message_and_reading_it(client: "SQSClient", myqueue: Queue) -> None:
    write(client, myqueue.url, "This is my first message.", RawMessage())
    [received] = read(client, myqueue.url, RawMessage(), wait=1)
    assert received.value == "This is my first message."


def test_writing_messages_of_a_format_of_ones_own(client: "SQSClient", myqueue: Queue) -> None:
    class Reversed:
        def encode(self, value: str, /) -> str:
            return value[::-1]

        def decode(self, body: str, /) -> str:
            return body[::-1]

    write(client, myqueue.url, "abc", Reversed())
    [received] = read(client, myqueue.url, Reversed(), wait=1)
    assert (received.message.body, received.value) == ("cba", "abc")


def test_a_message_read_with_a_visibility_timeout_of_its_own_comes_back_after_it(
    client: "SQSClient", sim: Simulator, myqueue: Queue
) -> None:
    write(client, myqueue.url, "hello", RawMessage())
    assert len(read(client, myqueue.url, RawMessage(), visibility_timeout=600, wait=1)) == 1
    sim.clock.advance(121)
    assert read(client, myqueue.url, RawMessage(), wait=1) == [], "the queue's own would be over"
    sim.clock.advance(480)
    assert len(read(client, myqueue.url, RawMessage(), wait=1)) == 1


def test_reading_up_to_ten_messages_at_once(client: "SQSClient", myqueue: Queue) -> None:
    for number in range(12):
        write(client, myqueue.url, {"number": f"{number}"}, MHMessage())
    messages = read(client, myqueue.url, MHMessage(), max_messages=10, wait=1)
    assert len(messages) == 10
    assert {int(message.value["number"]) for message in messages} <= set(range(12))


def test_deleting_a_message(client: "SQSClient", sim: Simulator, myqueue: Queue) -> None:
    write(client, myqueue.url, "done with", RawMessage())
    [received] = read(client, myqueue.url, RawMessage(), wait=1)
    delete(client, myqueue.url, received.message.receipt_handle)
    assert sim.messages("myqueue") == []


@pytest.mark.usefixtures("in_a_hurry")
def test_a_queue_is_deleted_only_once_it_is_empty(client: "SQSClient", myqueue: Queue) -> None:
    write(client, myqueue.url, "still here", RawMessage())
    with pytest.raises(QueueNotEmpty, match="1 available"):
        delete_queue(client, myqueue.url)
    [received] = read(client, myqueue.url, RawMessage(), wait=1)
    delete(client, myqueue.url, received.message.receipt_handle)
    delete_queue(client, myqueue.url)
    assert list(list_queues(client)) == []


def test_counting_messages(client: "SQSClient", myqueue: Queue) -> None:
    for number in range(3):
        write(client, myqueue.url, f"{number}", RawMessage())
    assert count(client, myqueue.url).available == 3


def test_dumping_a_queue_to_a_file_with_a_separator(
    client: "SQSClient", sim: Simulator, myqueue: Queue, tmp_path: Path
) -> None:
    sent = {f"message {number}\nwith a second line" for number in range(25)}
    for body in sent:
        write(client, myqueue.url, body, RawMessage())
    records: list[Record] = []

    def keep(news: News) -> None:
        records.extend(Record.of(each.message, datetime.now(UTC)) for each in news.arrivals)

    options = SweepOptions(threads=2, wait=1, stop_after_empty=1)
    Sweep(client, myqueue, options, on_news=keep, keep_going=lambda: True).run()

    file = tmp_path / "myqueue.txt"
    file.write_bytes(b"".join(FORMATS["text"].write(records, separator="\n=====\n")))
    dumped = file.read_text(encoding="utf-8").split("\n=====\n")
    assert len(dumped) == 25
    assert set(dumped) == sent
    assert count(client, myqueue.url).available == 25, "and the queue is as it was"
