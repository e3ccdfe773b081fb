"""How a job says in a sentence what it did."""

from __future__ import annotations

from collections import Counter

from queues.jobs.books import Books
from queues.jobs.plan import Act
from queues.models import Dump, Job, Settlement
from queues.sqs.sweep import SweepProgress

State = Settlement.State


def counted(number: int, thing: str = "message") -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def twice(messages: int, copies: int) -> str:
    """Of how many messages there may be more than one, and how many too many in all."""
    if copies <= messages:
        return f"{messages:,} may stand there twice"
    return f"{messages:,} may stand there more than once, with up to {copies:,} copies too many"


def tell(job: Job, dump: Dump, books: Books, progress: SweepProgress, reason: str) -> str:
    """What was done, what was not, and why it ended."""
    said = [_done(job, dump, books, progress), *_not_done(job, books, progress)]
    return " ".join([*(f"{each}." for each in said), reason]).strip()


def _done(job: Job, dump: Dump, books: Books, progress: SweepProgress) -> str:
    states, act = books.counts, books.plan.act
    if act is Act.RELEASE:
        said = f"{counted(dump.message_count)} stored"
        put_back = dump.message_count and not progress.not_released_count
        return f"{said} and put back" if put_back else said
    if act is Act.DELETE:
        return f"{counted(dump.message_count)} stored, {states[State.DELETED]:,} of them deleted"
    moved = states[State.DELETED] + states[State.SENT]
    if job.kind == Job.Kind.RESEND:
        return _resent(job, states)
    return f"{counted(dump.message_count)} stored, {moved:,} of them moved to {job.target_name}"


def _resent(job: Job, states: Counter[State]) -> str:
    edited, other = "The edited message", "the original"
    if job.undo_of_id:
        edited, other = "The original", "the edited message"
    if states[State.DELETED]:
        return f"{edited} was sent to {job.target_name}, and {other} deleted"
    return f"{edited} was sent to {job.target_name}" if states[State.SENT] else "Nothing was sent"


def _not_done(job: Job, books: Books, progress: SweepProgress) -> list[str]:
    states, judged = books.counts, books.judged
    said = []
    if books.plan.chosen is not None:
        missing = len(books.plan.chosen) - books.found
        if missing > 0:
            said.append(f"{missing:,} of the {len(books.plan.chosen):,} chosen did not come")
    if books.plan.judge is not None:
        put_back = "" if progress.not_released_count else " and were put back"
        said.append(f"{judged[Settlement.Judgement.DOES_NOT]:,} do not match{put_back}")
    if cannot := judged[Settlement.Judgement.CANNOT_JUDGE]:
        said.append(f"{cannot:,} could not be judged and were left alone")
    if failed := states[State.FAILED]:
        said.append(f"{failed:,} failed, each for a reason of its own")
    if unknown := states[State.UNKNOWN]:
        said.append(f"of {unknown:,} it is not known whether SQS deleted them")
    said += _in_both(books)
    if books.possible_duplicates:
        said.append(twice(len(books.doubled), books.possible_duplicates))
    if progress.not_released_count:
        said.append(
            f"{progress.not_released_count:,} could not be put back at once and reappear by "
            "themselves"
        )
    return said


def _in_both(books: Books) -> list[str]:
    sent, said = books.counts[State.SENT], []
    surely = books.surely_in_both() if sent else 0
    if surely:
        were, stand = ("was", "stands") if surely == 1 else ("were", "stand")
        said.append(f"{surely:,} {were} sent but not deleted here, and {stand} in both queues")
    if perhaps := sent - surely:
        were, they = ("was", "it") if perhaps == 1 else ("were", "they")
        said.append(
            f"{perhaps:,} {were} sent, and it is not known whether {they} {were} deleted here: "
            f"{they} may stand in both queues"
        )
    return said
