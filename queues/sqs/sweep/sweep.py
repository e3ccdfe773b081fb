"""The sweep: every message of a queue received once, held, handed on, and released again."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from queue import Empty, SimpleQueue
from threading import Event
from typing import TYPE_CHECKING, Any

from queues.sqs.batch_call import MAX_ENTRIES
from queues.sqs.queues import count_with_time
from queues.sqs.sweep.crew import CALL_LIMIT, Crew
from queues.sqs.sweep.holder import Holder
from queues.sqs.sweep.leases import EXTENSION, Leases
from queues.sqs.sweep.proof import StopProof
from queues.sqs.sweep.receiver import Receiver
from queues.sqs.sweep.report import NotReleased, Phase, SweepOptions, SweepProgress, SweepResult
from queues.sqs.sweep.room import Room
from queues.sqs.sweep.tally import Tally
from queues.sqs.sweep.verdict import judge
from queues.sqs.types import Counts, Message, Queue

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

HAND_ON_AT_MOST = 100
HAND_ON_EVERY = 0.2
PROGRESS_EVERY = 0.5


def _nothing(progress: SweepProgress) -> None:
    pass


class Sweep:
    """One sweep of one queue.

    `on_messages` is called in the thread of run() only, with messages not seen before, at most a
    hundred at a time. None of them is released before it has returned, so it should return when
    they are safely stored. `keep_going` is asked by all threads before each receive and often in
    between, so it must be quick and thread-safe; once it says False nothing more is received or
    handed on, and all that is held is released. `on_progress` is called in the thread of run().

    What SQS or a callback raises leaves run() as it is, after all that is held has been released;
    progress() and `not_released` then tell what was left behind.
    """

    def __init__(
        self,
        client: "SQSClient",
        queue: Queue,
        options: SweepOptions,
        *,
        on_messages: Callable[[list[Message]], None],
        keep_going: Callable[[], bool],
        on_progress: Callable[[SweepProgress], None] = _nothing,
    ) -> None:
        self._client, self._queue, self._options = client, queue, options
        self._on_messages, self._on_progress = on_messages, on_progress
        self._keep_going = keep_going
        self._tally = Tally()
        self._leases = Leases(options.visibility_timeout)
        self._holder = Holder(client, queue.url, self._leases, self._tally)
        self._inbox: SimpleQueue[list[Message]] = SimpleQueue()
        self._stopped = Event()
        self._phase = Phase.RECEIVING
        self._progress_due = 0.0

    def run(self) -> SweepResult:
        started = time.monotonic()
        self._tally.request("GetQueueAttributes")
        before, began_at = count_with_time(self._client, self._queue.url)
        crew = self._gather(before, began_at, started)
        crew.start()
        try:
            cause = self._receive(crew, started)
        finally:
            self._stopped.set()
            crew.receive_no_more()
            trouble = self._release(crew) if self._options.release else None
            crew.dismiss()
            self._phase = Phase.DONE
        if trouble:
            raise trouble
        return self._result(cause, before)

    @property
    def not_released(self) -> tuple[NotReleased, ...]:
        return tuple(self._holder.not_released)

    def progress(self) -> SweepProgress:
        return SweepProgress(**self._numbers())

    def _gather(self, before: Counts, began_at: datetime, started: float) -> Crew:
        options = self._options
        self._proof = StopProof(options.threads, options.stop_after_empty, started)
        if options.hidden_for:
            self._proof.lost(started + options.hidden_for)
        self._room = Room(options.max_messages, max(0, options.hold_at_most - before.in_flight))
        receiver = Receiver(
            self._client,
            self._queue.url,
            options,
            leases=self._leases,
            proof=self._proof,
            tally=self._tally,
            newest=began_at if options.sent_before_start else None,
            hand_on=self._inbox.put,
        )
        return Crew(
            options.threads,
            receiver=receiver,
            holder=self._holder,
            proof=self._proof,
            room=self._room,
            patience=options.visibility_timeout,
            extend=options.release,
            may_receive=self._may_receive,
        )

    def _may_receive(self) -> bool:
        # When storing is slower than receiving, receiving waits.
        return self._inbox.qsize() < 4 * self._options.threads and self._may_go()

    def _may_go(self) -> bool:
        if not self._stopped.is_set() and not self._keep_going():
            self._stopped.set()
        return not self._stopped.is_set()

    def _receive(self, crew: Crew, started: float) -> str:
        """Hands on what the crew receives, until it is done. Returns what cut it short, or ""."""
        waiting: list[Message] = []
        handed_on = time.monotonic()
        while True:
            # Asked before the inbox is looked into: what came before the end is handed on.
            end = self._end(crew, started)
            crew.replace_the_stuck()
            if crew.failure:
                raise crew.failure
            waiting += self._arrivals(HAND_ON_AT_MOST - len(waiting), 0 if end else 0.05)
            if not self._may_go():
                return "cancelled"
            now = time.monotonic()
            full = len(waiting) > HAND_ON_AT_MOST - MAX_ENTRIES
            if waiting and (end is not None or full or now - handed_on >= HAND_ON_EVERY):
                self._on_messages(waiting)
                waiting, handed_on = [], time.monotonic()
            elif end is not None and self._inbox.empty():
                return end
            self._report(now)

    def _arrivals(self, most: int, timeout: float) -> list[Message]:
        arrived: list[Message] = []
        try:
            while len(arrived) <= most - MAX_ENTRIES:
                arrived += self._inbox.get(timeout=timeout) if timeout else self._inbox.get_nowait()
                timeout = 0
        except Empty:
            pass
        return arrived

    def _end(self, crew: Crew, started: float) -> str | None:
        """None: go on. "": all was seen. Otherwise what cuts it short."""
        if time.monotonic() - started > self._options.max_seconds:
            if crew.last_error and not crew.answered:
                raise crew.last_error  # an outage is not an empty queue
            return "time limit"
        if crew.over_limit:
            return "in-flight limit"
        if self._room.receiving:
            return None
        if self._room.full:
            return self._room.full
        return "" if self._proof.met() else None

    def _release(self, crew: Crew) -> Exception | None:
        """Whatever happens, all is released; what on_progress raised meanwhile is returned."""
        self._phase, self._progress_due = Phase.RELEASING, 0.0
        self._holder.collect()
        crew.release()
        began, trouble, late_ones_collected = time.monotonic(), None, False
        while time.monotonic() - began < EXTENSION:
            still_receiving = self._room.receiving and time.monotonic() - began < CALL_LIMIT
            if not (still_receiving or self._holder.waiting or crew.busy):
                if late_ones_collected:
                    break
                late_ones_collected = True
                self._holder.collect()
            time.sleep(0.02)
            try:
                if not trouble:
                    self._report(time.monotonic())
            except Exception as error:
                trouble = error
        return trouble

    def _report(self, now: float) -> None:
        if now < self._progress_due:
            return
        self._progress_due = now + PROGRESS_EVERY
        if self._phase in (Phase.RECEIVING, Phase.PROVING):
            self._phase = Phase.PROVING if self._proof.under_way() else Phase.RECEIVING
        self._on_progress(self.progress())

    def _numbers(self) -> dict[str, Any]:
        now, wall = time.monotonic(), datetime.now(UTC)
        held = self._leases.held(now)

        def when(until: float | None) -> datetime | None:
            return None if until is None else wall + timedelta(seconds=until - now)

        counted = ("received", "unique", "duplicates", "corrupted", "too_new", "lost_answers")
        return {
            **{name: self._tally[name] for name in (*counted, "released")},
            "phase": self._phase,
            "requests": self._tally.requests(),
            "held": held.count,
            "held_until_earliest": when(held.earliest),
            "held_until_latest": when(held.latest),
            "not_released_count": len(self._holder.not_released),
        }

    def _result(self, cause: str, before: Counts) -> SweepResult:
        full_groups = self._leases.full_groups()
        verdict, cause, reason = judge(
            cause,
            seen=self._tally["unique"] + self._tally["too_new"],
            fifo=self._queue.fifo,
            full_groups=full_groups,
            damaged=self._tally["damaged_for_good"],
            too_new=self._tally["too_new"],
            lost=self._tally["lost_answers"],
            before=before,
        )
        return SweepResult(
            **self._numbers(),
            verdict=verdict,
            cause=cause,
            reason=reason,
            full_groups=full_groups,
            not_released=self.not_released,
        )
