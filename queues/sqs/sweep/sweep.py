"""The sweep: every message of a queue received once, held, handed on, settled or released."""

import time
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from queues.sqs.batch_call import MAX_ENTRIES
from queues.sqs.errors import SqsError
from queues.sqs.guard import Fenced
from queues.sqs.queues import count, count_with_time
from queues.sqs.retry import within
from queues.sqs.sweep.calls import Call
from queues.sqs.sweep.crew import Crew
from queues.sqs.sweep.desk import Desk
from queues.sqs.sweep.ending import TICK, Ending
from queues.sqs.sweep.news import Known, OnNews, Orders
from queues.sqs.sweep.parts import Parts
from queues.sqs.sweep.receiver import Attempts, Receiver
from queues.sqs.sweep.report import NotReleased, Phase, SweepOptions, SweepProgress, SweepResult
from queues.sqs.sweep.summary import Findings, progress_of, result_of
from queues.sqs.types import Counts, Queue

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

# So many messages are enough to be handed on, which mostly means a commit; where they have come
# faster than they are stored, more are.
ENOUGH, AT_MOST = 200, 500
HAND_ON_EVERY = 0.2
PROGRESS_EVERY = 0.5
# For so many threads that receive there is one more that does not.
HANDS_FREE = 4


def _nothing(progress: SweepProgress) -> None:
    pass


def threads_of(receiving: int) -> int:
    """How many threads a sweep has, of which so many receive."""
    return receiving + max(1, receiving // HANDS_FREE)


def _leave(operation: str) -> None:
    pass


class Sweep:
    """One sweep of one queue.

    `on_news` is called in the thread of run() only, with at most 500 messages at a time and
    what has become of others. Nothing follows from news before it has returned, so it should return
    when they are safely written down; what it returns says what to send (to `target_url`) and what
    to delete. Whatever else is held is released at the end.

    `keep_going` is asked by all threads before each receive and often in between, so it must be
    quick and thread-safe; once it says False nothing more is received or begun, what is under way
    is ended, and all that is held is released. `ask_leave` is called before each call to SQS, with
    its name: should it raise Fenced, the sweep ends at once and without any further call.
    `on_progress` is called in the thread of run().

    What SQS or a callback raises leaves run() as it is, after all that is held has been released;
    progress() and `not_released` then tell what was left behind.
    """

    def __init__(
        self,
        client: "SQSClient",
        queue: Queue,
        options: SweepOptions,
        *,
        on_news: OnNews,
        keep_going: Callable[[], bool],
        on_progress: Callable[[SweepProgress], None] = _nothing,
        ask_leave: Callable[[str], None] = _leave,
        target_url: str = "",
    ) -> None:
        self._queue, self._options = queue, options
        self._on_progress, self._keep_going = on_progress, keep_going
        self._parts = parts = Parts(client, queue, options, ask_leave, target_url)
        self._leases, self._settler, self._holder = parts.leases, parts.settler, parts.holder
        self._inbox, self._desk = parts.inbox, Desk(parts, on_news)
        self._phase = Phase.RECEIVING
        self._progress_due = 0.0

    def run(self, known: Iterable[Known] = (), orders: Orders | None = None) -> SweepResult:
        """`known`: what an earlier sweep has seen, in the order of its numbers, and `orders` for
        those of them that it did not get done."""
        try:
            return self._run(known, orders)
        finally:
            self._leases.close()

    def _run(self, known: Iterable[Known], orders: Orders | None) -> SweepResult:
        started = time.monotonic()
        before, began_at = within(
            self._options.call_limit,
            lambda: count_with_time(self._parts.client, self._queue.url),
        )
        adopted = self._adopt(known, before, started)
        crew = self._gather(began_at)
        if orders:
            self._desk.carry_out(orders)
        crew.start()
        try:
            cause = self._receive(crew, started)
            found = Findings(
                cause,
                before,
                self._count_again(cause, before),
                self._leases.held().count,
                self._leases.full_groups(),
                adopted,
            )
        except BaseException as error:
            self._settler.abandon()
            if isinstance(error, Fenced):
                self._parts.fenced = error
            self._wind_up(crew)
            raise
        if trouble := self._wind_up(crew):
            raise trouble
        return result_of(self._parts, self._queue, found)

    @property
    def not_released(self) -> tuple[NotReleased, ...]:
        return tuple(self._holder.not_released)

    def progress(self) -> SweepProgress:
        return progress_of(self._parts, self._phase)

    def _adopt(self, known: Iterable[Known], before: Counts, started: float) -> int:
        options = self._options
        if options.hidden_for:
            self._parts.proof.lost(started + options.hidden_for)
        for each in known:
            self._leases.adopt(each, started)
        held = self._leases.held().count
        # What is in doubt was in flight for an earlier sweep, if it was.
        others = max(0, before.in_flight - held - self._leases.doubtful)
        self._parts.room.settle(0, held=min(options.hold_at_most, held + others))
        return held

    def _gather(self, began_at: datetime) -> Crew:
        options = self._options
        self._receiver = Receiver(
            self._parts.client,
            self._queue.url,
            options,
            leases=self._leases,
            proof=self._parts.proof,
            room=self._parts.room,
            tally=self._parts.tally,
            newest=began_at if options.sent_before_start else None,
            inbox=self._inbox,
        )
        self._attempts = [Attempts(thread) for thread in range(options.threads)]
        return Crew(
            threads_of(options.threads),
            self._next_call,
            # A lost answer hides messages for the visibility timeout: no sense in giving up sooner.
            patience=max(options.patience, options.visibility_timeout),
            call_limit=options.call_limit,
        )

    def _next_call(self, thread: int) -> Call | None:
        """What is most urgent: settle, else extend, else release or receive. Some threads never
        receive: while all others wait for messages, those that came need not wait for them."""
        if settling := self._settler.next():
            return settling
        if self._options.release and (
            kept := self._holder.next_extension() or self._parts.doubt.next()
        ):
            return kept
        if self._desk.winding_up.is_set():
            return self._holder.next_release()
        if thread >= self._options.threads or not self._may_receive():
            return None
        return self._receiver.next(self._attempts[thread], self._at_rest)

    def _at_rest(self) -> bool:
        return self._inbox.empty and not self._desk.news and self._settler.idle

    def _may_receive(self) -> bool:
        # When storing or settling is slower than receiving, receiving waits.
        most = 4 * self._options.threads
        behind = self._inbox.size >= most or self._settler.behind >= most * MAX_ENTRIES
        full = self._receiver.over_limit or self._desk.enough
        return not (behind or full) and self._may_go()

    def _may_go(self) -> bool:
        if not self._desk.stopped.is_set() and not self._keep_going():
            self._desk.stopped.set()
        return not self._desk.stopped.is_set()

    def _receive(self, crew: Crew, started: float) -> str:
        """Hands on what the crew brings, until it is done. Returns what cut it short, or ""."""
        handed_on = time.monotonic()
        while True:
            # Asked before the inbox is looked into: what came before the end is handed on.
            end = self._end(crew, started)
            crew.replace_the_stuck()
            if crew.failure:
                raise crew.failure
            if not self._may_go():
                return "cancelled"
            if end is None and self._inbox.size < MAX_ENTRIES:
                time.sleep(TICK)
            full = self._inbox.take_into(self._desk.news, ENOUGH, AT_MOST)
            now = time.monotonic()
            if end is not None or full or now - handed_on >= HAND_ON_EVERY or self._desk.settling:
                handed_on = now
                if not self._desk.hand_on() and end is not None and self._inbox.empty:
                    return end
            self._report(now)

    def _end(self, crew: Crew, started: float) -> str | None:
        """None: go on. "": all was seen. Otherwise what cuts it short."""
        if time.monotonic() - started > self._options.max_seconds:
            if crew.last_error and not crew.answered:
                raise crew.last_error  # an outage is not an empty queue
            return "time limit"
        if self._receiver.over_limit and self._settler.idle:
            # What others are receiving still counts; none begins anew meanwhile.
            return None if self._parts.room.receiving else "in-flight limit"
        self._receiver.over_limit = False
        if self._parts.room.receiving or not self._settler.idle:
            return None
        if self._desk.enough:
            return ""
        return self._parts.room.full or ("" if self._parts.proof.met() else None)

    def _count_again(self, cause: str, before: Counts) -> Counts | None:
        """While all is still held: what else does SQS know of? Only where fewer came than were
        counted at the start, which may be consumers' doing, or a sign that SQS keeps some back."""
        if cause or self._desk.enough or self._parts.seen >= before.available:
            return None
        try:
            url, client = self._queue.url, self._parts.client
            return within(self._options.call_limit, lambda: count(client, url))
        except SqsError:
            return None

    def _wind_up(self, crew: Crew) -> Exception | None:
        """Whatever happens, all that is under way is ended and all else released; what a callback
        raised meanwhile is returned. A fenced sweep makes no call any more."""
        self._desk.stopped.set()
        self._phase, self._progress_due = Phase.RELEASING, 0.0
        ending = Ending(self._parts, self._desk, crew, self._options, self._report)
        trouble = None if self._parts.fenced else ending.release()
        crew.dismiss()
        self._phase = Phase.DONE
        return trouble

    def _report(self, now: float) -> None:
        if now < self._progress_due:
            return
        self._progress_due = now + PROGRESS_EVERY
        if self._phase in (Phase.RECEIVING, Phase.PROVING):
            self._phase = Phase.PROVING if self._parts.proof.under_way() else Phase.RECEIVING
        self._on_progress(self.progress())
