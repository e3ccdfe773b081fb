"""The judge: what is where when a job has ended, against what was there and what it says.

S: the letters that SQS had acknowledged. F: those in the job's dump. Q and T: those in the source
and in the target, seen by the simulator without receiving. A: the duplicates the job owns up to.
H: what is still hidden when a visibility timeout and a margin have passed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from queues.models import Dump, Job, Settlement
from simulator.errors import SqsError
from simulator.oracle import SeenMessage
from tests.faults import pace
from tests.faults.deeds import Play
from tests.faults.letters import fingerprint, key_in, number_in
from tests.faults.outcome import DAMAGES

SHOWN = 5


@dataclass
class Damage:
    """Each must be 0. `wrong`: whatever else does not hold. `notes` say what, for people."""

    lost: int = 0
    unexpected: int = 0
    dup_after_dedupe: int = 0
    hidden: int = 0
    stuck_jobs: int = 0
    double_runs: int = 0
    wrong: int = 0
    notes: list[str] = field(default_factory=list)

    def add(self, what: str, count: int, note: str) -> None:
        if count > 0:
            setattr(self, what, getattr(self, what) + count)
            self.notes.append(f"{what} {count}: {note}")

    def merge(self, other: Damage) -> None:
        for name in DAMAGES:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.notes += other.notes

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in DAMAGES)


@dataclass(frozen=True)
class Place:
    """The letters in one place: how often each, and in what order."""

    name: str
    keys: tuple[str, ...]
    fingerprints: Mapping[str, str]
    groups: Mapping[str, str | None]

    @property
    def counts(self) -> Counter[str]:
        return Counter(self.keys)


NOWHERE = Place("nowhere", (), {}, {})


def in_queue(name: str, messages: Iterable[SeenMessage]) -> Place:
    seen = [
        (
            key_in(each.body),
            each.group,
            fingerprint(
                each.body,
                each.message_attributes,
                each.group,
                each.attributes.get("AWSTraceHeader"),
            ),
        )
        for each in messages
    ]
    return _place(f"queue {name}", seen)


def in_dump(dump: Dump) -> Place:
    seen = []
    for record in dump.records():
        values = {name: (each.type, each.value) for name, each in record.message_attributes.items()}
        trace = record.attributes.get("AWSTraceHeader")
        mark = fingerprint(record.body, values, record.group_id, trace)
        seen.append((key_in(record.body), record.group_id, mark))
    return _place("the dump", seen)


def _place(name: str, seen: list[tuple[str, str | None, str]]) -> Place:
    return Place(
        name,
        tuple(key for key, _, _ in seen),
        {key: mark for key, _, mark in seen},
        {key: group for key, group, _ in seen},
    )


@dataclass(frozen=True)
class Ending:
    """What is where, and what the job says. `elsewhere`: keys of those that others have taken."""

    play: Play
    job: Job
    dump: Place
    source: Place
    target: Place
    verdict: str
    elsewhere: frozenset[str] = frozenset()

    @classmethod
    def of(cls, play: Play) -> Ending:
        job = Job.objects.get(pk=play.job.pk)
        dump = Dump.objects.filter(pk=job.dump_id).first() if job.dump_id else None
        return cls(
            play,
            job,
            in_dump(dump) if dump else NOWHERE,
            _queue(play, play.source),
            _queue(play, play.target),
            job.verdict or (dump.verdict if dump and play.source else ""),
            frozenset(play.elsewhere) | frozenset(_queue(play, play.graveyard).keys),
        )

    @property
    def whole(self) -> bool:
        """Whether the job claims to have done all that it was asked for. Of what it deleted just
        before it was killed it may say that it does not know."""
        partial = self.verdict == Dump.Verdict.PARTIAL
        unknown = Settlement.objects.of_job(self.job.pk).filter(state=Settlement.State.UNKNOWN)
        failed = self.job.failed - unknown.count()
        return self.job.state == Job.State.DONE and not partial and not failed


def _queue(play: Play, name: str) -> Place:
    try:
        return in_queue(name, play.stage.simulator.messages(name)) if name else NOWHERE
    except SqsError:
        return NOWHERE  # others have deleted it


def judge(ending: Ending, *, must_do_all: bool) -> Damage:
    damage = Damage()
    for check in (_lost, _unexpected, _altered, _duplicated, _disordered, _counted):
        check(ending, damage)
    if ending.whole and (must_do_all or ending.verdict != Dump.Verdict.BEST_EFFORT):
        told = 0 if must_do_all else _sent_and_still_here(ending)
        _claimed(ending, damage, told)
    return damage


def some(keys: Iterable[str]) -> str:
    found = sorted(keys, key=number_in)
    return ", ".join(found[:SHOWN]) + (" …" if len(found) > SHOWN else "")


def _lost(ending: Ending, damage: Damage) -> None:
    play, everything = ending.play, {letter.key for letter in ending.play.letters}
    safe = set(ending.source.keys) | set(ending.target.keys) | ending.elsewhere
    if play.stored_is_safe:
        safe |= set(ending.dump.keys)
    if play.source or ending.whole:
        gone = everything - safe
        damage.add("lost", len(gone), f"of {len(everything)} letters: {some(gone)}")
    safe_here = set(ending.source.keys) | ending.elsewhere
    if play.removes:
        taken = everything - play.chosen - play.optional - safe_here
        damage.add("lost", len(taken), f"taken though not chosen: {some(taken)}")


def _unexpected(ending: Ending, damage: Damage) -> None:
    known = {letter.key for letter in ending.play.letters} | ending.elsewhere
    for place in (ending.dump, ending.source, ending.target):
        strange = set(place.keys) - known
        damage.add("unexpected", len(strange), f"in {place.name}: {sorted(strange)[:SHOWN]}")
    sent = set(ending.target.keys) - ending.play.chosen - ending.play.optional
    damage.add("unexpected", len(sent), f"sent though not chosen: {some(sent)}")


def _altered(ending: Ending, damage: Damage) -> None:
    written = {letter.key: letter.fingerprint for letter in ending.play.letters}
    for place in (ending.dump, ending.source, ending.target):
        changed = [k for k, mark in place.fingerprints.items() if written.get(k, mark) != mark]
        damage.add("wrong", len(changed), f"not as they were, in {place.name}: {some(changed)}")


def _duplicated(ending: Ending, damage: Damage) -> None:
    for place in (ending.dump, ending.source):
        twice = [key for key, count in place.counts.items() if count > 1]
        damage.add("dup_after_dedupe", len(twice), f"in {place.name}: {some(twice)}")
    copies = {key: count - 1 for key, count in ending.target.counts.items() if count > 1}
    owned = ending.job.possible_duplicates
    surplus = sum(copies.values()) - owned
    damage.add("dup_after_dedupe", surplus, f"the job owns up to {owned}, but: {some(copies)}")
    both = set(ending.source.keys) & set(ending.target.keys)
    told = owned + ending.job.failed + _sent_and_still_here(ending)
    damage.add("dup_after_dedupe", len(both) - told, f"{told} told, in both queues: {some(both)}")


def _sent_and_still_here(ending: Ending) -> int:
    """Of how many the job says that they stand in both queues."""
    settlements = Settlement.objects.of_job(ending.job.pk)
    return settlements.filter(state=Settlement.State.SENT).count()


def _disordered(ending: Ending, damage: Damage) -> None:
    if not ending.play.target.endswith(".fifo"):
        return
    latest: dict[str | None, int] = {}
    behind = []
    for key in dict.fromkeys(ending.target.keys):
        if key not in ending.play.chosen:
            continue
        group, number = ending.target.groups[key], number_in(key)
        if number < latest.get(group, -1):
            behind.append(key)
        latest[group] = max(number, latest.get(group, -1))
    damage.add("wrong", len(behind), f"out of order in their groups: {some(behind)}")


def _claimed(ending: Ending, damage: Damage, told: int) -> None:
    """`told`: how many it says are still in the source, where it need not do all."""
    play, chosen = ending.play, ending.play.chosen - ending.elsewhere
    says = f"the job says {ending.job.state}, {ending.verdict or 'no verdict'}"
    if play.removes:
        left = chosen & set(ending.source.keys)
        damage.add("wrong", len(left) - told, f"{says}, and in the source are still: {some(left)}")
    if play.target:
        missing = chosen - set(ending.target.keys)
        damage.add("wrong", len(missing), f"{says}, and the target lacks: {some(missing)}")
    if ending.job.kind == Job.Kind.DUMP:
        missing = chosen - set(ending.dump.keys)
        damage.add("wrong", len(missing), f"{says}, and the dump lacks: {some(missing)}")


def _counted(ending: Ending, damage: Damage) -> None:
    job, play = ending.job, ending.play
    if not job.sentence:
        damage.add("wrong", 1, f"it ended {job.state} without a sentence")
    if play.source and job.stored != len(ending.dump.keys):
        damage.add("wrong", 1, f"it says {job.stored} stored, and {len(ending.dump.keys)} are")
    if play.removes:
        # One that was sent, and could not be deleted, is in both queues.
        done = (play.chosen | play.optional) - set(ending.source.keys) | set(ending.target.keys)
        over = job.settled - len(done)
        damage.add("wrong", over, f"it says {job.settled} settled, and {len(done)} are")
    elif play.target:
        there = len(set(ending.target.keys) | ending.elsewhere)
        over = job.settled - there
        damage.add("wrong", over, f"it says {job.settled} settled, and {there} are in the target")


def still_hidden(ending: Ending) -> Iterator[tuple[str, int]]:
    """Time passes; then each queue's name, and how many of its messages nobody can see.

    Those a job says it could not release may stay until when it says, and no longer.
    """
    play = ending.play
    clock, job = play.stage.simulator.clock, ending.job
    wait = pace.VISIBILITY + pace.MARGIN
    if job.held and job.held_until is not None:
        wait = max(wait, (job.held_until - datetime.now(UTC)).total_seconds() + pace.MARGIN)
    clock.advance(max(0.0, min(wait, pace.EXTENSION + pace.MARGIN)))
    for name in filter(None, (play.source, play.target)):
        try:
            states = Counter(each.state for each in play.stage.simulator.messages(name))
        except SqsError:
            continue
        yield name, states["in_flight"]
