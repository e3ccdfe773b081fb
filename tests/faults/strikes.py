"""How each row of the matrix strikes: rules for the simulator, and a nemesis for the processes.

Probabilities are a row's; how often its faults may strike in one run is bounded, so that every run
comes to rest.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.faults.bells import Bells
from tests.faults.deeds import Play
from tests.faults.full_disk import FailingWrites, FullPostgres, FullSqlite
from tests.faults.killed_database import KilledPostgres
from tests.faults.locked_database import CutConnections, LockedPostgres, LockedSqlite, Spell
from tests.faults.nemesis import AtCheckpoints, AtRandom, Cancel, Peace
from tests.faults.queue_trouble import Meddler, Meddling
from tests.faults.shift import Nemesis
from tests.faults.traffic import Traffic

RECEIVE, RELEASE = "ReceiveMessage", "ChangeMessageVisibilityBatch"
SEND, DELETE = "SendMessageBatch", "DeleteMessageBatch"
BATCHES = (RELEASE, SEND, DELETE)
ALL = (RECEIVE, *BATCHES)


@dataclass
class Trouble:
    """One run's share of a row. `at`: the checkpoint to be struck at, if the scenario says so."""

    play: Play
    rng: random.Random
    at: str | None = None

    @property
    def sqlite(self) -> bool:
        return "DATABASE_URL" not in self.play.stage.settings

    def rule(self, kind: str, operations: tuple[str, ...] = ALL, **options: object) -> None:
        self.play.stage.simulator.faults.add(kind, operations, **options)  # type: ignore[arg-type]


def peace(trouble: Trouble) -> Nemesis:
    return Peace()


def lost_answers(trouble: Trouble) -> Nemesis:
    trouble.rule("lost_answer", probability=0.07, count=40)
    trouble.rule("reset", probability=0.03, count=20)
    return Peace()


def server_errors(trouble: Trouble) -> Nemesis:
    for kind in ("error_before", "error_after"):
        for status in (500, 503):
            trouble.rule(kind, probability=0.03, status=status, count=20)
    return Peace()


def throttling(trouble: Trouble) -> Nemesis:
    trouble.rule("throttled", probability=0.3, duration=60 / 20)
    trouble.rule("kms_throttled", probability=0.1, count=20)
    return Peace()


def slow_answers(trouble: Trouble) -> Nemesis:
    trouble.rule("latency", probability=0.2, seconds=(0, 8 / 20), count=200)
    trouble.rule("hang", probability=0.02, seconds=60 / 20, count=3)
    trouble.rule("hang", probability=0.02, seconds=60 / 20, applied=False, count=3)
    trouble.rule("dripping_answer", probability=0.05, seconds=(0.5, 3.5), count=8)
    trouble.rule("truncated_answer", probability=0.07, count=30)
    return Peace()


def failed_entries(trouble: Trouble) -> Nemesis:
    for entries in (1, 3, 9):
        trouble.rule("batch_failure", BATCHES, entries=entries, probability=0.15, count=20)
    return Peace()


def refused_entries(trouble: Trouble) -> Nemesis:
    """SQS says that the fault is ours: it is not tried again, and must be told."""
    operations = (DELETE, SEND)
    trouble.rule(
        "batch_failure", operations, entries=2, sender_fault=True, probability=0.2, count=8
    )
    return failed_entries(trouble)


def lying_queue(trouble: Trouble) -> Nemesis:
    trouble.rule("duplicate", (RECEIVE,), probability=0.05, count=60)
    trouble.rule("empty_receive", (RECEIVE,), probability=0.3, count=120)
    trouble.rule("stale_counts", (), seconds=60 / 20)
    return Peace()


def in_flight_limit(trouble: Trouble) -> Nemesis:
    """Scaled down with the messages: a quarter of them may be in flight."""
    limit = len(trouble.play.letters) // 4
    trouble.rule("in_flight_limit", (RECEIVE,), limit=limit)
    return Peace(faults=1)


def damaged_bodies(trouble: Trouble) -> Nemesis:
    trouble.rule("corrupted_body", (RECEIVE,), probability=0.06, count=40)
    return Peace()


def killed(trouble: Trouble) -> Nemesis:
    """At a checkpoint, and the next attempt at another; or some time after each began."""
    if trouble.at is None:
        times = tuple(trouble.rng.uniform(0.5, 3) for _ in range(trouble.rng.randrange(1, 5)))
        return AtRandom(delays=times)
    return AtCheckpoints(checkpoints=dict(enumerate(trouble.at.split(","), start=1)))


def frozen(trouble: Trouble) -> Nemesis:
    """A zombie: it wakes up when another has its job; or just before."""
    if trouble.at is None:
        times = tuple(trouble.rng.uniform(0.5, 3) for _ in range(trouble.rng.randrange(1, 3)))
        return AtRandom(delays=times, signal="SIGSTOP", early=trouble.rng.random() < 0.3)
    return AtCheckpoints(checkpoints={1: trouble.at}, signal="SIGSTOP")


def cancelled(trouble: Trouble) -> Nemesis:
    return Cancel(delay=trouble.rng.uniform(0.1, 5))


def told_to_end(trouble: Trouble) -> Nemesis:
    times = tuple(trouble.rng.uniform(0.5, 3) for _ in range(trouble.rng.randrange(1, 4)))
    return AtRandom(delays=times, signal="SIGTERM")


def rung_again(trouble: Trouble) -> Nemesis:
    """At once, four times; and then now and again."""
    later = sorted(trouble.rng.uniform(0, 6) for _ in range(trouble.rng.randrange(1, 5)))
    return Bells(delays=(0, 0, 0, 0, *later))


def locked_database(trouble: Trouble) -> Nemesis:
    """Longer than a write waits for it."""
    begins, spells = 0.0, []
    for _ in range(trouble.rng.randrange(1, 4)):
        begins += trouble.rng.uniform(0.4, 3)
        table = trouble.rng.choice(("queues_job", "queues_settlement", "queues_ledger"))
        alias = "default" if table == "queues_job" else "store"
        spells.append(Spell(begins, trouble.rng.uniform(0.5, 2) * 30 / 20, alias, table))
    return (LockedSqlite if trouble.sqlite else LockedPostgres)(spells=tuple(spells))


def cut_connections(trouble: Trouble) -> Nemesis:
    times = (trouble.rng.uniform(0.4, 5) for _ in range(trouble.rng.randrange(1, 4)))
    return CutConnections(delays=tuple(sorted(times)))


def killed_database(trouble: Trouble) -> Nemesis:
    spells, begins = [], 0.0
    for _ in range(trouble.rng.randrange(1, 3)):
        begins += trouble.rng.uniform(0.4, 6)
        spells.append((begins, trouble.rng.uniform(0, 3)))
    return KilledPostgres(server=trouble.play.stage.server, spells=tuple(spells))


def failing_writes(trouble: Trouble) -> Nemesis:
    """Some here and there, or all from one on."""
    first = trouble.rng.randrange(1, 40)
    few = tuple(sorted(trouble.rng.sample(range(first, first + 40), 3)))
    writes = trouble.rng.choice((few, tuple(range(first, first + 1000))))
    return FailingWrites(writes=writes, attempts=trouble.rng.choice((1, 2, 3)))


def full_disk(trouble: Trouble) -> Nemesis:
    attempts = trouble.rng.choice((1, 2, 100))
    if not trouble.sqlite:
        lasts = None if attempts == 100 else trouble.rng.uniform(1, 8)
        table = trouble.rng.choice(("queues_message", "queues_settlement"))
        return FullPostgres(table=table, rows=trouble.rng.randrange(150), lasts=lasts)
    if trouble.rng.random() < 0.5:
        return FullSqlite(pages=trouble.rng.randrange(80), attempts=attempts)
    # Not for good: no job ends while its own row cannot be written.
    size = trouble.rng.randrange(100_000, 500_000)
    return FullSqlite(file_bytes=size, attempts=min(attempts, 3))


def meddling(trouble: Trouble) -> Nemesis:
    meddler, rng = Meddler(trouble.play, trouble.rng), trouble.rng
    acts = [meddler.delete, meddler.delete_and_make_anew, meddler.change_attributes]
    if trouble.play.source:
        acts.append(meddler.attach_a_dead_letter_queue)
    return Meddling(act=rng.choice(acts), delay=rng.uniform(0, 3))


def refused_calls(trouble: Trouble) -> Nemesis:
    """Credentials expire, or a permission is withdrawn: of all calls, or of one."""
    kind = trouble.rng.choice(("expired_token", "access_denied"))
    operation = trouble.rng.choice(((), (RECEIVE,), (RELEASE,), (SEND,), (DELETE,)))
    lasts = trouble.rng.choice((None, 2.0))

    def withdraw() -> None:
        trouble.rule(kind, operation, duration=lasts)

    return Meddling(act=withdraw, delay=trouble.rng.uniform(0, 3))


def traffic(trouble: Trouble) -> Nemesis:
    return Traffic(play=trouble.play, seed=trouble.rng.getrandbits(32))


def everything(trouble: Trouble) -> Nemesis:
    for each in (lost_answers, server_errors, failed_entries):
        each(trouble)
    trouble.rule("duplicate", (RECEIVE,), probability=0.05, count=20)
    return killed(trouble)


STRIKES: Mapping[str, Callable[[Trouble], Nemesis]] = {
    "peace": peace,
    "lost-answers": lost_answers,
    "server-errors": server_errors,
    "throttling": throttling,
    "slow-answers": slow_answers,
    "failed-entries": failed_entries,
    "refused-entries": refused_entries,
    "lying-queue": lying_queue,
    "in-flight-limit": in_flight_limit,
    "damaged-bodies": damaged_bodies,
    "killed": killed,
    "frozen": frozen,
    "cancelled": cancelled,
    "told-to-end": told_to_end,
    "rung-again": rung_again,
    "locked-database": locked_database,
    "cut-connections": cut_connections,
    "killed-database": killed_database,
    "failing-writes": failing_writes,
    "full-disk": full_disk,
    "meddling": meddling,
    "refused-calls": refused_calls,
    "traffic": traffic,
    "everything": everything,
}
