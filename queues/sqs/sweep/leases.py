"""The messages a sweep holds: for each its newest receipt handle, and until when it is hidden.

A hundred thousand messages fit: ids are 16 bytes, handles lie in a file, and all else in arrays
by number. A message's number is its place in the order of arrival, from 0. All times are seconds
of the monotonic clock, counted from when a request was sent, so that a lease here does not
outlive the one at SQS; except that, after the answer to an extension was lost, it is taken for
the longest it may be.
"""

from array import array
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import NamedTuple

from queues.sqs.batch_call import MAX_ENTRIES
from queues.sqs.sweep.groups import Groups
from queues.sqs.sweep.handles import Handles
from queues.sqs.sweep.keys import Key, id_of, key_of
from queues.sqs.sweep.news import Known
from queues.sqs.sweep.timetable import Timetable
from queues.sqs.types import Message

# AWS (ChangeMessageVisibility): 12 hours from the receive at most, and extending does not reset it.
LONGEST = 12 * 60 * 60 - 5
# A message held for long is extended by so much at a time, so that a crash hides it no longer.
EXTENSION = 15 * 60

FRESH, EXTENDED, AGAIN = range(3)
# Flags: hidden by us; in line to be released; a send or a delete of it is ordered.
OURS, LEAVING, BUSY = 1, 2, 4


class Due(NamedTuple):
    number: int
    handle: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Held:
    """`latest`: by then the last of them is visible again, if nothing more is done."""

    count: int
    latest: float | None


class Leases:
    def __init__(self, visibility_timeout: float, extension: int = EXTENSION) -> None:
        self._visibility_timeout, self._extension = visibility_timeout, extension
        # From a receive on; later than at half its time where an extension would shorten it.
        self._extend_after = max(visibility_timeout / 2, visibility_timeout - extension / 2)
        self._lock = Lock()
        # One that is no longer ours stays, as a message seen before.
        self._numbers: dict[Key, int] = {}
        self._handles = Handles()
        self._timetable = Timetable(3)
        self._until, self._limit = array("d"), array("d")
        self._receives, self._flags = array("I"), bytearray()
        self._groups = Groups()
        # Damaged messages, which may yet come sound: to be released at the end, no more.
        self._aside: dict[Key, tuple[str, float]] = {}
        # Of an earlier sweep: numbers below that, and until when it may have hidden them.
        self._adopted, self._perhaps = 0, 0.0
        self._doubtful: deque[int] = deque()
        self._held = 0
        self.retaken = 0
        self._latest: float | None = None

    def hold(self, messages: Sequence[Message], asked_at: float) -> list[tuple[int, bool]]:
        """For each, its number and whether it is new. One seen before gets its newest handle."""
        until, limit = asked_at + self._visibility_timeout, asked_at + LONGEST
        keys = [key_of(message.message_id) for message in messages]
        found = []
        with self._lock:
            numbers, handles = [], []
            for key, message in zip(keys, messages, strict=True):
                number = self._numbers.get(key)
                receives = message.receive_count or 0
                found.append((number if number is not None else len(self._flags), number is None))
                if number is None:
                    number = self._add(key, message.group_id, receives)
                else:
                    self.retaken += not self._flags[number] & OURS
                    if receives < self._receives[number]:
                        # Its answer came last, but SQS gave out the handle held after this one.
                        continue
                    self._receives[number] = receives
                numbers.append(number)
                handles.append(message.receipt_handle)
                self._take_hold(number, until, limit)
            self._timetable.put_all(numbers, asked_at + self._extend_after, FRESH)
            self._handles.put(numbers, handles)
        return found

    def adopt(self, known: Known, now: float) -> None:
        """In the order of their numbers; a number left out is one that nobody knows of."""
        with self._lock:
            while len(self._flags) < known.number:
                self._handles.put([self._add(b"")], [""])
            number = self._add(key_of(known.message_id))
            self._handles.put([number], [known.handle])
            self._adopted, self._perhaps = number + 1, max(self._perhaps, known.perhaps)
            if known.handle and known.until > now:
                self._take_hold(number, known.until, known.limit)
                self._timetable.put(number, now, FRESH)
            elif known.handle and known.perhaps > now:
                self._doubtful.append(number)

    def set_aside(self, message: Message, asked_at: float) -> bool:
        """For a message that came damaged: to be released at the end, but neither extended nor
        counted as seen, so that it may reappear and be taken then. False: it is known."""
        key = key_of(message.message_id)
        with self._lock:
            known = key in self._numbers
            if not known:
                until = asked_at + self._visibility_timeout
                self._aside[key] = (message.receipt_handle, until)
        if known:
            self.hold([message], asked_at)
        return not known

    def _add(self, key: Key, group: str | None = None, receives: int = 0) -> int:
        number = len(self._flags)
        self._numbers[key] = number
        if self._aside:
            self._aside.pop(key, None)
        self._timetable.never(number)
        self._until.append(0.0)
        self._limit.append(0.0)
        self._receives.append(receives)
        self._flags.append(0)
        self._groups.add(group)
        return number

    def _take_hold(self, number: int, until: float, limit: float) -> None:
        if not self._flags[number] & OURS:
            self._flags[number] |= OURS
            self._count(number, 1)
        self._until[number], self._limit[number] = until, limit
        if self._latest is None or until > self._latest:
            self._latest = until

    def _count(self, number: int, change: int) -> None:
        self._held += change
        self._groups.count(number, change)

    def handle(self, number: int) -> str:
        return self._handles.get(number)

    def handles(self, numbers: Sequence[int]) -> list[str]:
        return self._handles.several(numbers)

    def until(self, number: int) -> float:
        return self._until[number]

    def ours(self, number: int, now: float) -> bool:
        return bool(self._flags[number] & OURS) and self._until[number] > now

    def order(self, number: int) -> bool:
        """Marks it as being sent or deleted; False if it is already."""
        with self._lock:
            if self._flags[number] & BUSY:
                return False
            self._flags[number] |= BUSY
            return True

    def ordered_no_more(self, number: int) -> None:
        with self._lock:
            self._flags[number] &= ~BUSY

    def take_due(self, now: float, most: int = MAX_ENTRIES) -> list[Due]:
        """Leases to be extended now; extended() or another follows for each."""
        taken: list[Due] = []
        with self._lock:
            while len(taken) < most and (number := self._timetable.take(now)) is not None:
                seconds = int(min(self._extension, self._limit[number] - now))
                until = self._until[number]
                ours = self._flags[number] & OURS
                ends_by_itself = now >= until or now + seconds <= until
                if ours and not ends_by_itself:
                    taken.append(Due(number, self._handles.get(number), seconds))
                elif ours and now >= until and number < self._adopted:
                    self._doubtful.append(number)
        return taken

    def take_doubtful(self, now: float, most: int = MAX_ENTRIES) -> list[int]:
        """Those that an earlier sweep may hide still, though as far as it wrote down they are
        visible: it may have been killed over the answer to an extension."""
        taken: list[int] = []
        with self._lock:
            while self._doubtful and len(taken) < most:
                number = self._doubtful.popleft()
                received_since = self._flags[number] & OURS and self._until[number] > now
                if now < self._perhaps and not received_since:
                    taken.append(number)
        return taken

    def only_adopted(self, number: int) -> bool:
        """An earlier sweep has seen it, and it has not come since."""
        return number < self._adopted and not self._receives[number]

    @property
    def doubtful(self) -> int:
        return len(self._doubtful)

    @property
    def perhaps_until(self) -> float:
        """By then whatever an earlier sweep hid is visible again."""
        return self._perhaps

    def extended(self, due: Due, asked_at: float) -> None:
        until = asked_at + due.seconds
        self._reschedule(due, asked_at + due.seconds / 2, until, EXTENDED)

    def postponed(self, due: Due, when: float, until: float | None = None) -> None:
        """To be tried again: SQS could not extend it just now, or, where its answer was lost, may
        have extended it `until` then."""
        self._reschedule(due, when, until, AGAIN)

    def _reschedule(self, due: Due, when: float, until: float | None, lane: int) -> None:
        with self._lock:
            if not self._handles.is_newest(due.number, due.handle):
                return  # received again meanwhile, with a lease of its own
            self._timetable.put(due.number, when, lane)
            if until is not None:
                self._until[due.number] = max(until, self._until[due.number])
                self._latest = max(until, self._latest or until)

    def gone(self, number: int, handle: str) -> bool:
        """No longer ours: released, deleted, or visible again. False: it was not, or it has been
        received again since."""
        with self._lock:
            # Received again, it is to be released again.
            self._flags[number] &= ~LEAVING
            ours = self._flags[number] & OURS
            if not ours or not self._handles.is_newest(number, handle):
                return False
            self._flags[number] &= ~OURS
            self._count(number, -1)
            return True

    def take_to_release(self, now: float) -> list[list[int]]:
        """All that is held and not being settled, in the order received, in batches that do not
        part a FIFO group if they can help it. What was taken before is not taken again."""
        taken: list[int] = []
        with self._lock:
            for number, flags in enumerate(self._flags):
                if flags & OURS and not flags & (LEAVING | BUSY) and self._until[number] > now:
                    self._flags[number] |= LEAVING
                    taken.append(number)
        return self._groups.batches(taken)

    def take_aside(self, now: float) -> list[str]:
        """The handles of damaged messages that are still hidden."""
        with self._lock:
            handles = [handle for handle, until in self._aside.values() if until > now]
            self._aside.clear()
        return handles

    def unsettled(self) -> Iterable[int]:
        """Numbers of which a send or a delete was ordered and is not over."""
        return (number for number, flags in enumerate(self._flags) if flags & BUSY)

    def held(self) -> Held:
        return Held(self._held, self._latest if self._held else None)

    def full_groups(self) -> int:
        """Groups of which ten or more messages came, and some are held: SQS may keep back the
        rest."""
        return self._groups.full()

    def ids(self, numbers: Iterable[int]) -> dict[int, str]:
        """Message ids by number; slow, for the few that could not be released."""
        wanted = set(numbers)
        return {at: id_of(key) for key, at in self._numbers.items() if at in wanted}

    def close(self) -> None:
        self._handles.close()
