"""Looks at stored messages for a query: which of them match, when those were sent, and what they
have at a path. The cheap terms come first; expressions judge only what those leave."""

from __future__ import annotations

import os
from array import array
from collections import Counter
from collections.abc import Callable, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from queue import SimpleQueue
from types import TracebackType

from queues.search.document import document_of
from queues.search.frames import Question
from queues.search.grouping import key_of
from queues.search.judge import Judge
from queues.search.judgement import DOES_NOT, MATCHES, Judgement, Outcome
from queues.search.paths import Path
from queues.search.query import Query
from queues.search.rows import SENT, Row
from queues.search.sieve import Sieve
from queues.search.slices import Slice
from queues.search.terms import checked, checks_of
from queues.search.warm import warm

# Judging takes the processor's time: two processes, where there is a core for each.
JUDGES = min(2, os.cpu_count() or 1)


@dataclass
class Looked:
    """`count`: how many were looked at. `found`: ordinals. `sent`: of those found, in milliseconds;
    messages that do not say are left out. `keys`: see grouping.key_of."""

    count: int = 0
    found: array[int] = field(default_factory=lambda: array("Q"))
    unjudged: Counter[str] = field(default_factory=Counter)
    sent: list[int] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    def add(self, other: Looked) -> None:
        self.count += other.count
        self.found += other.found
        self.unjudged += other.unjudged
        self.sent += other.sent
        self.keys += other.keys

    def merge(self, other: Looked) -> None:
        """The same, of messages that stand between these."""
        self.add(other)
        self.found = array("Q", sorted(self.found))


class Looker:
    """A context manager, used by one thread. `chain`: how bodies are decoded."""

    def __init__(
        self, query: Query, chain: Sequence[str] | None = None, group_by: Path | None = None
    ) -> None:
        self.query, self._chain, self._group_by = query, chain, group_by
        self._checks = checks_of(query, chain)
        self._sieve = Sieve(query.texts, chain)
        self._judges: list[Judge] = []
        self._free: SimpleQueue[Judge] = SimpleQueue()
        self._ending = ExitStack()

    def __enter__(self) -> Looker:
        if self.query.where:
            lent = warm.judges(JUDGES, self.query.expression, self._chain, self._group_by)
            self._judges = self._ending.enter_context(lent)
        self._threads = self._ending.enter_context(ThreadPoolExecutor(JUDGES, "search-judge"))
        for judge in self._judges:
            # If it cannot start, whoever asks it hears so.
            self._threads.submit(judge.start)
            self._free.put(judge)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._ending.__exit__(kind, error, traceback)

    @property
    def sifts(self) -> bool:
        """Whether slices tell it more than rows, more quickly."""
        return bool(self.query.texts) and not self.query.ignore_case

    @property
    def sees_all(self) -> bool:
        """Whether it need not look at bodies at all."""
        return not self.query and self._group_by is None

    def sift(self, part: Slice, named: Set[int]) -> tuple[Looked, list[int]]:
        """What is sure, counting all, and the ordinals of those that must be looked at one by one.
        `named`: of those whose id one of the texts is."""
        sure, maybe = self._sieve.sift(part, named)
        if not sure and not maybe:
            return Looked(count=len(part)), []
        ordinals = part.ordinals
        if len(self._checks) > 1 or self._judges or self._group_by is not None:
            return Looked(count=len(part)), [ordinals[at] for at in sorted([*sure, *maybe])]
        looked = Looked(len(part), array("Q", [ordinals[at] for at in sure]))
        if sure:
            found = [SENT.search(part.attributes[at]) for at in sure]
            looked.sent = [int(each[1]) for each in found if each]
        return looked, [ordinals[at] for at in maybe]

    def take(self, ordinals: Sequence[int], attributes: str) -> Looked:
        """All of them match. `attributes`: SQS's as JSON, a line for each."""
        sent = list(map(int, SENT.findall(attributes)))
        return Looked(found=array("Q", ordinals), sent=sent)

    def begin(self, rows: Sequence[Row]) -> Callable[[], Looked]:
        """Begins to look; what is returned waits for the end, and raises NoJudge if expressions
        cannot be judged now. Processes judge some while what the others need is done here."""
        if self._judges:
            return self._threads.submit(self.look, rows).result
        looked = self.look(rows)
        return lambda: looked

    def look(self, rows: Sequence[Row]) -> Looked:
        """Raises NoJudge."""
        looked = Looked()
        for row, judgement in zip(rows, self._judgements(rows), strict=True):
            if judgement is not DOES_NOT:
                self._note(looked, row, judgement)
        return looked

    def _judgements(self, rows: Sequence[Row]) -> list[Judgement]:
        if self._judges and not self._checks:
            return self._judge(rows)
        judgements = [checked(self._checks, row) for row in rows]
        if self._judges:
            open_ = [at for at, said in enumerate(judgements) if said is not DOES_NOT]
            answers = self._judge([rows[at] for at in open_])
            for at, answer in zip(open_, answers, strict=True):
                if judgements[at] is MATCHES or answer is DOES_NOT:
                    judgements[at] = answer
        return judgements

    def _note(self, looked: Looked, row: Row, judgement: Judgement) -> None:
        if judgement.outcome is Outcome.CANNOT_JUDGE:
            looked.unjudged[judgement.reason] += 1
            return
        looked.found.append(row.ordinal)
        sent = row.sent
        if sent is not None:
            looked.sent.append(sent)
        if self._group_by is not None:
            looked.keys.append(judgement.key or self._key(row))

    def _key(self, row: Row) -> str:
        assert self._group_by is not None
        return key_of(self._group_by.of(document_of(row.record, self._chain)))

    def _judge(self, rows: Sequence[Row]) -> list[Judgement]:
        reads = self._judges[0].reads
        body, attributes, own = (
            name in reads for name in ("body", "attributes", "message_attributes")
        )
        questions: list[Question] = [
            (
                row.body if body else b"",
                row.attributes_json.encode("ascii") if attributes else b"",
                row.own_attributes_json.encode("ascii") if own else b"",
            )
            for row in rows
        ]
        judge = self._free.get()
        try:
            return judge.judge_questions(questions)
        finally:
            self._free.put(judge)
