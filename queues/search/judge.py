"""Says of messages whether they match a filter, where that can be stopped.

A text is looked for here. An expression is evaluated in a process of its own: JMESPath can double a
value twenty-two times in a line. A message that takes too much of the processor's time or of memory
cannot be judged; its process is replaced, and the others are judged all the same.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Sequence
from types import TracebackType

from queues.formats import Record
from queues.formats.json_lines import attributes_to_json
from queues.search.filters import Filter
from queues.search.frames import Question, pack_questions, unpack_judgements
from queues.search.judgement import DOES_NOT, MATCHES, Judgement, cannot_judge
from queues.search.paths import Path
from queues.search.process import NoJudge, Process
from queues.sqs.types import Message, encode_text

__all__ = ["Judge", "NoJudge"]

SECONDS_PER_MESSAGE = 1.0
SECONDS_IN_ALL = 300.0
MEMORY = 256 * 1024 * 1024
# Messages in a frame.
AT_ONCE = 100
MOST_BYTES = 1_000_000

DAMAGED = cannot_judge("it arrived damaged")
OUT_OF_TIME = cannot_judge("limit reached: judging all messages takes too long")
BREAKS = cannot_judge("the process that judges it ends unexpectedly")


class Judge:
    """A context manager; may be used by several threads, which wait for each other.

    `seconds_per_message`: of the processor's time. `seconds_in_all`: by the clock, over the whole
    life of the judge; what is asked later cannot be judged. `memory`: bytes, with Python itself.
    `chain`: how bodies are decoded, None to find out. `group_by`: each match gets its key.
    """

    def __init__(
        self,
        filter_: Filter,
        *,
        seconds_per_message: float = SECONDS_PER_MESSAGE,
        seconds_in_all: float = SECONDS_IN_ALL,
        memory: int = MEMORY,
        chain: Sequence[str] | None = None,
        group_by: Path | None = None,
    ) -> None:
        self.filter, self.group_by = filter_, group_by
        self.chain = chain
        self._seconds_per_message = seconds_per_message
        self._seconds_in_all = seconds_in_all
        self._memory = memory
        self._seconds_left = seconds_in_all
        self._process: Process | None = None
        self._lock = threading.Lock()

    def __enter__(self) -> Judge:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.end()

    @property
    def has_time(self) -> bool:
        """Whether more than half of its seconds are left."""
        return self._seconds_left > self._seconds_in_all / 2

    def start(self) -> None:
        """Before it is asked; raises NoJudge."""
        with self._lock:
            self._process = self._process or self._started()

    def end(self) -> None:
        """Ends its process; who asks it again starts another."""
        with self._lock:
            self._end_process()

    def judge(self, records: Sequence[Record | Message]) -> list[Judgement]:
        """One for each, in order. Raises NoJudge if there can be no process."""
        judgements = [self._by_text(record) for record in records]
        open_ = [record for record, said in zip(records, judgements, strict=True) if said is None]
        rest = iter(self.judge_questions([self._question(record) for record in open_]))
        return [next(rest) if said is None else said for said in judgements]

    def judge_questions(self, questions: Sequence[Question]) -> list[Judgement]:
        """By the expression alone. Raises NoJudge."""
        with self._lock:
            return self._by_expression(questions)

    def _by_text(self, record: Record | Message) -> Judgement | None:
        """None: the expression has to say."""
        if isinstance(record, Message) and record.corrupted:
            return DAMAGED
        if self.filter.text and not self.filter.finds_text(record, self.chain):
            return DOES_NOT
        return None if self.filter.expression else MATCHES

    def _by_expression(self, questions: Sequence[Question]) -> list[Judgement]:
        judgements: list[Judgement] = []
        unexplained, one_by_one_until = -1, 0
        while (place := len(judgements)) < len(questions):
            if self._seconds_left <= 0:
                judgements += [OUT_OF_TIME] * (len(questions) - place)
                break
            careful = place < one_by_one_until
            some = questions[place : one_by_one_until if careful else None]
            batches = list(in_batches(some, 1 if careful else AT_ONCE))
            judgements += self._ask(batches)
            answered, place = len(judgements) - place, len(judgements)
            if answered == len(some) or self._seconds_left <= 0:
                continue
            # It is one of the first batch without an answer that the process ended over: which?
            reason = self._end_process()
            if not careful:
                one_by_one_until = place + len(_unanswered(batches, answered))
            elif reason is not None:
                judgements.append(cannot_judge(reason))
            elif unexplained == place:
                judgements.append(BREAKS)
            else:  # something else may have ended it: once more
                unexplained = place
        return judgements

    def _ask(self, batches: Sequence[Sequence[Question]]) -> list[Judgement]:
        began = time.monotonic()
        try:
            self._process = self._process or self._started()
            packed = (pack_questions(batch) for batch in batches)
            answers = self._process.ask(packed, len(batches), self._seconds_left)
        finally:
            self._seconds_left -= time.monotonic() - began
        return [judgement for answer in answers for judgement in unpack_judgements(answer)]

    def _started(self) -> Process:
        asked = {
            "expression": self.filter.expression,
            "chain": self.chain,
            "group_by": str(self.group_by or ""),
        }
        return Process(
            asked,
            seconds_per_message=self._seconds_per_message,
            cpu_seconds=int(self._seconds_in_all) + 1,
            memory=self._memory,
        )

    def _end_process(self) -> str | None:
        process, self._process = self._process, None
        return process.end() if process else None

    def _question(self, record: Record | Message) -> Question:
        reads = self.reads
        attributes, own = dict(record.attributes), record.message_attributes
        return (
            encode_text(record.body) if "body" in reads else b"",
            json.dumps(attributes).encode("ascii") if "attributes" in reads else b"",
            json.dumps(attributes_to_json(own)).encode("ascii")
            if "message_attributes" in reads
            else b"",
        )

    @property
    def reads(self) -> frozenset[str]:
        """The names of the document that it looks at; "body" also where that is its envelope."""
        reads = set(self.filter.compiled.reads)
        if self.group_by is not None:
            reads.add(str(self.group_by.steps[0]))
        return frozenset(reads | {"body"} if "envelope" in reads else reads)


def in_batches(questions: Sequence[Question], most: int) -> Iterator[Sequence[Question]]:
    """At most so many in each, and fewer where they are long."""
    start = size = 0
    for at, question in enumerate(questions):
        size += len(question[0])
        if at + 1 - start >= most or size >= MOST_BYTES:
            yield questions[start : at + 1]
            start, size = at + 1, 0
    if start < len(questions):
        yield questions[start:]


def _unanswered(batches: Sequence[Sequence[Question]], answered: int) -> Sequence[Question]:
    for batch in batches:
        if answered < len(batch):
            return batch
        answered -= len(batch)
    return ()
