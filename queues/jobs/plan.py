"""What a job is to do with the messages that come: which of them it acts on, and how."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from enum import StrEnum

from queues.formats import Record
from queues.models import Dump, Job, Settlement, ordinals
from queues.models import Message as StoredMessage
from queues.models.preferences import chain_of
from queues.search import Filter, Judge, Outcome
from queues.sqs.names import is_fifo
from queues.sqs.sweep import Arrival
from queues.sqs.sweep.keys import key_of
from queues.sqs.types import Message, Outgoing

DAMAGED = "It arrived damaged each time: its checksums do not fit."
Judged = tuple[Settlement.Judgement, str]
MATCHES: Judged = (Settlement.Judgement.MATCHES, "")
DOES_NOT: Judged = (Settlement.Judgement.DOES_NOT, "")


class NothingChosen(Exception):
    """A sentence: nothing chosen is not the same as nothing left to do."""


class Act(StrEnum):
    """What becomes of a stored message."""

    RELEASE = "release"
    DELETE = "delete"
    SEND = "send"  # to the target, and deleted then


ACTS = {
    Job.Kind.DUMP: Act.RELEASE,
    Job.Kind.CLEAR: Act.DELETE,
    Job.Kind.DELETE: Act.DELETE,
    Job.Kind.MOVE: Act.SEND,
    Job.Kind.REDRIVE: Act.SEND,
    Job.Kind.RESEND: Act.SEND,
}


@dataclass
class Plan:
    """`chosen`: keys of the only messages it acts on, None for all. `judge`: of its filter.
    `edited`: what is sent in place of the one message it acts on."""

    job: Job
    act: Act
    chosen: set[bytes] | None = None
    judge: Judge | None = None
    edited: Record | None = None

    def judge_all(self, arrivals: Sequence[Arrival]) -> list[Judged]:
        """For each: whether it is acted on, and why it cannot be judged."""
        judged = [self._without_filter(arrival) for arrival in arrivals]
        open_ = [at for at, verdict in enumerate(judged) if verdict is MATCHES]
        if self.judge is not None and open_:
            answers = self.judge.judge([arrivals[at].message for at in open_])
            for at, answer in zip(open_, answers, strict=True):
                if answer.outcome is Outcome.DOES_NOT:
                    judged[at] = DOES_NOT
                elif answer.outcome is Outcome.CANNOT_JUDGE:
                    judged[at] = (Settlement.Judgement.CANNOT_JUDGE, answer.reason)
        return judged

    def _without_filter(self, arrival: Arrival) -> Judged:
        if arrival.message.corrupted:
            return (Settlement.Judgement.CANNOT_JUDGE, DAMAGED)
        if not arrival.wanted:
            return DOES_NOT
        if self.chosen is not None and key_of(arrival.message.message_id) not in self.chosen:
            return DOES_NOT
        return MATCHES

    def outgoing(self, message: Message | Record) -> Outgoing:
        if self.edited is not None:
            return outgoing(self.job, self.edited, name=message.message_id)
        return outgoing(self.job, message)


def outgoing(
    job: Job, message: Message | Record, *, name: str = "", keep_deduplication_id: bool = False
) -> Outgoing:
    """The message as the job sends it on: all that SQS lets one carry.

    Its deduplication id is a fresh one, the same however often this job sends it: SQS remembers
    ids for five minutes, and would silently drop what was taken out and put back meanwhile.
    """
    fifo = is_fifo(job.target_name or job.queue_name)
    own = f"{job.pk}:{name or message.message_id}"
    fresh = hashlib.sha256(own.encode()).hexdigest()
    kept = message.deduplication_id if keep_deduplication_id else None
    return Outgoing(
        message.body,
        message.message_attributes,
        # A standard queue's own delay must not hide what was visible before.
        delay_seconds=None if fifo else 0,
        message_group_id=message.group_id or job.options.get("group_id") or None,
        message_deduplication_id=(kept or fresh) if fifo else None,
        trace_header=message.attributes.get("AWSTraceHeader"),
    )


@contextmanager
def plan_for(job: Job) -> Iterator[Plan]:
    """Reads the job's filter and selection. Raises BadFilter, NoJudge, NothingChosen."""
    with ExitStack() as stack:
        judge = None
        if terms := job.options.get("filter"):
            chain = chain_of(job.options.get("decoder", ""))
            judge = stack.enter_context(Judge(Filter.from_json(terms), chain=chain))
        yield Plan(job, ACTS[Job.Kind(job.kind)], chosen_by(job), judge, edited_by(job))


def edited_by(job: Job) -> Record | None:
    """{"dump": id, "ordinal": 1}: the stored message that takes the original's place. Raises
    NothingChosen."""
    if job.kind != Job.Kind.RESEND:
        return None
    edited = job.options["edited"]
    message = StoredMessage.objects.filter(dump=edited["dump"], ordinal=edited["ordinal"]).first()
    if message is None:
        raise NothingChosen("The edited message is not stored any more. Nothing was sent.")
    return message.record


def chosen_by(job: Job) -> set[bytes] | None:
    """{"dump": id, "ordinals": "1-20,35"}: messages chosen from a stored dump. {"sent_by": job}:
    those that a move has carried over, which its undo looks for. Raises NothingChosen."""
    selection = job.options.get("selection")
    if not selection:
        return None
    found: set[bytes] = set()
    missing = 0
    if "sent_by" in selection:
        moved = Settlement.objects.of_job(selection["sent_by"]).moved()
        found = {key_of(target) for target in moved.values_list("target_id", flat=True).iterator()}
    elif dump := Dump.objects.filter(pk=selection["dump"]).first():
        for some_ordinals in ordinals.in_pieces(ordinals.from_text(selection["ordinals"])):
            some = dump.messages.filter(ordinal__in=some_ordinals).exclude(message_id=None)
            ids = list(some.values_list("message_id", flat=True))
            found |= {key_of(each) for each in ids if each}
            missing += len(some_ordinals) - len(ids)
    if not found:
        raise NothingChosen(
            "None of the messages that were chosen can be looked up any more: what they were "
            "chosen from has expired or was deleted."
        )
    if missing:
        raise NothingChosen(
            f"{missing:,} of the messages that were chosen cannot be looked up any more: what they "
            f"were chosen from is being deleted. All of them were asked for, so none is touched."
        )
    return found
