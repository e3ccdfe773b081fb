"""An edited message in place of another, whatever happens to the worker."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from queues.formats import Record
from queues.jobs import life
from queues.jobs.books import Books
from queues.jobs.start import undo
from queues.models import Dump, Job
from queues.sqs.sweep import News, Orders, Sweep
from queues.tasks import WORK
from simulator import Simulator
from tests.jobs.conftest import NewDump, fill
from tests.jobs.working import Died, Make, done

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)


def edited(body: str) -> dict[str, object]:
    dump = Dump.begin(Dump.Kind.EDIT, "local", "orders", "mara")
    dump.add_records([Record("", body, "md5", timezone.now())])
    return {"dump": str(dump.pk), "ordinal": 1}


def bodies(simulator: Simulator, queue: str = "orders") -> list[str]:
    return sorted(message.body for message in simulator.messages(queue))


def resend(make: Make, new_dump: NewDump, body: str, new: str) -> Job:
    """The job that puts one in the place of the other, which a dump has shown."""
    seen = done(new_dump())
    dump = Dump.objects.get(pk=str(seen.dump_id))
    [ordinal] = [row.ordinal for row in dump.messages.all() if row.record.body == body]
    selection = {"dump": str(dump.pk), "ordinals": str(ordinal)}
    return make(
        "resend",
        target_name="orders",
        selection=selection,
        edited=edited(new),
        visibility_timeout=3,
        extension=3,
    )


def dying(write: Callable[[Books, News], Orders], when: str) -> Callable[[Books, News], Orders]:
    def write_and_die(books: Books, news: News) -> Orders:
        orders = write(books, news)
        if getattr(news, when):
            raise Died
        return orders

    return write_and_die


@pytest.mark.parametrize("when", ["arrivals", "sending", "sent"])
def test_a_worker_that_dies_on_the_way_neither_loses_nor_doubles_it(
    when: str,
    make: Make,
    new_dump: NewDump,
    sqs: SQSClient,
    orders: str,
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fill(sqs, orders, ["another", "order 1"])
    job = resend(make, new_dump, "order 1", "order 2")
    with monkeypatch.context() as dead:
        dead.setattr(Books, "write", dying(Books.write, when))
        dead.setattr(Sweep, "_wind_up", lambda sweep, crew: crew.dismiss())
        try:
            life.run(job.pk, WORK)
        except Died:
            time.sleep(1.5)  # its last long polls end
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    simulator.clock.advance(60)
    life.run(job.pk, WORK)
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.sentence
    owned = job.possible_duplicates
    assert bodies(simulator)[:1] == ["another"]
    assert bodies(simulator).count("order 2") <= 1 + owned
    assert set(bodies(simulator)) == {"another", "order 2"}
    assert "the original deleted" in job.sentence


def test_undone_where_the_edited_one_was_consumed_nothing_comes_back_unasked(
    make: Make, new_dump: NewDump, sqs: SQSClient, orders: str, simulator: Simulator, mara: User
) -> None:
    fill(sqs, orders, ["order 1"])
    job = done(resend(make, new_dump, "order 1", "order 2"))
    assert bodies(simulator) == ["order 2"]
    [taken] = sqs.receive_message(QueueUrl=orders, WaitTimeSeconds=2)["Messages"]
    sqs.delete_message(QueueUrl=orders, ReceiptHandle=taken["ReceiptHandle"])
    back = done(undo(job, mara))
    assert bodies(simulator) == []
    assert "Nothing was sent." in back.sentence


def test_an_undo_can_be_undone_as_well(
    make: Make, new_dump: NewDump, sqs: SQSClient, orders: str, simulator: Simulator, mara: User
) -> None:
    fill(sqs, orders, ["another", "order 1"])
    job = done(resend(make, new_dump, "order 1", "order 2"))
    back = done(undo(job, mara))
    assert bodies(simulator) == ["another", "order 1"]
    assert "The original was sent to orders, and the edited message deleted." in back.sentence
    done(undo(back, mara))
    assert bodies(simulator) == ["another", "order 2"]


def test_in_a_fifo_queue_it_goes_to_the_end_of_its_group_and_the_others_stay_in_order(
    make: Make, new_dump: NewDump, sqs: SQSClient, simulator: Simulator
) -> None:
    url = sqs.create_queue(QueueName="bills.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    for number in range(1, 5):
        sqs.send_message(
            QueueUrl=url,
            MessageBody=f"bill {number}",
            MessageGroupId="a",
            MessageDeduplicationId=str(number),
        )
    seen = done(new_dump("bills.fifo"))
    edit = Dump.begin(Dump.Kind.EDIT, "local", "bills.fifo", "mara")
    edit.add_records(
        [Record("", "bill 2, corrected", "md5", timezone.now(), {"MessageGroupId": "a"})]
    )
    job = done(
        make(
            "resend",
            queue_name="bills.fifo",
            target_name="bills.fifo",
            selection={"dump": str(seen.dump_id), "ordinals": "2"},
            edited={"dump": str(edit.pk), "ordinal": 1},
        )
    )
    assert job.state == Job.State.DONE, job.sentence
    left = [message.body for message in simulator.messages("bills.fifo")]
    assert left == ["bill 1", "bill 3", "bill 4", "bill 2, corrected"]
    assert {message.state for message in simulator.messages("bills.fifo")} == {"available"}
