"""Deletions by themselves: with which handle, while whose message, and told how."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from queues.sqs.sweep import News, settler
from queues.sqs.sweep.leases import Leases
from queues.sqs.sweep.news import Inbox, Known
from queues.sqs.sweep.outbox import Outbox
from queues.sqs.sweep.proof import StopProof
from queues.sqs.sweep.room import Room
from queues.sqs.sweep.settler import Settler
from queues.sqs.sweep.tally import Tally
from queues.sqs.types import Message, Outgoing
from tests.sqs.sweep.played import Played, make

G = 120.0


class Deleter:
    """A settler with its surroundings, and one thread's part played by hand."""

    def __init__(self, url: str = "http://sqs/1/orders", target_url: str = "") -> None:
        self.sqs, self.inbox, self.tally = Played(), Inbox(), Tally()
        self.leases, self.room = Leases(G), Room(None, 100)
        self.proof = StopProof(1, 1, time.monotonic())
        client: Any = self.sqs
        self.settler = Settler(
            client,
            url,
            outbox=self.outbox_to(target_url) if target_url else None,
            leases=self.leases,
            proof=self.proof,
            room=self.room,
            tally=self.tally,
            inbox=self.inbox,
        )

    def outbox_to(self, target_url: str) -> Outbox:
        client: Any = self.sqs
        return Outbox(
            client, target_url, threads=1, leases=self.leases, tally=self.tally, inbox=self.inbox
        )

    def hold(self, *names: str, handle: str = "handle", seconds_left: float = G) -> None:
        messages = [Message(name, f"{handle} {name}", "body", "md5") for name in names]
        self.leases.hold(messages, time.monotonic() + seconds_left - G)

    def delete(self, *numbers: int) -> None:
        self.settler.order((), numbers)

    def work(self) -> News:
        for _ in range(20):
            while call := self.settler.next():
                make(call)
            if self.settler.idle:
                break
        assert self.settler.idle
        news = News()
        self.inbox.take_into(news)
        return news

    @property
    def handles(self) -> list[list[str]]:
        return [[entry["ReceiptHandle"] for entry in entries] for entries in self.sqs.requests]


@pytest.fixture
def deleter(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deleter]:
    monkeypatch.setattr(settler, "FILL_UP", 0.0)
    monkeypatch.setattr(settler, "pause", lambda attempt: 0.0)
    deleter = Deleter()
    yield deleter
    deleter.leases.close()


def test_it_deletes_ten_at_a_time_with_the_newest_handles(deleter: Deleter) -> None:
    deleter.hold(*"abcdefghijkl")
    deleter.hold("c", handle="newer")
    deleter.delete(*range(12))
    assert deleter.work().deleted == list(range(12))
    assert [len(batch) for batch in deleter.handles] == [10, 2]
    assert deleter.handles[0][2] == "newer c"
    assert deleter.leases.held().count == 0
    assert deleter.tally["deleted"] == 12


def test_a_deletion_is_ordered_once_at_a_time(deleter: Deleter) -> None:
    deleter.hold("a")
    deleter.delete(0)
    deleter.delete(0)
    assert deleter.work().deleted == [0]


def test_received_again_while_it_is_deleted_it_is_deleted_with_the_newer_handle_too(
    deleter: Deleter,
) -> None:
    """SQS says that it deleted a message, and does not, when the handle is not the newest."""
    deleter.hold("a", "b")
    deleter.delete(0, 1)

    def comes_again() -> None:
        if len(deleter.sqs.requests) == 1:
            deleter.hold("a", handle="newer")

    deleter.sqs.meanwhile = comes_again
    news = deleter.work()
    assert deleter.handles == [["handle a", "handle b"], ["newer a"]]
    assert sorted(news.deleted) == [0, 1], "told once each"
    assert deleter.tally["deleted"] == 2
    assert deleter.leases.held().count == 0


def test_what_is_nearly_visible_again_is_not_deleted_but_waited_for(deleter: Deleter) -> None:
    deleter.hold("a", seconds_left=0.5)
    deleter.delete(0)
    assert deleter.work().deleted == []
    assert deleter.handles == []
    deleter.proof.nothing(0, time.monotonic())
    assert not deleter.proof.met(), "it may not end before that came again"
    deleter.hold("a", handle="newer")
    deleter.delete(0)
    assert deleter.work().deleted == [0]
    assert deleter.settler.left_over() == []


def test_what_is_sent_is_not_released_before_that_is_written_down() -> None:
    """Released then, it would stand in both queues."""
    deleter = Deleter(target_url="http://sqs/1/archive")
    deleter.hold("a")
    deleter.settler.order([(0, Outgoing("body"))], ())
    assert deleter.settler.outbox is not None
    deleter.settler.outbox.stage()
    deleter.settler.outbox.go()
    news = deleter.work()
    assert news.sent == [(0, "new 0")]
    assert deleter.leases.take_to_release(time.monotonic()) == []
    deleter.settler.told(news)
    assert deleter.leases.take_to_release(time.monotonic()) == [[0]], "unless it is deleted next"
    deleter.leases.close()


def test_what_was_extended_after_all_is_deleted_after_all(deleter: Deleter) -> None:
    """It would not come again for a quarter of an hour."""
    deleter.hold("a", seconds_left=0.5)
    deleter.delete(0)
    deleter.work()
    now = time.monotonic()
    [due] = deleter.leases.take_due(now)
    deleter.leases.extended(due, now)
    deleter.settler.told(News(extended=[(0, now + due.seconds)]))
    assert deleter.work().deleted == [0]
    assert deleter.settler.left_over() == []


def test_an_extension_orders_no_deletion_of_its_own(deleter: Deleter) -> None:
    deleter.hold("a")
    deleter.settler.told(News(extended=[(0, time.monotonic() + 900)]))
    assert deleter.work().deleted == []


def test_what_never_came_again_is_told_in_the_end(deleter: Deleter) -> None:
    deleter.hold("a", seconds_left=0.5)
    deleter.delete(0)
    deleter.work()
    [failure] = deleter.settler.left_over()
    assert (failure.number, failure.act) == (0, "delete")
    assert not failure.unknown, "nobody asked SQS to delete it"


def test_what_an_earlier_worker_may_have_deleted_is_not_known_unless_it_came_again(
    deleter: Deleter,
) -> None:
    now = time.monotonic()
    for number, name in enumerate("ab"):
        deleter.leases.adopt(Known(number, name, f"handle {name}", 0.0, now + 900), now)
    again = Message("b", "handle 2 b", "body", "md5", {"ApproximateReceiveCount": "2"})
    deleter.leases.hold([again], now - G + 0.5)
    deleter.delete(0, 1)
    deleter.work()
    told = {failure.number: failure.unknown for failure in deleter.settler.left_over()}
    assert told == {0: True, 1: False}


@pytest.mark.parametrize(
    "refusal",
    [
        {"Code": "ReceiptHandleIsInvalid", "Message": "The input receipt handle is invalid."},
        {"Code": "AWS.SimpleQueueService.MessageNotInflight", "Message": "not in flight"},
        {
            "Code": "InvalidParameterValue",
            "Message": "Value x for parameter ReceiptHandle is invalid. Reason: The receipt "
            "handle has expired.",
        },
    ],
)
def test_a_handle_that_is_no_good_any_more_is_not_tried_again(
    deleter: Deleter, refusal: dict[str, str]
) -> None:
    deleter.hold("a", "b")
    deleter.sqs.refuse = lambda e: {**refusal, "SenderFault": True} if e["Id"] == "0" else None
    deleter.delete(0, 1)
    news = deleter.work()
    assert (news.deleted, news.failed) == ([1], [])
    assert len(deleter.handles) == 1
    assert deleter.leases.held().count == 0
    assert [failure.number for failure in deleter.settler.left_over()] == [0]


def test_an_entry_that_goes_on_failing_is_given_up_after_ever_longer_pauses(
    deleter: Deleter, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[int] = []

    def pause(attempt: int) -> float:
        pauses.append(attempt)
        return 0.0

    monkeypatch.setattr(settler, "pause", pause)
    failed = {"Code": "InternalError", "Message": "again", "SenderFault": False}
    deleter.sqs.refuse = lambda entry: failed if entry["Id"] == "0" else None
    deleter.hold("a", "b")
    deleter.delete(0, 1)
    news = deleter.work()
    assert (news.deleted, [failure.number for failure in news.failed]) == ([1], [0])
    assert pauses == list(range(1, settler.ENTRY_ATTEMPTS))
    assert deleter.leases.take_to_release(time.monotonic()) == [[0]]


def test_after_a_deletion_from_a_fifo_queue_the_proof_begins_anew() -> None:
    deleter = Deleter("http://sqs/1/orders.fifo")
    deleter.hold("a")
    deleter.proof.nothing(0, time.monotonic())
    assert deleter.proof.met()
    deleter.delete(0)
    time.sleep(settler.FILL_UP * 1.5)
    deleter.work()
    assert not deleter.proof.met(), "the rest of its group was kept back until now"
    deleter.leases.close()


def test_abandoned_it_deletes_nothing_more_and_all_can_be_released(deleter: Deleter) -> None:
    deleter.hold("a", "b")
    deleter.delete(0, 1)
    deleter.settler.abandon()
    assert deleter.work().deleted == []
    assert deleter.leases.take_to_release(time.monotonic()) == [[0, 1]]
