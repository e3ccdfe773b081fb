"""The books of a sweep: every message it brings is stored, and what becomes of it written down.

All of one call's news is one transaction, which begins by asking whether the job is still this
worker's: SQS is told to send or delete nothing before that is committed.
"""

from __future__ import annotations

import time
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from queues.jobs.plan import Act, Judged, Plan
from queues.jobs.rows import Clock, Rows, by_key, runs
from queues.models import Dump, Job, Ledger, Message, Settlement, bulk
from queues.models.routing import store_database
from queues.sqs.guard import Fenced
from queues.sqs.sweep import Known, News, Orders
from queues.sqs.sweep.leases import LONGEST
from queues.sqs.sweep.settler import MARGIN

State: TypeAlias = Settlement.State
Judgement: TypeAlias = Settlement.Judgement

CODES = {state: code for code, state in enumerate(State, start=1)}
STATES = {code: state for state, code in CODES.items()}
UNKNOWN_NUMBER, MATCHED = 0, 0x80
PERHAPS_SENT = "It is not known whether it was sent: the answer was lost."
TWICE = "It was sent again, because an answer was lost: it may stand there twice."
SLIPPED = "It was visible again before it could be sent, and did not come again."
STILL_HERE = "It was sent, but could not be deleted here: it stands in both queues."

# (ledger, number) find a row; the state it is in says whether it may change.
ROW = ("ledger", "number")


def open_ledger(job: Job, dump: Dump) -> Ledger:
    """The job's ledger, from now on written by this epoch alone."""
    Ledger.objects.get_or_create(job_id=job.pk, defaults={"dump": dump})
    raised = Ledger.objects.filter(job_id=job.pk, epoch__lt=job.epoch).update(epoch=job.epoch)
    if not raised:
        raise Fenced("Another worker has this job.")
    return Ledger.objects.get(job_id=job.pk)


def longest_extension(job: Job) -> float:
    """Seconds for which a worker of this job hides messages at a time."""
    default = settings.SQSDASH["SQSDASH_SWEEP_EXTENSION_SECONDS"]
    return float(job.options.get("extension", default))


def may_write(ledger: Ledger, **changes: Any) -> None:
    """The first statement of each transaction; it also locks the ledger."""
    row = (ledger.epoch, *changes.values(), ledger.pk, ledger.epoch)
    if not bulk.update(Ledger, ("epoch", *changes), ("id", "epoch"), [row]):
        raise Fenced("Another worker has this job.")


def note(ledger: Ledger, numbers: Sequence[int], error: str) -> None:
    if numbers:
        rows = [(error, ledger.pk, number) for number in numbers]
        bulk.update(Settlement, ("error",), ROW, rows)


class Books:
    """Used by one thread. `counts`: messages by state, matched ones and others apart."""

    def __init__(self, dump: Dump, ledger: Ledger, plan: Plan) -> None:
        self.dump, self.ledger, self.plan = dump, ledger, plan
        # By number: the code of its state, and whether it is acted on.
        self._states = array("B")
        self.counts: Counter[State] = Counter()
        self.judged: Counter[Judgement] = Counter()
        self.possible_duplicates = ledger.possible_duplicates
        self.found = 0
        # Visible again by themselves since an earlier attempt: others may have taken them.
        self._lapsed: set[int] = set()

    # --- what an earlier attempt left

    def known(self) -> Iterator[Known]:
        """Every message of earlier attempts, in the order of their numbers."""
        now, wall = time.monotonic(), timezone.now()
        extension = longest_extension(self.plan.job)
        fields = ("message_id", "ordinal", "state", "judgement", "handle", "hidden_until")
        rows = by_key(self.ledger.settlements.values_list("number", *fields))
        for number, message_id, ordinal, state, judgement, handle, until in rows:
            self._enter(number, State(state), ordinal is not None)
            self.judged[Judgement(judgement)] += 1
            may_be_held = state in Settlement.HOLDING and until is not None
            seconds = (until - wall).total_seconds() if may_be_held else 0.0
            held = seconds > MARGIN
            # It may have been extended just before it lapsed, and nobody lived to write that down.
            perhaps = seconds + extension if may_be_held else 0.0
            if state == State.STORED and not held:
                self._lapsed.add(number)
            # When it was received is not written down: it is taken to have been long ago.
            yield Known(
                number,
                message_id,
                handle,
                until=now + seconds if held else 0.0,
                limit=now + LONGEST / 2,
                perhaps=now + perhaps if perhaps > 0 else 0.0,
            )

    def unfinished(self) -> Orders:
        """What earlier attempts began and did not end. Call when known() has been read."""
        if self.plan.act is Act.RELEASE:
            return Orders()
        delete, send, sending = [], [], []
        for number, code in enumerate(self._states):
            state, matched = STATES.get(code & ~MATCHED), code & MATCHED
            if (
                self.plan.act is Act.DELETE and matched and state is State.STORED
            ) or state is State.SENT:
                delete.append(number)
            elif state is State.SENDING:
                sending.append(number)
            elif self.plan.act is Act.SEND and state is State.STORED:
                # One that has lapsed is sent when it comes again.
                send += [number] if number not in self._lapsed else []
        if sending:
            self.possible_duplicates += len(sending)
            with transaction.atomic(using=store_database()):
                may_write(self.ledger, possible_duplicates=self.possible_duplicates)
                self._change(State.STORED, sending, State.SENDING)
                note(self.ledger, sending, TWICE)
        again = sorted([*send, *sending])
        return Orders(send=[(n, self._stored(n)) for n in again], delete=delete)

    def _stored(self, number: int) -> Any:
        ordinals = self.ledger.settlements.filter(number=number).values("ordinal")
        ordinal = ordinals.get()["ordinal"] or 0
        message = Message.objects.get(dump=self.dump, ordinal=ordinal)
        return self.plan.outgoing(message.record)

    # --- what the sweep tells

    def write(self, news: News) -> Orders:
        """Commits it. Raises Fenced where the job is another worker's by now."""
        judged = self.plan.judge_all(news.arrivals) if news.arrivals else []
        with transaction.atomic(using=store_database()):
            may_write(self.ledger, **self._duplicates(news))
            self._arrived(news, judged)
            note(self.ledger, news.resent, TWICE)
            self._settled(news)
        return self._orders(news)

    def _duplicates(self, news: News) -> dict[str, int]:
        self.possible_duplicates += len(news.resent)
        return {"possible_duplicates": self.possible_duplicates} if news.resent else {}

    def _arrived(self, news: News, judged: list[Judged]) -> None:
        if not news.arrivals:
            return
        rows = Rows(self.dump, self.ledger, timezone.now())
        for arrival, verdict in zip(news.arrivals, judged, strict=True):
            if not arrival.new:
                rows.again(arrival)
                continue
            matched = verdict[0] is Judgement.MATCHES
            rows.settlement(arrival, rows.message(arrival.message) if matched else None, verdict)
            self._enter(arrival.number, State.STORED if matched else State.HELD, matched)
            self.judged[verdict[0]] += 1
        rows.insert()
        self._lapsed.difference_update(arrival.number for arrival in news.arrivals)
        if back := [arrival.number for arrival in news.arrivals if not arrival.new]:
            # Put back by an earlier attempt, and here once more.
            matched_ones = [n for n in back if self._states[n] & MATCHED]
            self._change(State.STORED, matched_ones, State.RELEASED)
            others = [n for n in back if not self._states[n] & MATCHED]
            self._change(State.HELD, others, State.RELEASED)

    def _settled(self, news: News) -> None:
        self._change(State.SENDING, news.sending, State.STORED)
        if news.sent:
            rows = [(State.SENT.value, target, self.ledger.pk, n) for n, target in news.sent]
            bulk.update(Settlement, ("state", "target_id"), ROW, rows)
            self._mark(State.SENT, [number for number, _ in news.sent])
        if news.deleted:
            # A FAILED or UNKNOWN one may have been received again, and deleted then.
            self._set(State.DELETED, news.deleted)
        self._change(State.RELEASED, news.released, State.STORED, State.HELD)
        if over := self._those(news.released, State.FAILED, State.UNKNOWN, State.SENT):
            visible = [(None, self.ledger.pk, number) for number in over]
            bulk.update(Settlement, ("hidden_until",), ROW, visible)
        if news.extended:
            clock = Clock(timezone.now())
            held = [(clock.time(until), self.ledger.pk, n) for n, until in news.extended]
            bulk.update(Settlement, ("hidden_until",), ROW, held)
        for failure in news.failed:
            state = State.UNKNOWN if failure.unknown and failure.act == "delete" else State.FAILED
            here = failure.act == "delete" and self._is(failure.number, State.SENT)
            said = STILL_HERE if here else failure.sentence
            row = ((State.SENT if here else state).value, said, self.ledger.pk, failure.number)
            bulk.update(Settlement, ("state", "error"), ROW, [row])
            if not here:
                self._mark(state, [failure.number])

    def close(self) -> None:
        """The job is over: what it left half done will not be gone on with."""
        rows = self.ledger.settlements
        with transaction.atomic(using=store_database()):
            self._fail_what_slipped()
            sending = self.counts[State.SENDING]
            self.possible_duplicates += sending
            may_write(self.ledger, possible_duplicates=self.possible_duplicates)
            rows.filter(state=State.SENT).update(error=STILL_HERE)
            rows.filter(state=State.SENDING).update(state=State.FAILED, error=PERHAPS_SENT)
            kept = rows.filter(
                state__in=(State.STORED, State.HELD), hidden_until__lt=timezone.now()
            )
            reappeared = kept.update(state=State.RELEASED)
            self.counts[State.RELEASED] += reappeared
            self.counts[State.FAILED] += sending
            self.counts[State.SENDING] = 0

    def _fail_what_slipped(self) -> None:
        if self.plan.act is Act.SEND:
            slipped = self._those(sorted(self._lapsed), State.STORED)
            rows = [(State.FAILED.value, SLIPPED, self.ledger.pk, number) for number in slipped]
            if rows:
                bulk.update(Settlement, ("state", "error"), ROW, rows)
            self._mark(State.FAILED, slipped)

    def _orders(self, news: News) -> Orders:
        """For what came: act on it, unless that is done, under way, or not to be done."""
        delete = [n for n, _ in news.sent]
        send = []
        for arrival in news.arrivals:
            number = arrival.number
            if self.plan.act is Act.RELEASE or not self._states[number] & MATCHED:
                continue
            match STATES[self._states[number] & ~MATCHED]:
                case State.STORED if self.plan.act is Act.SEND:
                    send.append((number, self.plan.outgoing(arrival.message)))
                case State.STORED | State.SENT | State.DELETED | State.UNKNOWN:
                    delete.append(number)
        return Orders(send, delete, enough=self.all_found)

    @property
    def all_found(self) -> bool:
        chosen = self.plan.chosen
        return chosen is not None and self.found >= len(chosen)

    # --- states

    def __len__(self) -> int:
        """Messages that came, and were written down."""
        return sum(self.counts.values())

    @property
    def failed(self) -> int:
        return self.counts[State.FAILED] + self.counts[State.UNKNOWN]

    def _enter(self, number: int, state: State, matched: bool) -> None:
        while len(self._states) <= number:
            self._states.append(UNKNOWN_NUMBER)
        self._states[number] = CODES[state] | (MATCHED if matched else 0)
        self.counts[state] += 1
        self.found += matched

    def _is(self, number: int, *states: State) -> bool:
        return bool(self._those([number], *states))

    def _those(self, numbers: Sequence[int], *states: State) -> list[int]:
        """Those of the numbers that are in one of the states."""
        codes, known = {CODES[state] for state in states}, len(self._states)
        return [n for n in numbers if n < known and self._states[n] & ~MATCHED in codes]

    def _change(self, state: State, numbers: Sequence[int], *before: State) -> None:
        """Only those that are in one of the states before; others are past that."""
        self._set(state, self._those(numbers, *before))

    def _set(self, state: State, numbers: Sequence[int]) -> None:
        if not numbers:
            return
        known = [number for number in numbers if number < len(self._states)]
        ranges = [(state.value, self.ledger.pk, first, last) for first, last in runs(known)]
        bulk.update_ranges(Settlement, "state", ("ledger", "number"), ranges)
        self._mark(state, known)

    def _mark(self, state: State, numbers: Sequence[int]) -> None:
        code, before = CODES[state], Counter[int]()
        for number in numbers:
            was = self._states[number]
            before[was & ~MATCHED] += 1
            self._states[number] = code | was & MATCHED
        for was, many in before.items():
            if was != UNKNOWN_NUMBER:
                self.counts[STATES[was]] -= many
        self.counts[state] += len(numbers)
