"""The books of a restore: which messages of a dump were sent, under which new ids."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Collection
from typing import TypeAlias

from django.db import transaction

from queues.jobs.books import PERHAPS_SENT, TWICE, may_write, note
from queues.jobs.rows import by_key
from queues.jobs.standing import CODES, STATES
from queues.models import Job, Ledger, Message, Settlement, bulk
from queues.models.routing import store_database
from queues.sqs.sweep import News

State: TypeAlias = Settlement.State
FIELDS = ("ledger", "number", "ordinal", "message_id", "state", "judgement", "handle")
REST = ("target_id", "error")


class SendingBooks:
    """A settlement's number is the message's ordinal here. Used by one thread.

    `doubled`: numbers of those that may stand there more than once; `possible_duplicates`: how many
    copies too many those may be. `perhaps`: ordinals of which an earlier job does not know whether
    it sent them.
    """

    def __init__(self, job: Job, ledger: Ledger, perhaps: Collection[int] = ()) -> None:
        self._job, self._ledger, self._perhaps = job, ledger, perhaps
        self._states = array("B")
        self._ids: dict[int, str] = {}
        self.counts: Counter[State] = Counter()
        self.possible_duplicates = ledger.possible_duplicates
        twice = ledger.settlements.filter(error=TWICE)
        self.doubled = set(twice.values_list("number", flat=True))
        for number, state in by_key(ledger.settlements.values_list("number", "state")):
            self._mark(State(state), number)

    @property
    def sent(self) -> int:
        return self.counts[State.SENT]

    @property
    def failed(self) -> int:
        return self.counts[State.FAILED]

    @property
    def unknown(self) -> int:
        return self.counts[State.UNKNOWN]

    def is_done(self, ordinal: int) -> bool:
        return self._state(ordinal) in (State.SENT, State.FAILED)

    def note(self, message: Message) -> None:
        """It is about to be sent."""
        self._ids[message.ordinal] = message.message_id or ""

    def refuse(self, message: Message, error: str) -> None:
        """SQS would not take it; it is not even tried."""
        self.note(message)
        with transaction.atomic(using=store_database()):
            may_write(self._ledger)
            self._insert([message.ordinal], State.FAILED, error)

    def has_failed(self, ordinal: int) -> bool:
        return self._state(ordinal) is State.FAILED

    def write(self, news: News) -> None:
        again = [n for n in news.sending if self._state(n) is State.SENDING or n in self._perhaps]
        self.possible_duplicates += len(news.resent) + len(again)
        self.doubled.update(again, news.resent)
        with transaction.atomic(using=store_database()):
            may_write(self._ledger, possible_duplicates=self.possible_duplicates)
            self._insert([n for n in news.sending if self._state(n) is None], State.SENDING)
            note(self._ledger, [*again, *news.resent], TWICE)
            if news.sent:
                rows = [(State.SENT.value, new, self._ledger.pk, n) for n, new in news.sent]
                bulk.update(Settlement, ("state", "target_id"), ("ledger", "number"), rows)
            for failure in news.failed:
                # One whose group was stopped before it was begun has no row yet.
                if self._state(failure.number) is None:
                    self._insert([failure.number], State.FAILED, failure.sentence)
                    continue
                row = (State.FAILED.value, failure.sentence, self._ledger.pk, failure.number)
                bulk.update(Settlement, ("state", "error"), ("ledger", "number"), [row])
                self._mark(State.FAILED, failure.number)
        for number, _ in news.sent:
            self._mark(State.SENT, number)

    def close(self) -> None:
        """The job is over: what it began to send and heard nothing of stays unknown."""
        sending = [n for n in range(len(self._states)) if self._state(n) is State.SENDING]
        rows = [(State.UNKNOWN.value, PERHAPS_SENT, self._ledger.pk, n) for n in sending]
        with transaction.atomic(using=store_database()):
            may_write(self._ledger)
            if rows:
                bulk.update(Settlement, ("state", "error"), ("ledger", "number"), rows)
        for number in sending:
            self._mark(State.UNKNOWN, number)

    def _insert(self, numbers: list[int], state: State, error: str = "") -> None:
        rows = [
            (self._ledger.pk, n, n, self._ids.pop(n, ""), state.value, "", "", "", error)
            for n in numbers
        ]
        if rows:
            bulk.insert(Settlement, (*FIELDS, *REST), rows)
        for number in numbers:
            self._mark(state, number)

    def _state(self, number: int) -> State | None:
        return STATES.get(self._states[number]) if number < len(self._states) else None

    def _mark(self, state: State, number: int) -> None:
        while len(self._states) <= number:
            self._states.append(0)
        if before := self._state(number):
            self.counts[before] -= 1
        self.counts[state] += 1
        self._states[number] = CODES[state]
