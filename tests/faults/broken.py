"""The guards that a test of the tests takes out of the code, each in the job's process alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from botocore.client import BaseClient

from queues import connections
from queues.jobs import books, sending
from queues.jobs.keeper import Keeper
from queues.models import Job
from queues.sqs.batches import delete_batch
from queues.sqs.queues import get_queue
from queues.sqs.sweep import News, Orders
from queues.sqs.sweep.proof import StopProof
from tests.faults.wrapping import wrap


def take_out(guard: str) -> None:
    if guard:
        GUARDS[guard]()


def store_before_delete() -> None:
    """What arrives is deleted first, and stored a while later."""

    def delete_first(write: Any) -> Any:
        def written(self: books.Books, news: News) -> Orders:
            if news.arrivals:
                delete(self.plan.job, [each.message.receipt_handle for each in news.arrivals])
                time.sleep(0.2)
            orders: Orders = write(self, news)
            return orders

        return written

    wrap(books.Books, "write", delete_first)


def delete(job: Job, handles: list[str]) -> None:
    connection = connections.get(job.connection)
    assert connection is not None
    client = connections.client(connection)
    delete_batch(client, get_queue(client, job.queue_name).url, handles)


def check_of_failed() -> None:
    """Entries of a batch that failed are taken for done."""

    def believing(call: Any) -> Any:
        def believe(client: BaseClient, operation: str, request: dict[str, Any]) -> Any:
            answer = call(client, operation, request)
            done = [{"Id": entry["Id"]} for entry in answer.pop("Failed", ())]
            if done:
                answer["Successful"] = [*answer.get("Successful", ()), *done]
            return answer

        return believe

    wrap(BaseClient, "_make_api_call", believing)


def stop_proof() -> None:
    """The first empty answer is the end."""

    def noting(note: Any) -> Any:
        def nothing(proof: Any, thread: int, asked_at: float) -> None:
            note(proof, thread, asked_at)
            proof.seen_enough = True

        return nothing

    def enough(proof: Any, *_: Any) -> bool:
        return hasattr(proof, "seen_enough")

    wrap(StopProof, "nothing", noting)
    wrap(StopProof, "met", lambda met: enough)
    wrap(StopProof, "may_rest", lambda may_rest: enough)


def epoch_fence() -> None:
    """A worker that was taken for dead goes on."""

    def write(job: Job, **changes: Any) -> bool:
        return bool(Job.objects.filter(pk=job.pk).update(**changes))

    wrap(Job, "write", lambda _: write)
    wrap(Keeper, "ask_leave", lambda _: lambda keeper, operation: None)
    wrap(Keeper, "interrupted", lambda _: False)
    for module in (books, sending):
        wrap(module, "may_write", lambda _: lambda ledger, **changes: None)


GUARDS: Mapping[str, Callable[[], None]] = {
    "store-before-delete": store_before_delete,
    "check-of-failed": check_of_failed,
    "stop-proof": stop_proof,
    "epoch-fence": epoch_fence,
}
