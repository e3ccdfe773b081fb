"""Looks at stored messages for a query: which of them match, when they were sent, and what they
have at a path. The cheap terms first; an expression judges only what they leave."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType

from queues.formats import Record
from queues.search.document import document_of
from queues.search.filters import Filter
from queues.search.grouping import key_of
from queues.search.judge import Judge
from queues.search.judgement import DOES_NOT, MATCHES, Judgement, Outcome, cannot_judge
from queues.search.paths import Path
from queues.search.query import Query
from queues.search.rows import Row, milliseconds
from queues.search.texts import texts_of, wholes_of

NOT_KNOWN_WHEN = cannot_judge("it is not known when it was sent")
NOT_KNOWN_HOW_OFTEN = cannot_judge("it is not known how often it was received")


@dataclass
class Looked:
    """`found`: ordinals. `sent`: of all that were looked at, `found_sent` of those found, in
    milliseconds; messages that do not say are left out. `keys`: see grouping.key_of."""

    found: array[int] = field(default_factory=lambda: array("Q"))
    unjudged: Counter[str] = field(default_factory=Counter)
    sent: list[int] = field(default_factory=list)
    found_sent: list[int] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)


class Looker:
    """A context manager, used by one thread. `chain`: how bodies are decoded."""

    def __init__(
        self, query: Query, chain: Sequence[str] | None = None, group_by: Path | None = None
    ) -> None:
        self.query, self.chain, self.group_by = query, chain, group_by
        self._judge = Judge(Filter("", query.expression), chain=chain) if query.where else None

    def __enter__(self) -> Looker:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._judge:
            self._judge.__exit__(kind, error, traceback)

    def look(self, rows: Sequence[Row]) -> Looked:
        """Raises NoJudge if expressions cannot be judged now."""
        records = [row.record for row in rows]
        judgements = [self._without_expression(record) for record in records]
        open_ = [at for at, said in enumerate(judgements) if said is not DOES_NOT]
        if self._judge and open_:
            answers = self._judge.judge([records[at] for at in open_])
            for at, answer in zip(open_, answers, strict=True):
                if judgements[at] is MATCHES or answer == DOES_NOT:
                    judgements[at] = answer
        looked = Looked()
        for row, record, judgement in zip(rows, records, judgements, strict=True):
            self._note(looked, row, record, judgement)
        return looked

    def _note(self, looked: Looked, row: Row, record: Record, judgement: Judgement) -> None:
        sent = milliseconds(dict(record.attributes))
        if sent is not None:
            looked.sent.append(sent)
        if judgement.outcome is Outcome.CANNOT_JUDGE:
            looked.unjudged[judgement.reason] += 1
        if judgement.outcome is not Outcome.MATCHES:
            return
        looked.found.append(row.ordinal)
        if sent is not None:
            looked.found_sent.append(sent)
        if self.group_by is not None:
            looked.keys.append(key_of(self.group_by.of(document_of(record, self.chain))))

    def _without_expression(self, record: Record) -> Judgement:
        query = self.query
        size = len(record.body.encode("utf-8", "surrogatepass"))
        if query.size and not _within(query.size.least, size, query.size.most):
            return DOES_NOT
        if query.groups and record.group_id not in query.groups:
            return DOES_NOT
        if not all(has_attribute(record, *term) for term in query.attributes):
            return DOES_NOT
        if query.texts and not self._texts(record):
            return DOES_NOT
        return self._ranges(record)

    def _ranges(self, record: Record) -> Judgement:
        query, unknown = self.query, MATCHES
        if query.received:
            count = record.receive_count
            if count is None:
                unknown = NOT_KNOWN_HOW_OFTEN
            elif not _within(query.received.least, count, query.received.most):
                return DOES_NOT
        if query.sent:
            sent = milliseconds(dict(record.attributes))
            if sent is None:
                return NOT_KNOWN_WHEN
            least, most = _in_milliseconds(query.sent.least), _in_milliseconds(query.sent.most)
            if not _within(least, sent, None if most is None else most - 1):
                return DOES_NOT
        return unknown

    def _texts(self, record: Record) -> bool:
        same = str.casefold if self.query.ignore_case else str
        wholes = [same(each) for each in wholes_of(record)]
        sought = {same(text) for text in self.query.texts}
        sought -= set(wholes)
        for text in texts_of(record, self.chain):
            if not sought:
                break
            sought -= {each for each in sought if each in same(text)}
        return not sought


def has_attribute(record: Record, name: str, value: str | None) -> bool:
    """One of the message's own, or of SQS's. Of a Binary one the value is its text."""
    attribute = record.message_attributes.get(name)
    found = attribute.value if attribute else record.attributes.get(name)
    if value is None or found is None:
        return found is not None
    return found == (value.encode("utf-8", "surrogatepass") if isinstance(found, bytes) else value)


def _within(least: int | None, value: int, most: int | None) -> bool:
    return (least is None or least <= value) and (most is None or value <= most)


def _in_milliseconds(moment: datetime | None) -> int | None:
    return None if moment is None else round(moment.timestamp() * 1_000)
