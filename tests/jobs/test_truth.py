"""A job does not claim more than it knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User

from queues.jobs.books import PERHAPS_HERE, STILL_HERE, Books, open_ledger
from queues.jobs.bounds import left_hidden
from queues.jobs.plan import plan_for
from queues.jobs.start import undo
from queues.jobs.telling import tell
from queues.models import Dump, Settlement
from queues.sqs.sweep import News, SweepProgress
from queues.sqs.sweep.news import Failure
from queues.sqs.sweep.report import Phase
from queues.tasks import run_job
from simulator import Simulator
from tests.jobs.conftest import NewDump, dump_of, fill
from tests.jobs.working import Make, State, done

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

pytestmark = pytest.mark.django_db(databases=["default", "store"], transaction=True)


def test_fewer_messages_than_were_counted_are_partial(
    new_dump: NewDump, simulator: Simulator, sqs: SQSClient
) -> None:
    url = sqs.create_queue(QueueName="orders.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    for at in range(140):
        sqs.send_message(
            QueueUrl=url,
            MessageBody=f"m{at}",
            MessageGroupId=f"g{at % 20}",
            MessageDeduplicationId=f"d{at}",
        )
    simulator.clock.advance(2)  # the counts have caught up
    job = new_dump(queue_name="orders.fifo")
    run_job(str(job.pk))
    job.refresh_from_db()
    dump = dump_of(job)
    assert dump.message_count < 140, "groups are cut by receives of ten, and then locked"
    assert dump.verdict == "partial"
    assert (
        f"SQS counted about 140 available messages at the start, and {dump.message_count} came"
        in (job.sentence)
    )
    assert "keeps back the rest of a message group" in job.sentence


def test_what_sqs_refuses_to_put_back_is_said(
    new_dump: NewDump, orders: str, simulator: Simulator, sqs: SQSClient
) -> None:
    fill(sqs, orders, [f"m{at}" for at in range(20)])
    simulator.clock.advance(2)
    simulator.faults.add(
        "batch_failure", "ChangeMessageVisibilityBatch", sender_fault=True, entries=1
    )
    job = new_dump()
    run_job(str(job.pk))
    job.refresh_from_db()
    hidden = [m for m in simulator.messages("orders") if m.state == "in_flight"]
    assert hidden, "the fault hit"
    assert f"{len(hidden)} could not be put back at once" in job.sentence


def test_a_resumed_dump_waits_for_what_the_dead_worker_may_hide(new_dump: NewDump) -> None:
    job = new_dump(visibility_timeout=30)
    assert left_hidden(job) == 0
    job.attempts = 2
    assert left_hidden(job) >= 30


@pytest.mark.parametrize("kind", ["move", "restore"])
def test_one_message_whose_answers_were_lost_again_and_again_is_one_message(
    kind: str, make: Make, orders: str, simulator: Simulator, sqs: SQSClient, mara: User
) -> None:
    sqs.create_queue(QueueName="archive")
    fill(sqs, orders, ["order"])
    job = make("move", target_name="archive", stop_after_empty=1)
    if kind == "restore":
        job = undo(done(make("clear", stop_after_empty=1)), mara)
    simulator.faults.add("lost_answer", "SendMessageBatch", count=3)
    done(job)
    copies = len(simulator.messages("archive")) + len(simulator.messages("orders"))
    assert (copies, job.possible_duplicates) == (4, 3)
    said = "1 may stand there more than once, with up to 3 copies too many."
    assert said in job.sentence


def test_what_was_sent_and_perhaps_deleted_is_not_said_to_stand_in_both_queues(
    make: Make, orders: str
) -> None:
    job = make("move", target_name="archive")
    assert job.claim("a worker")
    dump = Dump.objects.get(pk=str(job.dump_id))
    ledger = open_ledger(job, dump)
    for number in range(3):
        ledger.settlements.create(number=number, ordinal=number + 1, state=State.SENT)
    with plan_for(job) as plan:
        books = Books(dump, ledger, plan)
        books.known()
        books.write(
            News(failed=[Failure(0, "delete", "No."), Failure(1, "delete", "?", unknown=True)])
        )
        books.close()
        said = tell(job, dump, books, NOTHING_LEFT, "")
    errors = Settlement.objects.order_by("number").values_list("error", flat=True)
    assert list(errors) == [STILL_HERE, PERHAPS_HERE, PERHAPS_HERE]
    assert "1 was sent but not deleted here, and stands in both queues." in said
    assert (
        "2 were sent, and it is not known whether they were deleted here: they may stand in both "
        "queues." in said
    )


NOTHING_LEFT = SweepProgress(
    phase=Phase.DONE,
    received=0,
    unique=0,
    duplicates=0,
    corrupted=0,
    too_new=0,
    lost_answers=0,
    requests={},
    billed=0,
    held=0,
    held_until=None,
    sent=0,
    resent=0,
    deleted=0,
    released=0,
    not_released_count=0,
)
