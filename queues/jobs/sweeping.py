"""The jobs that sweep a queue: dump, clear, delete selected, move and redrive."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import timezone

from queues.jobs.books import Books, open_ledger
from queues.jobs.bounds import Bounds, NotPossible, check, left_hidden
from queues.jobs.keeper import Keeper
from queues.jobs.life import fail
from queues.jobs.plan import NothingChosen, Plan, plan_for
from queues.jobs.progress import Progress
from queues.jobs.telling import tell
from queues.models import Dump, Job
from queues.search import BadFilter, NoJudge
from queues.sqs.errors import SqsError
from queues.sqs.sweep import News, Orders, Sweep, SweepOptions


def run(job: Job, keeper: Keeper) -> None:
    try:
        bounds = check(job, keeper)
        with plan_for(job) as plan:
            sweep(job, keeper, bounds, plan)
    except (NotPossible, BadFilter, NothingChosen) as reason:
        fail(job, f"It did not {'go on' if job.epoch > 1 else 'begin'}. {reason}")


def sweep(job: Job, keeper: Keeper, bounds: Bounds, plan: Plan) -> None:
    dump = bounds.dump
    books = Books(dump, open_ledger(job, dump), plan)
    known = books.known() if job.attempts > 1 or job.epoch > 1 else []
    if plan.chosen is not None:
        job.write(expected=len(plan.chosen))
    progress = Progress(job, dump, books, fifo=bounds.queue.fifo)
    keeper.watch_room(dump)

    def write(news: News) -> Orders:
        orders = books.write(news)
        keeper.look_for_room()
        return orders

    machine = Sweep(
        bounds.client,
        bounds.queue,
        options_of(job, bounds, left_hidden(job), len(books)),
        on_news=write,
        keep_going=keeper.keep_going,
        on_progress=progress.write,
        ask_leave=keeper.ask_leave,
        target_url=bounds.target.url if bounds.target else "",
    )
    try:
        result = machine.run(known, books.unfinished())
    except (SqsError, NoJudge) as error:
        books.close()
        progress.write_now(machine.progress())
        why = error.sentence if isinstance(error, SqsError) else str(error)
        fail(job, tell(job, dump, books, machine.progress(), why))
        return
    if not progress.write_now(result):
        return  # another worker has the job, and tells its end
    if keeper.interrupted:
        job.hand_back()
        return
    books.close()
    progress.write_now(result)
    end(job, keeper, dump, books, result)


def end(job: Job, keeper: Keeper, dump: Dump, books: Books, result: Any) -> None:
    """Say how it ended: a verdict on dump and job, a state and a sentence."""
    reason = keeper.shortage or ("It was cancelled." if keeper.cancelled else result.reason)
    cut_short = keeper.cancelled or keeper.shortage
    verdict = Dump.Verdict.PARTIAL if cut_short else Dump.Verdict(result.verdict)
    if books.all_found and not cut_short:
        # The sweep ended early because nothing else was looked for.
        verdict, reason = Dump.Verdict.COMPLETE, "All that were chosen came."
    dump.finish(verdict, reason, cost(result))
    sentence = tell(job, dump, books, result, reason)
    state = Job.State.FAILED if keeper.shortage else Job.State.DONE
    job.finish(Job.State.CANCELLED if keeper.cancelled else state, sentence, verdict=verdict)


def cost(result: Any) -> dict[str, Any]:
    return {
        "requests": dict(result.requests),
        "duplicates": result.duplicates,
        "corrupted": result.corrupted,
        "too_new": result.too_new,
        "lost_answers": result.lost_answers,
        "not_released": len(result.not_released),
    }


def options_of(job: Job, bounds: Bounds, hidden_for: float, seen: int) -> SweepOptions:
    """The settings, and over them what who asked for the job chose: limits are the job's, not each
    attempt's. `seen`: by earlier attempts."""
    limits = settings.SQSDASH
    chosen = {
        "threads": limits["SQSDASH_SWEEP_THREADS"],
        "visibility_timeout": limits["SQSDASH_SWEEP_VISIBILITY_SECONDS"],
        "extension": limits["SQSDASH_SWEEP_EXTENSION_SECONDS"],
        "wait": limits["SQSDASH_SWEEP_WAIT_SECONDS"],
        "max_seconds": limits["SQSDASH_SWEEP_MINUTES"] * 60,
        "hold_at_most": limits["SQSDASH_SWEEP_HOLD_AT_MOST"],
        "patience": limits["SQSDASH_PATIENCE_SECONDS"],
        "call_limit": limits["SQSDASH_CALL_SECONDS"],
        "sent_before_start": not bounds.keeps_old_times,
    }
    names = SweepOptions.__dataclass_fields__
    own = {name: value for name, value in job.options.items() if name in names}
    if "max_seconds" in own and job.started_at and job.attempts > 1:
        used = (timezone.now() - job.started_at).total_seconds()
        own["max_seconds"] = max(60.0, own["max_seconds"] - used)
    if "max_messages" in own:
        own["max_messages"] = max(0, own["max_messages"] - seen)
    return SweepOptions(**{**chosen, **own, "hidden_for": hidden_for})
