"""Sends many messages to one queue, on several threads, each written down before and after."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from django.utils import timezone

from queues.jobs.keeper import Keeper
from queues.jobs.progress import FIFO_PRICE, STANDARD_PRICE, Rate
from queues.jobs.sending import SendingBooks
from queues.sqs.guard import Fenced, guarded
from queues.sqs.sweep.crew import Crew
from queues.sqs.sweep.news import Inbox, News
from queues.sqs.sweep.outbox import Letter, Outbox
from queues.sqs.sweep.tally import Tally
from queues.sqs.types import Queue

if TYPE_CHECKING:
    from queues.sqs.client import SQSClient

TICK = 0.02
EVERY = 0.5
AHEAD = 1000


class Mailing:
    def __init__(
        self,
        client: SQSClient,
        queue: Queue,
        *,
        threads: int,
        patience: float,
        call_limit: float,
        keeper: Keeper,
        books: SendingBooks,
    ) -> None:
        self._keeper, self._books = keeper, books
        self._job = keeper.job
        self._tally, self._inbox = Tally(), Inbox()
        self._price = (FIFO_PRICE if queue.fifo else STANDARD_PRICE) / 1_000_000
        self._before = dict(self._job.requests_by_operation), self._job.dollars
        self._rate, self._due = Rate(), 0.0
        self.outbox = Outbox(
            guarded(client, self._leave),
            queue.url,
            threads=threads,
            leases=None,
            tally=self._tally,
            inbox=self._inbox,
        )
        self._crew = Crew(
            threads, lambda _: self.outbox.next(), patience=patience, call_limit=call_limit
        )

    def _leave(self, operation: str) -> None:
        self._keeper.ask_leave(operation)
        self._tally.request(operation)

    def run(self, letters: Iterator[Letter]) -> None:
        """Until all are sent or failed, or the job is to stop: what is under way is ended then.
        Raises SqsError, Fenced."""
        self._crew.start()
        try:
            self._send(letters)
        except Fenced:
            raise
        except BaseException:
            self._end()
            raise
        else:
            self._end()
        finally:
            self._crew.dismiss()

    def _send(self, letters: Iterator[Letter]) -> None:
        more = True
        while self._keeper.keep_going():
            self._crew.replace_the_stuck()
            if self._crew.failure:
                raise self._crew.failure
            if more and self.outbox.size < AHEAD:
                some = list(islice(letters, AHEAD))
                more = bool(some)
                self.outbox.add(some)
            if not self._step() and not more and self.outbox.idle and self._inbox.empty:
                return

    def _step(self) -> bool:
        """Writes down what happened and what is sent next; whether there was anything."""
        news = News(sending=self.outbox.stage())
        self._inbox.take_into(news)
        if news:
            self._books.write(news)
        self.outbox.go()
        if time.monotonic() >= self._due:
            self._due = time.monotonic() + EVERY
            self.report("sending")
        if not news:
            time.sleep(TICK)
        return bool(news)

    def _end(self) -> None:
        """What is under way is waited for and written down."""
        self.outbox.empty_the_line()
        # After a failure no thread takes up what is about to be sent.
        while (
            self._crew.busy or (self.outbox.about_to and not self._crew.failure)
        ) and not isinstance(self._crew.failure, Fenced):
            self._crew.replace_the_stuck()
            time.sleep(TICK)
        if self._crew.failure and not isinstance(self._crew.failure, Fenced):
            self.outbox.abandon()
        news = News()
        self._inbox.take_into(news)
        if news:
            self._books.write(news)

    def report(self, phase: str = "") -> None:
        requests, dollars = dict(self._before[0]), self._before[1]
        mine = self._tally.requests()
        for operation, number in mine.items():
            requests[operation] = requests.get(operation, 0) + number
        billed = sum(mine.values()) + self._tally["billed"]
        self._job.write(
            phase=phase,
            progress_at=timezone.now(),
            settled=self._books.sent,
            failed=self._books.failed + self._books.unknown,
            possible_duplicates=self._books.possible_duplicates,
            rate=self._rate.of(self._books.sent + self._books.failed),
            requests=sum(requests.values()),
            requests_by_operation=requests,
            dollars=dollars + billed * self._price,
        )
