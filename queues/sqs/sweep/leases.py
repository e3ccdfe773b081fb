"""The messages a sweep holds: for each its newest receipt handle, and until when it is hidden.

Only that much is kept in memory, so that a hundred thousand messages fit. All times are seconds
of the monotonic clock, counted from when a request was sent, so that a lease here does not
outlive the one at SQS; except that, after the answer to an extension was lost, it is taken for
the longest it may be.
"""

import heapq
from collections import Counter
from dataclasses import dataclass
from threading import Lock
from uuid import UUID

from queues.sqs.batch_call import MAX_ENTRIES
from queues.sqs.types import Message

# AWS (ChangeMessageVisibility): 12 hours from the receive at most, and extending does not reset it.
LONGEST = 12 * 60 * 60 - 5
# A message held for long is extended by so much at a time, so that a crash hides it no longer.
EXTENSION = 15 * 60
GROUP_FULL = 10

Key = bytes


@dataclass(slots=True)
class Lease:
    handle: str
    until: float
    limit: float
    due: float
    group: str | None
    receive_count: int = 0
    ours: bool = True
    leaving: bool = False
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    count: int
    earliest: float | None
    latest: float | None


class Leases:
    def __init__(self, visibility_timeout: float) -> None:
        self._visibility_timeout = visibility_timeout
        self._lock = Lock()
        # In the order received. One that is no longer ours stays, as a message seen before.
        self._leases: dict[Key, Lease] = {}
        self._due: list[tuple[float, Key]] = []
        self._groups: Counter[str] = Counter()

    def hold(self, message: Message, asked_at: float) -> bool:
        """Whether the message is new. One seen before only gets its newest handle."""
        key = key_of(message.message_id)
        lease = self._lease(message, asked_at)
        with self._lock:
            known = self._leases.get(key)
            new = known is None or known.aside
            if known and not new and known.receive_count > lease.receive_count:
                # Its answer came last, but SQS gave out the handle that is held after this one.
                return False
            if new and lease.group is not None:
                self._groups[lease.group] += 1
            self._leases[key] = lease
            heapq.heappush(self._due, (lease.due, key))
        return new

    def set_aside(self, message: Message, asked_at: float) -> None:
        """For a message that came damaged: to be released at the end, but neither extended nor
        counted as seen, so that it may reappear and be taken then."""
        key = key_of(message.message_id)
        lease = self._lease(message, asked_at)
        with self._lock:
            known = self._leases.get(key)
            lease.aside = known is None or known.aside
            self._leases[key] = lease
            if not lease.aside:
                heapq.heappush(self._due, (lease.due, key))

    def _lease(self, message: Message, asked_at: float) -> Lease:
        until = asked_at + self._visibility_timeout
        due = asked_at + self._visibility_timeout / 2
        return Lease(
            message.receipt_handle,
            until,
            asked_at + LONGEST,
            due,
            message.group_id,
            message.receive_count or 0,
        )

    def take_due(self, now: float, most: int = MAX_ENTRIES) -> list[tuple[Key, str, int]]:
        """Key, handle and seconds for leases to be extended now; extended() or another follows."""
        taken: list[tuple[Key, str, int]] = []
        with self._lock:
            while self._due and self._due[0][0] <= now and len(taken) < most:
                due, key = heapq.heappop(self._due)
                lease = self._leases[key]
                seconds = int(min(EXTENSION, lease.limit - now))
                renewed_since = lease.due != due
                ends_by_itself = now >= lease.until or now + seconds <= lease.until
                if lease.ours and not lease.aside and not renewed_since and not ends_by_itself:
                    taken.append((key, lease.handle, seconds))
        return taken

    def extended(self, key: Key, handle: str, asked_at: float, seconds: int) -> None:
        self._reschedule(key, handle, asked_at + seconds / 2, until=asked_at + seconds)

    def postponed(self, key: Key, handle: str, due: float, until: float | None = None) -> None:
        """To be tried again: SQS could not extend it just now, or, where its answer was lost, may
        have extended it `until` then."""
        self._reschedule(key, handle, due, until)

    def gone(self, key: Key, handle: str) -> None:
        """No longer ours: released, deleted by somebody, or visible again."""
        with self._lock:
            if self._leases[key].handle == handle:
                self._leases[key].ours = False

    def _reschedule(self, key: Key, handle: str, due: float, until: float | None = None) -> None:
        with self._lock:
            lease = self._leases[key]
            if lease.handle != handle:  # received again meanwhile, with a lease of its own
                return
            lease.due = due
            lease.until = lease.until if until is None else max(until, lease.until)
            heapq.heappush(self._due, (due, key))

    def take_to_release(self, now: float) -> list[list[tuple[Key, Lease]]]:
        """All that is held, in the order received, in batches that do not part a FIFO group if
        they can help it. What was taken before is not taken again."""
        pieces: dict[Key | str, list[tuple[Key, Lease]]] = {}
        with self._lock:
            for key, lease in self._leases.items():
                if _held(lease, now) and not lease.leaving:
                    lease.leaving = True
                    pieces.setdefault(lease.group or key, []).append((key, lease))
        batches: list[list[tuple[Key, Lease]]] = []
        for piece in pieces.values():
            if not batches or len(batches[-1]) + len(piece) > MAX_ENTRIES:
                batches.append([])
            for entry in piece:
                if len(batches[-1]) == MAX_ENTRIES:
                    batches.append([])
                batches[-1].append(entry)
        return batches

    def held(self, now: float) -> Held:
        with self._lock:
            untils = [lease.until for lease in self._leases.values() if _held(lease, now)]
        return Held(len(untils), min(untils, default=None), max(untils, default=None))

    def full_groups(self) -> int:
        """Groups of which ten or more messages came: SQS may have kept back the rest."""
        return sum(number >= GROUP_FULL for number in self._groups.values())


def _held(lease: Lease, now: float) -> bool:
    return lease.ours and lease.until > now


def key_of(message_id: str) -> Key:
    """16 bytes for the UUIDs that AWS uses; other servers' ids as they are."""
    try:
        if str(key := UUID(message_id)) == message_id:
            return key.bytes
    except ValueError:
        pass
    # A longer key than a UUID's cannot be taken for one. No message id holds a NUL.
    return message_id.encode().ljust(17, b"\0")


def id_of(key: Key) -> str:
    return str(UUID(bytes=key)) if len(key) == 16 else key.rstrip(b"\0").decode()
