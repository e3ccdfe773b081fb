"""The end of a sweep: what is under way is ended, and all else that is held is put back."""

import time
from collections.abc import Callable

from queues.sqs.guard import Fenced
from queues.sqs.sweep.crew import Crew
from queues.sqs.sweep.desk import Desk
from queues.sqs.sweep.parts import Parts
from queues.sqs.sweep.report import SweepOptions

# The main thread looks that often. Rarely enough to take many messages at a time, so that it does
# not wake for each batch, and fights the other threads for the interpreter.
TICK = 0.02


class Ending:
    """`report`: is told the time, and tells how far it is."""

    def __init__(
        self,
        parts: Parts,
        desk: Desk,
        crew: Crew,
        options: SweepOptions,
        report: Callable[[float], None],
    ) -> None:
        self._parts, self._desk, self._crew = parts, desk, crew
        self._options, self._report = options, report

    def release(self) -> Exception | None:
        """What a callback raised meanwhile. Ends at the latest when all is visible by itself."""
        crew, settler, holder = self._crew, self._parts.settler, self._parts.holder
        crew.wind_up()
        settler.begin_no_more()
        holder.collect()
        self._desk.winding_up.set()
        deadline = time.monotonic() + self._options.extension + self._options.visibility_timeout
        trouble, collected = None, False
        while time.monotonic() < deadline:
            crew.replace_the_stuck()
            for fenced in (crew.failure, trouble):
                if isinstance(fenced, Fenced):
                    return fenced
            if crew.failure or trouble:
                settler.abandon()
            trouble = self._hand_on(trouble)
            if self._at_rest:
                if collected:
                    break
                # What came late, or was not settled after all.
                holder.collect()
                collected = not holder.waiting
            else:
                collected = False
            time.sleep(TICK)
        return trouble or self._tell_what_is_left()

    def _hand_on(self, trouble: Exception | None) -> Exception | None:
        """What comes now is not stored, only put back."""
        desk = self._desk
        self._parts.inbox.take_into(desk.news)
        desk.news.arrivals.clear()
        try:
            if trouble:
                self._parts.settler.told(desk.news)
            else:
                desk.hand_on()
                self._report(time.monotonic())
        except Exception as error:
            return error
        return trouble

    @property
    def _at_rest(self) -> bool:
        parts = self._parts
        under_way = parts.room.receiving or self._crew.busy
        waiting = under_way or parts.holder.waiting or parts.doubt.waiting
        return not waiting and parts.settler.idle and parts.inbox.empty

    def _tell_what_is_left(self) -> Exception | None:
        self._desk.news.failed += self._parts.settler.left_over()
        try:
            self._desk.hand_on()
        except Exception as error:
            return error
        return None
