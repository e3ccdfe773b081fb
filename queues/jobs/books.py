"""The books of a sweep: every message it brings is stored, and what becomes of it written down.

All of one call's news is one transaction, which begins by asking whether the job is still this
worker's: SQS is told to send or delete nothing before that is committed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, TypeAlias

from django.db import transaction
from django.utils import timezone

from queues.jobs.plan import Act, Judged, Plan
from queues.jobs.recalling import in_order, keeps_order, left_by, stopped_groups, stored, unfinished
from queues.jobs.rows import COUNTS, Clock, Rows
from queues.jobs.standing import Standing, State
from queues.models import Dump, Job, Ledger, Settlement, bulk
from queues.models.ordinals import runs
from queues.models.routing import store_database
from queues.sqs.guard import Fenced
from queues.sqs.sweep import Failure, Known, News, Orders

Judgement: TypeAlias = Settlement.Judgement

PERHAPS_SENT = "It is not known whether it was sent: the answer was lost."
TWICE = "It was sent again, because an answer was lost: it may stand there twice."
SLIPPED = "It was visible again before it could be sent, and did not come again."
STILL_HERE = "It was sent, but could not be deleted here: it stands in both queues."
PERHAPS_HERE = "It was sent; whether it was deleted here is not known: it may stand in both queues."

# What an earlier attempt had not ended with.
AWAITED = (State.STORED, State.SENDING, State.SENT, State.RELEASED)
# (ledger, number) find a row; the state it is in says whether it may change.
ROW = ("ledger", "number")


def open_ledger(job: Job, dump: Dump) -> Ledger:
    """The job's ledger, from now on written by this epoch alone."""
    Ledger.objects.get_or_create(job_id=job.pk, defaults={"dump": dump})
    raised = Ledger.objects.filter(job_id=job.pk, epoch__lt=job.epoch).update(epoch=job.epoch)
    if not raised:
        raise Fenced("Another worker has this job.")
    # A worker that was frozen amid a commit may have ended it while this one waited for its lock.
    dump.refresh_from_db()
    return Ledger.objects.get(job_id=job.pk)


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
    """Used by one thread. `doubled`: numbers of those that may stand at the target more than once;
    `possible_duplicates`: how many copies too many those may be."""

    def __init__(self, dump: Dump, ledger: Ledger, plan: Plan) -> None:
        self.dump, self.ledger, self.plan = dump, ledger, plan
        self._standing = Standing()
        self.judged: Counter[Judgement] = Counter()
        self.possible_duplicates = ledger.possible_duplicates
        twice = ledger.settlements.filter(error=TWICE)
        self.doubled = set(twice.values_list("number", flat=True))
        # Visible again by themselves since an earlier attempt: others may have taken them.
        self._lapsed: set[int] = set()
        # Acted on, not done with, and not held any more: there to be received again.
        self._awaited: set[int] = set()
        # Sent, and SQS refused to delete them here: nothing more can be done with them.
        self._refused: set[int] = set()
        self._resumed = False

    # --- what an earlier attempt left

    def known(self) -> list[Known]:
        """Every message of earlier attempts, in the order of their numbers."""
        left = left_by(self.ledger, self.plan.job)
        if keeps_order(self.plan.job, self.plan.act):
            left = in_order(self.dump, left)
        self._resumed = bool(left)
        for each in left:
            self._standing.enter(each.number, each.state, each.ordinal is not None)
            self.judged[each.judgement] += 1
            if each.known.until:
                continue
            if each.state == State.STORED:
                self._lapsed.add(each.number)
            if each.ordinal is not None and each.state in AWAITED:
                self._awaited.add(each.number)
        return [each.known for each in left]

    def unfinished(self) -> Orders:
        """What earlier attempts began and did not end. Call when known() has been read."""
        if self.plan.act is Act.RELEASE:
            return Orders()
        sending, send, delete = unfinished(self._standing, self.plan.act, self._lapsed)
        if sending:
            self._twice(sending)
            with transaction.atomic(using=store_database()):
                may_write(self.ledger, possible_duplicates=self.possible_duplicates)
                self._change(State.STORED, sending, State.SENDING)
                note(self.ledger, sending, TWICE)
        in_order = keeps_order(self.plan.job, self.plan.act)
        return Orders(
            send=self._outgoing(sorted([*send, *sending])),
            delete=delete,
            stopped=stopped_groups(self.dump, self.ledger) if in_order else (),
        )

    def _outgoing(self, numbers: Sequence[int]) -> list[tuple[int, Any]]:
        records = ((number, stored(self.dump, self.ledger, number)) for number in numbers)
        return [(number, self.plan.outgoing(record)) for number, record in records]

    def _twice(self, numbers: Sequence[int]) -> None:
        self.possible_duplicates += len(numbers)
        self.doubled.update(numbers)

    # --- what the sweep tells

    def write(self, news: News) -> Orders:
        """Commits it. Raises Fenced where the job is another worker's by now."""
        judged = self.plan.judge_all(news.arrivals) if news.arrivals else []
        standing, counted = self._standing.copy(), self.judged.copy()
        sizes = [getattr(self.dump, name) for name in COUNTS]
        try:
            with transaction.atomic(using=store_database()):
                may_write(self.ledger, **self._duplicates(news))
                self._arrived(news, judged)
                note(self.ledger, news.resent, TWICE)
                self._settled(news)
        except BaseException:
            # Nothing of it was written down, so nothing of it is told.
            self._standing, self.judged = standing, counted
            for name, size in zip(COUNTS, sizes, strict=True):
                setattr(self.dump, name, size)
            raise
        self._lapsed.difference_update(arrival.number for arrival in news.arrivals)
        self._twice(news.resent)
        return self._orders(news)

    def _duplicates(self, news: News) -> dict[str, int]:
        more = len(news.resent)
        return {"possible_duplicates": self.possible_duplicates + more} if more else {}

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
            self._standing.enter(arrival.number, State.STORED if matched else State.HELD, matched)
            self.judged[verdict[0]] += 1
        rows.insert()
        if back := [arrival.number for arrival in news.arrivals if not arrival.new]:
            self._awaited.difference_update(back)
            # Put back by an earlier attempt, and here once more.
            matched_ones = [n for n in back if self._standing.matched(n)]
            self._change(State.STORED, matched_ones, State.RELEASED)
            others = [n for n in back if not self._standing.matched(n)]
            self._change(State.HELD, others, State.RELEASED)

    def _settled(self, news: News) -> None:
        self._change(State.SENDING, news.sending, State.STORED)
        if news.sent:
            rows = [(State.SENT.value, target, self.ledger.pk, n) for n, target in news.sent]
            bulk.update(Settlement, ("state", "target_id"), ROW, rows)
            self._standing.mark(State.SENT, [number for number, _ in news.sent])
        if news.deleted:
            # A FAILED or UNKNOWN one may have been received again, and deleted then.
            self._set(State.DELETED, news.deleted)
        self._change(State.RELEASED, news.released, State.STORED, State.HELD)
        if over := self._standing.those(news.released, State.FAILED, State.UNKNOWN, State.SENT):
            visible = [(None, self.ledger.pk, number) for number in over]
            bulk.update(Settlement, ("hidden_until",), ROW, visible)
        if news.extended:
            clock = Clock(timezone.now())
            held = [(clock.time(until), self.ledger.pk, n) for n, until in news.extended]
            bulk.update(Settlement, ("hidden_until",), ROW, held)
        for failure in news.failed:
            self._failed(failure)

    def _failed(self, failure: Failure) -> None:
        deleting = failure.act == "delete"
        state = State.UNKNOWN if failure.unknown and deleting else State.FAILED
        said = failure.sentence
        if deleting and self._standing.those([failure.number], State.SENT):
            state, said = State.SENT, PERHAPS_HERE if failure.unknown else STILL_HERE
            self._refused.update(() if failure.unknown else [failure.number])
        row = (state.value, said, self.ledger.pk, failure.number)
        bulk.update(Settlement, ("state", "error"), ROW, [row])
        self._standing.mark(state, [failure.number])

    def close(self) -> None:
        """The job is over: what it left half done will not be gone on with."""
        rows = self.ledger.settlements
        with transaction.atomic(using=store_database()):
            self._fail_what_slipped()
            sending = [n for n, state, _ in self._standing if state is State.SENDING]
            self._twice(sending)
            may_write(self.ledger, possible_duplicates=self.possible_duplicates)
            sent = rows.filter(state=State.SENT).exclude(error=STILL_HERE)
            sent.update(error=PERHAPS_HERE)
            rows.filter(state=State.SENDING).update(state=State.FAILED, error=PERHAPS_SENT)
            kept = rows.filter(
                state__in=(State.STORED, State.HELD), hidden_until__lt=timezone.now()
            )
            self.counts[State.RELEASED] += kept.update(state=State.RELEASED)
            self._standing.mark(State.FAILED, sending)

    def _fail_what_slipped(self) -> None:
        if self.plan.act is Act.SEND:
            slipped = self._standing.those(sorted(self._lapsed), State.STORED)
            rows = [(State.FAILED.value, SLIPPED, self.ledger.pk, number) for number in slipped]
            if rows:
                bulk.update(Settlement, ("state", "error"), ROW, rows)
            self._standing.mark(State.FAILED, slipped)

    def _orders(self, news: News) -> Orders:
        """For what came: act on it, unless that is done, under way, or not to be done."""
        delete = [n for n, _ in news.sent]
        send = []
        for arrival in news.arrivals:
            number = arrival.number
            if self.plan.act is Act.RELEASE or not self._standing.matched(number):
                continue
            match self._standing.state(number):
                case State.STORED if self.plan.act is Act.SEND:
                    send.append((number, self.plan.outgoing(arrival.message)))
                case State.STORED | State.SENT | State.DELETED | State.UNKNOWN:
                    delete.append(number)
        return Orders(send, delete, enough=self.all_found)

    # --- states

    @property
    def all_found(self) -> bool:
        chosen = self.plan.chosen
        if chosen is None or self.found < len(chosen) or self._awaited:
            return False
        # What an earlier attempt held may lapse before it is deleted, and has to come again then.
        return not (self._resumed and self._under_way > len(self._refused))

    @property
    def _under_way(self) -> int:
        return sum(self.counts[state] for state in (State.STORED, State.SENDING, State.SENT))

    def __len__(self) -> int:
        """Messages that came, and were written down."""
        return len(self._standing)

    @property
    def counts(self) -> Counter[State]:
        """Messages by state, matched ones and others apart."""
        return self._standing.counts

    @property
    def found(self) -> int:
        return self._standing.found

    def surely_in_both(self) -> int:
        """Of those that were sent, how many SQS refused to delete here."""
        return self.ledger.settlements.filter(state=State.SENT, error=STILL_HERE).count()

    def _change(self, state: State, numbers: Sequence[int], *before: State) -> None:
        """Only those that are in one of the states before; others are past that."""
        self._set(state, self._standing.those(numbers, *before))

    def _set(self, state: State, numbers: Sequence[int]) -> None:
        if not numbers:
            return
        known = self._standing.known(numbers)
        ranges = [(state.value, self.ledger.pk, first, last) for first, last in runs(known)]
        bulk.update_ranges(Settlement, "state", ("ledger", "number"), ranges)
        self._standing.mark(state, known)
