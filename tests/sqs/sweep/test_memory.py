"""What a hundred thousand held messages take."""

import tracemalloc
from uuid import UUID

from queues.sqs.sweep.leases import Leases
from queues.sqs.types import Message

HELD = 100_000


def receive(leases: Leases, first: int) -> None:
    """Ten messages as AWS hands them out: handles have about 400 characters."""
    tens = [
        Message(
            str(UUID(int=number + (1 << 120))),
            f"{number:08}" + "h" * 400,
            "body",
            "md5",
            {"ApproximateReceiveCount": "1", "MessageGroupId": f"group {number % 50}"},
        )
        for number in range(first, first + 10)
    ]
    leases.hold(tens, asked_at=first / 1000)


def test_a_message_held_takes_less_memory_than_its_handle_has_characters() -> None:
    tracemalloc.start()
    leases = Leases(120)
    try:
        before, _ = tracemalloc.get_traced_memory()
        for first in range(0, HELD, 10):
            receive(leases, first)
        taken = tracemalloc.get_traced_memory()[0] - before
        assert leases.held().count == HELD
        assert leases.handle(77_777).startswith("00077777")
    finally:
        tracemalloc.stop()
        leases.close()
    assert taken / HELD < 300
