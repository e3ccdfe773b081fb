"""Restore: what it would do is said first, and asking for it makes a job."""

from __future__ import annotations

import json
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from queues.models import AuditEntry, Dump, Job
from queues.sqs.types import MessageAttribute
from queues.tasks import run_job
from simulator import Simulator
from tests.views.page import Page, page
from tests.views.store import job_of, many, message, stored

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture(autouse=True)
def bells(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The jobs that were rung for, while no worker listens."""
    rung: list[str] = []

    def note(args: list[str], **_: object) -> None:
        rung.extend(args)

    monkeypatch.setattr(run_job, "apply_async", note)
    return rung


@pytest.fixture
def fifo(sqs: SQSClient) -> str:
    return sqs.create_queue(QueueName="calm.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]


def path(dump: Dump) -> str:
    return f"/dumps/{dump.pk}/restore/"


def backup(number: int = 3, **fields: Any) -> Dump:
    """What a clear left behind: its messages are gone from the queue."""
    dump = many(number)
    Dump.objects.filter(pk=dump.pk).update(kind=Dump.Kind.BACKUP, **fields)
    return Dump.objects.get(pk=dump.pk)


def restore(operator: Client, dump: Dump, **typed: Any) -> Any:
    """Fill in the form as it stands there, and press Restore."""
    return operator.post(path(dump), page(operator.get(path(dump))).fields | typed)


def refused(operator: Client, dump: Dump, **typed: Any) -> Page:
    found = page(restore(operator, dump, **typed), HTTPStatus.UNPROCESSABLE_ENTITY)
    assert not Job.objects.exists()
    return found


def options(operator: Client, dump: Dump, **typed: Any) -> Any:
    """Of the job that comes of it."""
    answer = restore(operator, dump, **typed)
    job = Job.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/jobs/{job.pk}/")
    return job.options


def test_a_dumps_page_leads_to_its_restore(operator: Client, orders: str) -> None:
    dump = backup()
    assert page(operator.get(f"/dumps/{dump.pk}/")).links["Restore"] == path(dump)
    form = page(operator.get(path(dump)))
    assert form.fields["target"] == "orders"
    assert "3 messages with 18 B of bodies are sent to orders" in form.text
    assert "What cannot come back: message IDs, sent times" in form.text
    dialog = page(operator.get(path(dump), headers={"HX-Request": "true"}))
    assert dialog.fields.keys() >= {"target", "ordinals"}


def test_restore_makes_a_job_that_is_rung_for_audited_and_shown(
    operator: Client, orders: str, bells: list[str], simulator: Simulator
) -> None:
    dump = backup()
    assert options(operator, dump) == {"keep_deduplication_ids": False}
    job = Job.objects.get()
    assert (job.kind, job.connection, job.queue_name) == ("restore", "local", "orders")
    assert job.dump_id == dump.pk
    assert bells == [str(job.pk)]
    entry = AuditEntry.objects.get(action="restore")
    assert (entry.queue_name, entry.detail["dump"]) == ("orders", str(dump.pk))
    assert entry.result == f"job {job.pk} started"
    assert not simulator.messages("orders")


def test_some_messages_can_be_chosen_by_their_numbers(operator: Client, orders: str) -> None:
    dump = backup(10)
    assert page(operator.get(f"{path(dump)}?ordinals=4")).fields["ordinals"] == "4"
    assert options(operator, dump, ordinals="2-4, 9,3")["ordinals"] == "2-4,9"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("4", "have the numbers 1 to 3"),
        ("2-9", "have the numbers 1 to 3"),
        ("0", "is neither a number nor a range"),
        ("3-1", "is neither a number nor a range"),
        ("one", "is neither a number nor a range"),
        ("1-999999999999", "At most 10,000 messages can be chosen by number"),
    ],
)
def test_numbers_that_name_no_message_send_nothing(
    operator: Client, orders: str, typed: str, said: str
) -> None:
    seen = refused(operator, backup(), ordinals=typed)
    assert said in seen.complaints
    assert seen.fields["ordinals"] == typed


def test_another_queue_may_be_named_and_must_be_there(
    operator: Client, orders: str, sqs: SQSClient
) -> None:
    dump = backup()
    assert "There is no queue mails on local." in refused(operator, dump, target="mails").complaints
    sqs.create_queue(QueueName="mails")
    options(operator, dump, target="mails")
    assert Job.objects.get().queue_name == "mails"


def test_a_dump_of_a_queue_that_is_gone_can_go_to_another(operator: Client, orders: str) -> None:
    dump = stored(message("a"), queue_name="gone")
    form = page(operator.get(path(dump)))
    assert "There is no queue gone on local any more. Name another one." in form.text
    seen = page(operator.post(path(dump), {"target": "orders"}), 302)
    assert seen.text == ""
    assert Job.objects.get().queue_name == "orders"


def test_a_dump_that_took_nothing_away_says_that_messages_will_be_there_twice(
    operator: Client, orders: str
) -> None:
    dump = many(2)
    twice = "messages that are still in orders will stand there twice"
    assert twice in page(operator.get(path(dump))).text
    assert twice not in page(operator.get(path(backup()))).text
    assert options(operator, dump)


def test_a_dump_that_lacks_something_says_so(operator: Client, orders: str) -> None:
    dump = backup(verdict=Dump.Verdict.PARTIAL, reason="It was cancelled.")
    said = "This backup is not the whole queue: It was cancelled."
    assert said in page(operator.get(path(dump))).text


def test_what_was_restored_before_is_said(operator: Client, orders: str) -> None:
    dump = backup()
    restore(operator, dump)
    assert "This was restored to orders before" in page(operator.get(path(dump))).text
    Job.objects.update(state=Job.State.FAILED, settled=0)
    assert "This was restored to orders before" not in page(operator.get(path(dump))).text


def test_to_a_fifo_queue_messages_without_a_group_need_one(
    operator: Client, orders: str, fifo: str
) -> None:
    grouped = message("b", "m-2", {"MessageGroupId": "g"})
    dump = stored(message("a"), grouped, queue_name="calm.fifo")
    form = page(operator.get(path(dump)))
    assert "1 of 2 messages name no group" in form.text
    assert "deduplication ID of its own" in form.text
    assert "A FIFO queue wants a message group id" in refused(operator, dump).complaints
    assert "no spaces" in refused(operator, dump, group_id="a b").complaints
    found = options(operator, dump, group_id="all-of-them")
    assert found == {"keep_deduplication_ids": False, "group_id": "all-of-them"}


def test_a_standard_dump_to_a_fifo_queue_says_what_changes_before_it_begins(
    operator: Client, orders: str, fifo: str
) -> None:
    dump = backup()
    asked = refused(operator, dump, target="calm.fifo")
    assert "A FIFO queue wants a message group id" in asked.complaints
    assert "calm.fifo is a FIFO queue: within a group" in asked.text
    assert options(operator, dump, **asked.fields | {"group_id": "g"})["group_id"] == "g"


def fifo_dump(kind: str = Dump.Kind.BACKUP) -> Dump:
    ids = {"MessageGroupId": "g", "MessageDeduplicationId": "d", "SequenceNumber": "7"}
    return stored(message("a", attributes=ids), queue_name="calm.fifo", kind=kind)


def test_deduplication_ids_are_fresh_unless_the_original_ones_are_asked_for(
    operator: Client, fifo: str
) -> None:
    dump = fifo_dump()
    form = page(operator.get(path(dump)))
    assert "SQS remembers each ID for 5 minutes" in form.text
    fresh = next(each for each in form.all("input", value="fresh"))
    assert "checked" in fresh.attributes
    assert not options(operator, dump, deduplication="fresh")["keep_deduplication_ids"]
    Job.objects.all().delete()
    assert options(operator, dump, deduplication="keep")["keep_deduplication_ids"]


def test_from_a_fifo_queue_to_a_standard_one_the_loss_is_said_first(
    operator: Client, orders: str, fifo: str
) -> None:
    dump = fifo_dump()
    asked = refused(operator, dump, target="orders")
    assert "Nothing was sent yet. Read this first:" in asked.text
    assert "they lose their order and their deduplication" in asked.text
    assert not asked.all("input", value="keep")
    answer = operator.post(path(dump), asked.fields)
    assert answer.headers["Location"] == f"/jobs/{Job.objects.get().pk}/"


def test_messages_too_large_for_the_target_are_named_before_anything_is_sent(
    operator: Client, sqs: SQSClient, orders: str
) -> None:
    sqs.create_queue(QueueName="small", Attributes={"MaximumMessageSize": "1024"})
    own = {"x": MessageAttribute("String", "v" * 500)}
    dump = stored(
        message("fits", "m-1"),
        message("x" * 1025, "m-2"),
        message("x" * 517, "m-3", message_attributes=own),  # 517 + 1 + 6 + 500: just fits
        message("x" * 518, "m-4", message_attributes=own),
    )
    asked = refused(operator, dump, target="small")
    assert "2 messages too large for small: 2, 4." in asked.text
    assert "Nothing was sent yet." in asked.text
    operator.post(path(dump), asked.fields)
    assert Job.objects.get().queue_name == "small"


def test_if_no_message_fits_nothing_is_begun(operator: Client, sqs: SQSClient) -> None:
    sqs.create_queue(QueueName="orders", Attributes={"MaximumMessageSize": "1024"})
    dump = stored(*(message("x" * 2000, f"m-{n}") for n in range(30)))
    assert "and 10 more" in page(operator.get(path(dump))).text
    assert "takes none of them: all are too large" in refused(operator, dump).complaints


def test_a_job_at_work_on_the_target_is_said(operator: Client, orders: str) -> None:
    dump = backup()
    job = job_of(dump, kind=Job.Kind.CLEAR)
    form = page(operator.get(path(dump)))
    assert "A job is at work on orders" in form.text
    assert form.links[str(job)] == f"/jobs/{job.pk}/"


def test_what_is_not_finished_cannot_be_restored(operator: Client, orders: str) -> None:
    dump = backup(finished_at=None)
    form = page(operator.get(path(dump)))
    assert "It is not finished yet" in form.text
    assert "disabled" in next(
        each.attributes for each in form.all("button") if each.text == "Restore"
    )
    assert "It is not finished yet" in refused(operator, dump).complaints


def test_what_holds_nothing_cannot_be_restored(operator: Client, orders: str) -> None:
    assert "holds no message" in refused(operator, backup(0)).complaints


def test_a_peek_of_somebody_else_cannot_be_restored(
    noor: Client, operator: Client, orders: str
) -> None:
    dump = stored(message("secret"), kind=Dump.Kind.PEEK)
    assert noor.get(path(dump)).status_code == HTTPStatus.FORBIDDEN
    assert noor.post(path(dump), {"target": "orders"}).status_code == HTTPStatus.FORBIDDEN
    assert not Job.objects.exists()


def upload(operator: Client, *lines: dict[str, Any] | str, queue: str = "orders") -> Dump:
    content = "".join(f"{each if isinstance(each, str) else json.dumps(each)}\n" for each in lines)
    file = SimpleUploadedFile("hand.jsonl", content.encode())
    operator.post(f"/connections/local/queues/{queue}/upload/", {"file": file})
    return Dump.objects.get()


def test_an_upload_with_bad_lines_sends_nothing_until_they_are_left_out(
    operator: Client, orders: str
) -> None:
    dump = upload(operator, {"body": "good"}, "bad", {"body": ""})
    assert "Nothing was sent: the file is not all good." in refused(operator, dump).complaints
    assert options(operator, dump, leave_out="on") == {"keep_deduplication_ids": False}


def test_an_upload_to_a_fifo_queue_asks_for_one_group_for_all_that_lack_one(
    operator: Client, fifo: str
) -> None:
    grouped = {"body": "b", "attributes": {"MessageGroupId": "g"}}
    dump = upload(operator, {"body": "a"}, grouped, queue="calm.fifo")
    form = page(operator.get(path(dump)))
    assert "in 1 group" in form.text
    assert "1 of 2 messages name no group" in form.text
    assert options(operator, dump, group_id="rest")["group_id"] == "rest"


def test_an_upload_that_expired_is_gone(operator: Client, orders: str) -> None:
    dump = upload(operator, {"body": "a"})
    Dump.objects.update(expires_at=timezone.now() - timedelta(days=1))
    assert operator.get(path(dump)).status_code == HTTPStatus.NOT_FOUND
