"""A dump does not claim more than it knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from queues.jobs.bounds import left_hidden
from queues.tasks import run_job
from simulator import Simulator
from tests.jobs.conftest import NewDump, dump_of, fill

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
