"""Messages on their way to another queue: which go together, and in which order."""

from collections import deque
from typing import Any

import pytest

from queues.sqs.errors import SqsError, Throttled, Unreachable
from queues.sqs.sweep import News, outbox
from queues.sqs.sweep.news import Inbox
from queues.sqs.sweep.outbox import Outbox, SendCall
from queues.sqs.sweep.tally import Tally
from queues.sqs.types import Outgoing
from tests.sqs.sweep.played import Played, make

STANDARD, FIFO = "http://sqs/1/archive", "http://sqs/1/archive.fifo"
REFUSED = {"Code": "InvalidMessageContents", "Message": "no", "SenderFault": True}
FAILED = {"Code": "InternalError", "Message": "again", "SenderFault": False}


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "pause", lambda attempt: 0.0)


class Sender:
    """An outbox with its surroundings, and the main thread's part played by hand."""

    def __init__(self, url: str, threads: int = 1) -> None:
        self.sqs, self.inbox, self.tally = Played(), Inbox(), Tally()
        client: Any = self.sqs
        self.outbox = Outbox(
            client, url, threads=threads, leases=None, tally=self.tally, inbox=self.inbox
        )
        self.news = News()

    def add(self, *groups: str, size: int = 1) -> None:
        """One message for each; its body names group and place."""
        self.outbox.add(
            (number, Outgoing(f"{group}{number} ".ljust(size, "x"), message_group_id=group))
            for number, group in enumerate(groups)
        )

    def begin(self) -> list[SendCall]:
        self.news.sending += self.outbox.stage()
        self.outbox.go()
        return list(iter(self.outbox.next, None))

    def work(self) -> News:
        """Until nothing is left to do, as one thread does it."""
        for _ in range(200):
            calls = deque(self.begin())
            while calls:
                make(calls.popleft())
            if self.outbox.idle:
                break
        assert self.outbox.idle
        self.inbox.take_into(self.news)
        return self.news

    @property
    def batches(self) -> list[list[int]]:
        return [[int(entry["Id"]) for entry in entries] for entries in self.sqs.requests]


def test_a_batch_to_a_standard_queue_holds_ten_in_order() -> None:
    sender = Sender(STANDARD)
    sender.add(*"a" * 23)
    news = sender.work()
    assert sender.batches == [[*range(10)], [*range(10, 20)], [20, 21, 22]]
    assert news.sending == list(range(23))
    assert news.sent == [(n, f"new {n}") for n in range(23)]
    assert sender.tally["sent"] == 23


def test_a_batch_to_a_fifo_queue_holds_one_message_of_a_group() -> None:
    sender = Sender(FIFO)
    sender.add(*"aabca")
    sender.work()
    assert sender.batches == [[0, 2, 3], [1], [4]]


def test_while_a_batch_is_under_way_none_other_of_its_groups_is() -> None:
    sender = Sender(FIFO, threads=3)
    sender.add(*"aabb" * 2, "c")
    first, *others = sender.begin()
    assert [number for number, _ in first.letters] == [0, 2, 8]
    assert others == [], "all that waits is of groups that are under way"
    make(first)
    [second] = sender.begin()
    assert [number for number, _ in second.letters] == [1, 3]


def test_no_more_is_begun_than_the_threads_can_take_up() -> None:
    sender = Sender(STANDARD, threads=2)
    sender.add(*"a" * 50)
    assert len(sender.begin()) == 2
    assert sender.begin() == []
    assert sender.news.sending == list(range(20))


def test_nothing_is_sent_before_it_is_told() -> None:
    sender = Sender(STANDARD)
    sender.add("a")
    assert sender.outbox.stage() == [0]
    assert sender.outbox.next() is None, "it is being written down"
    sender.outbox.go()
    assert sender.outbox.next() is not None


def test_a_batch_is_no_larger_than_sqs_takes() -> None:
    sender = Sender(STANDARD)
    sender.add(*"aaa", size=400_000)
    sender.work()
    assert sender.batches == [[0, 1], [2]]


def test_an_entry_that_fails_is_sent_again_before_all_that_waits() -> None:
    sender, failing = Sender(FIFO), [True]
    sender.sqs.refuse = lambda e: FAILED if e["Id"] == "0" and failing and failing.pop() else None
    sender.add(*"aab")
    news = sender.work()
    assert sender.batches == [[0, 2], [0], [1]]
    assert news.sending == [0, 2, 1], "written down as being sent but once"
    assert news.failed == []


def test_an_entry_that_goes_on_failing_is_given_up_after_ever_longer_pauses(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pauses: list[int] = []

    def pause(attempt: int) -> float:
        pauses.append(attempt)
        return 0.0

    monkeypatch.setattr(outbox, "pause", pause)
    sender = Sender(STANDARD)
    sender.sqs.refuse = lambda entry: FAILED
    sender.add("a")
    [failure] = sender.work().failed
    assert pauses == list(range(1, outbox.ENTRY_ATTEMPTS))
    assert (failure.number, failure.act, failure.unknown) == (0, "send", False)
    assert len(sender.batches) == outbox.ENTRY_ATTEMPTS


def test_a_refused_message_stops_its_group_alone() -> None:
    sender = Sender(FIFO)
    sender.sqs.refuse = lambda entry: REFUSED if entry["Id"] == "0" else None
    sender.add(*"abab")
    news = sender.work()
    assert sorted(news.sent) == [(1, "new 1"), (3, "new 3")]
    assert [failure.number for failure in news.failed] == [0, 2]
    assert news.failed[1].sentence == outbox.STOPPED
    assert sender.batches == [[0, 1], [3]], "the second of the group was not even tried"


def test_on_a_standard_queue_a_refused_message_stops_nobody() -> None:
    sender = Sender(STANDARD)
    sender.sqs.refuse = lambda entry: REFUSED if entry["Id"] == "0" else None
    sender.add(*"aaa")
    assert [number for number, _ in sender.work().sent] == [1, 2]


def test_what_is_stored_otherwise_than_sent_is_failed_and_not_sent_again() -> None:
    sender = Sender(STANDARD)
    sender.add("a")
    [call] = sender.begin()
    answer = call.ask()
    answer.successful[0]["MD5OfMessageBody"] = "0" * 32
    call.answered(answer)
    news = sender.work()
    assert (news.sent, len(sender.batches)) == ([], 1)
    assert (news.failed[0].sentence, news.failed[0].unknown) == (outbox.DAMAGED, True)


@pytest.mark.parametrize(
    ("url", "error", "resent"),
    [
        (STANDARD, Unreachable("lost"), [0, 1]),
        (STANDARD, Throttled("slow down"), []),
        (FIFO, Unreachable("lost"), []),
    ],
)
def test_only_what_may_stand_there_twice_is_told_as_such(
    url: str, error: SqsError, resent: list[int]
) -> None:
    sender = Sender(url)
    sender.add(*"ab")
    [call] = sender.begin()
    assert not call.failed(error), "it is one more sign of an outage"
    news = sender.work()
    assert news.resent == resent
    assert sender.tally["resent"] == len(resent)
    assert [number for number, _ in news.sent] == [0, 1]
    assert news.sending == [0, 1]


def test_the_order_of_a_group_outlives_a_call_that_was_left_behind() -> None:
    sender = Sender(FIFO)
    sender.add(*"aab")
    [call] = sender.begin()
    call.lost()
    sender.work()
    assert sender.batches == [[0, 2], [1]]


def test_stopped_it_begins_nothing_but_ends_what_was_begun() -> None:
    sender = Sender(STANDARD)
    sender.add(*"a" * 25)
    [call] = sender.begin()
    call.failed(Throttled("slow down"))
    sender.outbox.empty_the_line()
    sender.work()
    assert sender.batches == [[*range(10)]]


def test_abandoned_it_sends_nothing_at_all() -> None:
    sender = Sender(STANDARD, threads=3)
    sender.add(*"a" * 45)
    sender.outbox.stage()
    sender.outbox.abandon()
    assert sender.outbox.idle
    assert sender.begin() == []
    assert sender.batches == []
