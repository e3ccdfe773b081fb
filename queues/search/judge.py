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
from queues.search.frames import decoded
from queues.search.judgement import DOES_NOT, MATCHES, Judgement, cannot_judge
from queues.search.process import NoJudge, Process
from queues.sqs.types import Message

__all__ = ["Judge", "NoJudge"]

SECONDS_PER_MESSAGE = 1.0
SECONDS_IN_ALL = 300.0
MEMORY = 256 * 1024 * 1024

DAMAGED = cannot_judge("it arrived damaged")
OUT_OF_TIME = cannot_judge("limit reached: judging all messages takes too long")
BREAKS = cannot_judge("the process that judges it ends unexpectedly")


class Judge:
    """A context manager; may be used by several threads, which wait for each other.

    `seconds_per_message`: of the processor's time. `seconds_in_all`: by the clock, over the whole
    life of the judge; what is asked later cannot be judged. `memory`: bytes, with Python itself.
    `chain`: how bodies are decoded, None to find out.
    """

    def __init__(
        self,
        filter_: Filter,
        *,
        seconds_per_message: float = SECONDS_PER_MESSAGE,
        seconds_in_all: float = SECONDS_IN_ALL,
        memory: int = MEMORY,
        chain: Sequence[str] | None = None,
    ) -> None:
        self.filter = filter_
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
        with self._lock:
            self._end_process()

    def judge(self, records: Sequence[Record | Message]) -> list[Judgement]:
        """One for each, in order. Raises NoJudge if there can be no process."""
        judgements = [self._by_text(record) for record in records]
        open_ = [record for record, said in zip(records, judgements, strict=True) if said is None]
        with self._lock:
            rest = iter(self._by_expression(open_))
        return [next(rest) if said is None else said for said in judgements]

    def _by_text(self, record: Record | Message) -> Judgement | None:
        """None: the expression has to say."""
        if isinstance(record, Message) and record.corrupted:
            return DAMAGED
        if self.filter.text and not self.filter.finds_text(record):
            return DOES_NOT
        return None if self.filter.expression else MATCHES

    def _by_expression(self, records: Sequence[Record | Message]) -> list[Judgement]:
        judgements: list[Judgement] = []
        unexplained = -1
        while (place := len(judgements)) < len(records):
            if self._seconds_left <= 0:
                judgements += [OUT_OF_TIME] * (len(records) - place)
                break
            judgements += self._ask(records[place:])
            place = len(judgements)
            if place == len(records) or self._seconds_left <= 0:
                continue
            # It is this one that the process ended over.
            reason = self._end_process()
            if reason is not None:
                judgements.append(cannot_judge(reason))
            elif unexplained == place:
                judgements.append(BREAKS)
            else:  # something else may have ended it: once more
                unexplained = place
        return judgements

    def _ask(self, records: Sequence[Record | Message]) -> list[Judgement]:
        began = time.monotonic()
        try:
            if self._process is None:
                self._process = self._start()
            answers = self._process.ask(self._questions(records), len(records), self._seconds_left)
        finally:
            self._seconds_left -= time.monotonic() - began
        return [decoded(answer) for answer in answers]

    def _start(self) -> Process:
        return Process(
            self.filter.expression,
            seconds_per_message=self._seconds_per_message,
            cpu_seconds=int(self._seconds_in_all) + 1,
            memory=self._memory,
            chain=self.chain,
        )

    def _end_process(self) -> str | None:
        process, self._process = self._process, None
        return process.end() if process else None

    def _questions(self, records: Sequence[Record | Message]) -> Iterator[bytes]:
        reads_body = bool(self.filter.compiled.reads & {"body", "envelope"})
        for record in records:
            question = {
                "body": record.body if reads_body else None,
                "attributes": dict(record.attributes),
                "message_attributes": attributes_to_json(record.message_attributes),
            }
            yield json.dumps(question).encode("ascii")
