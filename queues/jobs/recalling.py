"""What earlier attempts at a job left: the messages they knew, and what they began and did not end.

Read from the ledger, by whoever takes over.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.conf import settings
from django.utils import timezone

from queues.jobs.plan import Act
from queues.jobs.rows import by_key
from queues.jobs.standing import Standing
from queues.models import Dump, Job, Ledger, Message, Settlement
from queues.sqs.names import is_fifo
from queues.sqs.sweep import Known
from queues.sqs.sweep.leases import LONGEST
from queues.sqs.sweep.settler import MARGIN

State = Settlement.State
CHUNK = 500


class Left(NamedTuple):
    """A row of the ledger. `ordinal` is None for a message that is not acted on."""

    number: int
    message_id: str
    ordinal: int | None
    state: State
    judgement: Settlement.Judgement
    known: Known


def left_by(ledger: Ledger, job: Job) -> list[Left]:
    """In the order of their numbers; nothing is asked of SQS."""
    now, wall = time.monotonic(), timezone.now()
    extension = longest_extension(job)
    fields = ("message_id", "ordinal", "state", "judgement", "handle", "hidden_until")
    found = []
    for row in by_key(ledger.settlements.values_list("number", *fields)):
        number, message_id, ordinal, state, judgement, handle, until = row
        may_be_held = state in Settlement.HOLDING and until is not None
        seconds = (until - wall).total_seconds() if may_be_held else 0.0
        # It may have been extended just before it lapsed, and nobody lived to write that down.
        perhaps = seconds + extension if may_be_held else 0.0
        known = Known(
            number,
            message_id,
            handle,
            until=now + seconds if seconds > MARGIN else 0.0,
            # When it was received is not written down: it is taken to have been long ago.
            limit=now + LONGEST / 2,
            perhaps=now + perhaps if perhaps > 0 else 0.0,
        )
        judged = Settlement.Judgement(judgement)
        found.append(Left(number, message_id, ordinal, State(state), judged, known))
    return found


def longest_extension(job: Job) -> float:
    """Seconds for which a worker of this job hides messages at a time."""
    default = settings.SQSDASH["SQSDASH_SWEEP_EXTENSION_SECONDS"]
    return float(job.options.get("extension", default))


def keeps_order(job: Job, act: Act) -> bool:
    return act is Act.SEND and is_fifo(job.target_name)


def in_order(dump: Dump, left: Sequence[Left]) -> list[Left]:
    """For a move between FIFO queues. Where a message that is still to be sent has lapsed, those
    behind it in its group are not held either: all of them are put back, and come in order."""
    waiting = [each for each in left if each.state == State.STORED and each.ordinal]
    groups = groups_of(dump, [each.ordinal for each in waiting if each.ordinal])
    parted: set[str | None] = set()
    changed = list(left)
    place = {each.number: at for at, each in enumerate(left)}
    for each in waiting:
        group = groups.get(each.ordinal or 0)
        if not each.known.until:
            parted.add(group)
        elif group in parted:
            known = each.known._replace(until=0.0)
            changed[place[each.number]] = each._replace(known=known)
    return changed


def groups_of(dump: Dump, ordinals: Sequence[int]) -> dict[int, str | None]:
    found: dict[int, str | None] = {}
    for start in range(0, len(ordinals), CHUNK):
        some = dump.messages.filter(ordinal__in=ordinals[start : start + CHUNK])
        found |= {message.ordinal: message.record.group_id for message in some.defer("body")}
    return found


def stopped_groups(dump: Dump, ledger: Ledger) -> frozenset[str]:
    """FIFO groups of which a message could not be sent: none after it is, so that the order stays.
    One whose fate is not known stops its group too."""
    failed = ledger.settlements.filter(state=State.FAILED).exclude(ordinal=None)
    ordinals = [each for each in failed.values_list("ordinal", flat=True) if each]
    return frozenset(group for group in groups_of(dump, ordinals).values() if group)


class Unfinished(NamedTuple):
    """Numbers. `sending`: begun, and nothing was heard of it; to be sent again."""

    sending: list[int]
    send: list[int]
    delete: list[int]


def unfinished(standing: Standing, act: Act, lapsed: Iterable[int]) -> Unfinished:
    """What earlier attempts began and did not end. What has lapsed is sent when it comes again."""
    sending, send, delete, gone = [], [], [], set(lapsed)
    for number, state, matched in standing:
        if (act is Act.DELETE and matched and state is State.STORED) or state is State.SENT:
            delete.append(number)
        elif state is State.SENDING:
            sending.append(number)
        elif act is Act.SEND and state is State.STORED and number not in gone:
            send.append(number)
    return Unfinished(sending, send, delete)


def stored(dump: Dump, ledger: Ledger, number: int) -> Any:
    """The record of a message of the ledger."""
    ordinal = ledger.settlements.filter(number=number).values_list("ordinal", flat=True).get() or 0
    return Message.objects.get(dump=dump, ordinal=ordinal).record
