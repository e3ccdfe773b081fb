"""Peek: a short sweep in the request itself, and the truth about what the look cost."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass

from django.utils import timezone

from queues import connections
from queues.connections_file import Connection
from queues.models import Dump, Queue
from queues.sqs.sweep import News, Sweep, SweepOptions

MOST_MESSAGES = 100
# With this few tries a look may be what sends a message to the dead-letter queue: ask first.
FEW_TRIES = 3
LONGEST = 15.0


@dataclass(frozen=True)
class PeekOptions:
    messages: int = 10
    wait: int = 1
    visibility_timeout: int = 30
    keep_hidden: bool = False


def needs_asking(queue: Queue) -> bool:
    redrive = queue.sqs.redrive
    return redrive is not None and redrive.max_receive_count <= FEW_TRIES


def peek(connection: Connection, queue: Queue, options: PeekOptions, username: str) -> Dump:
    """Receive up to a hundred messages, store them, put them back. Raises SqsError."""
    dump = Dump.begin(Dump.Kind.PEEK, connection.slug, queue.name, username)
    started = time.monotonic()
    seen: list[int] = []

    def store(news: News) -> None:
        messages = [arrival.message for arrival in news.arrivals if arrival.new and arrival.wanted]
        dump.add(messages, timezone.now())
        seen.extend(message.receive_count or 0 for message in messages)

    sweep = Sweep(
        connections.client(connection, patient=True),
        queue.sqs,
        SweepOptions(
            threads=1 if options.messages <= 10 else 3,
            max_messages=options.messages,
            max_seconds=LONGEST,
            visibility_timeout=options.visibility_timeout,
            wait=options.wait,
            stop_after_empty=1,
            sent_before_start=False,
            release=not options.keep_hidden,
        ),
        on_news=store,
        keep_going=lambda: time.monotonic() - started < LONGEST + 10,
    )
    result = sweep.run()
    redrive = queue.sqs.redrive
    dump.finish(
        result.verdict,
        result.reason,
        {
            "asked": asdict(options),
            "seconds": round(time.monotonic() - started, 1),
            "requests": sum(result.requests.values()),
            "not_released": len(result.not_released),
            "kept_hidden": options.visibility_timeout if options.keep_hidden else 0,
            "most_receives": max(seen, default=0),
            "max_receive_count": redrive.max_receive_count if redrive else None,
            "dead_letter_queue": redrive.target_name if redrive else None,
        },
    )
    return dump
