"""A thread whose call never ends, with the parts of a sweep around it played by hand."""

import threading
import time
from typing import Any

import pytest

from queues.sqs.sweep import crew
from queues.sqs.sweep.crew import Crew
from queues.sqs.sweep.proof import StopProof
from queues.sqs.sweep.room import Room
from queues.sqs.types import Message


class Receiver:
    """The first call hangs until `answer` is set, and then brings a message; others bring none."""

    def __init__(self) -> None:
        self.answer, self.answered = threading.Event(), threading.Event()
        self.calls = 0
        self.sorted: list[Message] = []
        self.lost_calls = 0

    def ask(self, number: int, attempt_id: str) -> list[Message]:
        self.calls += 1
        if self.calls > 1:
            time.sleep(0.01)
            return []
        self.answer.wait(10)
        self.answered.set()
        return [Message("late", "handle", "body", "md5")]

    def lost(self, asked_at: float) -> None:
        self.lost_calls += 1

    def sort(self, thread: int, messages: list[Message], asked_at: float) -> tuple[int, int]:
        self.sorted += messages
        return len(messages), len(messages)


def until(condition: Any) -> None:
    for _ in range(500):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("it did not come about in five seconds")


def test_what_a_thread_left_behind_brings_later_is_dropped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(crew, "CALL_LIMIT", 0.05)
    receiver: Any = Receiver()
    holder: Any = None
    room = Room(wanted=10, held=10)
    gang = Crew(
        1,
        receiver=receiver,
        holder=holder,
        proof=StopProof(1, 1, time.monotonic()),
        room=room,
        patience=60,
        extend=False,
        may_receive=lambda: True,
    )
    gang.start()
    until(lambda: receiver.calls == 1)
    assert room.reserve() == 0, "the stuck call has taken all the room there is"
    time.sleep(0.06)
    gang.replace_the_stuck()
    until(lambda: receiver.calls > 1)
    receiver.answer.set()
    assert receiver.answered.wait(5)
    gang.receive_no_more()
    until(lambda: not room.receiving)
    gang.dismiss()
    assert receiver.lost_calls == 1
    assert receiver.sorted == []
    assert room.reserve() == 10
