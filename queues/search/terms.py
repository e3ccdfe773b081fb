"""A query's terms but its expressions, each as a check of one stored message."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from queues.search.judgement import DOES_NOT, MATCHES, Judgement, cannot_judge
from queues.search.query import Query
from queues.search.rows import Row
from queues.search.texts import texts_of, wholes_of

Check = Callable[[Row], Judgement]

NOT_KNOWN_WHEN = cannot_judge("it is not known when it was sent")
NOT_KNOWN_HOW_OFTEN = cannot_judge("it is not known how often it was received")


def checks_of(query: Query, chain: Sequence[str] | None) -> list[Check]:
    """The quickest first."""
    found: list[Check] = []
    if query.size:
        least, most = query.size.least, query.size.most
        found.append(lambda row: _either(_within(least, len(row.body), most)))
    if query.sent:
        found.append(_sent(query))
    if query.received:
        found.append(_received(query))
    if query.groups:
        groups = set(query.groups)
        found.append(lambda row: _either(row.attributes.get("MessageGroupId") in groups))
    if query.attributes:
        found.append(lambda row: _either(all(has_attribute(row, *t) for t in query.attributes)))
    if query.texts:
        found.append(_texts(query, chain))
    return found


def checked(checks: Sequence[Check], row: Row) -> Judgement:
    """All of them hold; or one does not; or one that does not hold is not known of."""
    result = MATCHES
    for check in checks:
        judgement = check(row)
        if judgement is DOES_NOT:
            return DOES_NOT
        if judgement is not MATCHES:
            result = judgement
    return result


def has_attribute(row: Row, name: str, value: str | None) -> bool:
    """One of the message's own, or of SQS's. Of a Binary one the value is its text."""
    record = row.record if row.own_attributes_json != "{}" else None
    own = record.message_attributes.get(name) if record else None
    found = own.value if own else row.attributes.get(name)
    if value is None or found is None:
        return found is not None
    return found == (value.encode("utf-8", "surrogatepass") if isinstance(found, bytes) else value)


def _sent(query: Query) -> Check:
    least, most = _in_milliseconds(query.sent.least), _in_milliseconds(query.sent.most)
    before = None if most is None else most - 1

    def check(row: Row) -> Judgement:
        sent = row.sent
        return NOT_KNOWN_WHEN if sent is None else _either(_within(least, sent, before))

    return check


def _received(query: Query) -> Check:
    def check(row: Row) -> Judgement:
        count = row.attributes.get("ApproximateReceiveCount", "")
        if not (count.isascii() and count.isdigit() and len(count) < 20):
            return NOT_KNOWN_HOW_OFTEN
        return _either(_within(query.received.least, int(count), query.received.most))

    return check


def _texts(query: Query, chain: Sequence[str] | None) -> Check:
    same = str.casefold if query.ignore_case else str

    def check(row: Row) -> Judgement:
        record = row.record
        sought = {same(text) for text in query.texts} - {same(each) for each in wholes_of(record)}
        for text in texts_of(record, chain):
            if not sought:
                break
            text = same(text)
            sought -= {each for each in sought if each in text}
        return _either(not sought)

    return check


def _either(holds: bool) -> Judgement:
    return MATCHES if holds else DOES_NOT


def _within(least: int | None, value: int, most: int | None) -> bool:
    return (least is None or least <= value) and (most is None or value <= most)


def _in_milliseconds(moment: datetime | None) -> int | None:
    return None if moment is None else round(moment.timestamp() * 1_000)
