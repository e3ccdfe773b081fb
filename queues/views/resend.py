"""Edit a stored message and send it, in place of the original or besides it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from queues.access import require
from queues.connections_file import Connection
from queues.decoders import read
from queues.formats import Record
from queues.forms.prefill import as_it_was, fields_of, rows_of, same_attributes
from queues.forms.resend import ResendForm
from queues.forms.send import AttributeFormSet, attribute_forms
from queues.jobs.peek import needs_asking
from queues.jobs.start import start
from queues.models import Dump, Job, Message, Queue, QueuePreferences, audited
from queues.models.ordinals import as_text
from queues.sqs.md5 import md5_of_body
from queues.sqs.types import Outgoing
from queues.tasks import ring
from queues.views.browse import audited_reading, dump_for, selectable
from queues.views.http import Request, form_answer, queue_to_show
from queues.views.selection import Selection
from queues.views.targets import look_at_target, offered, warnings


@require_http_methods(["GET", "HEAD", "POST"])
def resend(request: Request, dump_id: UUID, ordinal: int) -> HttpResponse:
    dump = dump_for(request, dump_id)
    message = dump.messages.filter(ordinal=ordinal).first()
    if message is None or dump.finished_at is None:
        raise Http404("There is no such message in this dump, or the dump is not finished yet.")
    connection, queue = queue_to_show(request, dump.connection, dump.queue_name, "resend")
    original = message.record
    form = ResendForm(
        queue.name,
        queue.sqs,
        request.POST if request.method == "POST" else None,
        findable=selectable(dump) and bool(original.message_id),
        initial=fields_of(original) | {"target": queue.name},
    )
    attributes = attribute_forms(request, rows_of(original))
    about: dict[str, Any] = {
        "connection": connection,
        "queue": queue,
        "dump": dump,
        "message": message,
    }
    if not (form.is_bound and form.is_valid() & attributes.is_valid()):
        return _shown(request, form, attributes, **about)
    target = look_at_target(request, connection, form, "target")
    outgoing = _outgoing(form, attributes, original, target) if target else None
    warned = _speaks_against(queue, target, form, dump, ordinal) if target and outgoing else []
    if outgoing is None or warned:
        return _shown(request, form, attributes, warned=warned, **about)
    job = _begin(request, message, form, outgoing)
    ring(job)
    return redirect("queues:job", job.pk)


def _shown(
    request: Request,
    form: ResendForm,
    attributes: AttributeFormSet,
    *,
    connection: Connection,
    queue: Queue,
    dump: Dump,
    message: Message,
    warned: Sequence[str] = (),
) -> HttpResponse:
    decoder = QueuePreferences.of(connection.slug, queue.name).chain
    reading = read(message.record.body, decoder)
    context = {
        "connection": connection,
        "queue": queue,
        "dump": dump,
        "message": message,
        # Only where what is read elsewhere is not what is edited here.
        "packed": reading.trail if reading.data != reading.raw else [],
        "form": form,
        "attributes": attributes,
        "warned": warned,
        "offered": [queue.name, *offered(queue)],
        "redrive": queue.sqs.redrive,
        "asks": needs_asking(queue),
        "busy": Job.objects.active().filter(connection=queue.connection, queue_name=queue.name),
        "nav": "queues",
    }
    with audited_reading(request, dump, message.message_id):
        return form_answer(request, "queues/resend.html", context, refused=form.is_bound)


def _outgoing(
    form: ResendForm, attributes: AttributeFormSet, original: Record, target: Queue
) -> Outgoing | None:
    """What is to be sent; None: the form says why not."""
    form.queue = target.sqs
    form.cleaned_data["body"] = as_it_was(form.cleaned_data["body"], original.body)
    outgoing = form.outgoing(same_attributes(attributes.attributes, original))
    return None if form.refuse(outgoing) else outgoing


def _speaks_against(
    queue: Queue, target: Queue, form: ResendForm, dump: Dump, ordinal: int
) -> list[str]:
    """What to confirm first, once for each target."""
    if target.name == queue.name or form.cleaned_data["confirmed"] == target.name:
        return []
    return warnings(queue, target, Selection(dump, [ordinal]))


def _begin(request: Request, message: Message, form: ResendForm, outgoing: Outgoing) -> Job:
    dump, target = message.dump, form.cleaned_data["target"]
    require(request.user, "send", dump.connection, target)
    facts: dict[str, Any] = {
        "dump": str(dump.pk),
        "ordinal": message.ordinal,
        "target": target,
        "size": outgoing.size,
        "replaces the original": form.replaces,
    }
    with audited(request.user, "resend", dump.connection, dump.queue_name, **facts) as entry:
        edited = _stored(request, message, outgoing)
        if form.replaces:
            job = start(
                Job.Kind.RESEND,
                dump.connection,
                dump.queue_name,
                request.user,
                options={
                    "selection": {"dump": str(dump.pk), "ordinals": as_text([message.ordinal])},
                    "edited": {"dump": str(edited.pk), "ordinal": 1},
                },
                target_name=target,
            )
        else:
            job = start(Job.Kind.RESTORE, dump.connection, target, request.user, dump=edited)
        entry.result = f"job {job.pk} started"
    return job


def _stored(request: Request, message: Message, outgoing: Outgoing) -> Dump:
    """Nothing is sent that is not stored: a job may have to go on with it on another day."""
    dump, before = message.dump, message.facts.attributes
    kept = {"AWSTraceHeader": before.get("AWSTraceHeader")}
    kept["MessageGroupId"] = outgoing.message_group_id
    edited = Dump.begin(
        Dump.Kind.EDIT, dump.connection, dump.queue_name, request.user.get_username()
    )
    record = Record(
        message_id="",
        body=outgoing.body,
        md5_body=md5_of_body(outgoing.body),
        received_at=timezone.now(),
        attributes={name: value for name, value in kept.items() if value},
        message_attributes=outgoing.message_attributes,
    )
    edited.add_records([record])
    edited.finish(Dump.Verdict.COMPLETE, "", {})
    return edited
