"""Edit a stored message and send it, in place of the original or besides it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from queues.access import require
from queues.connections_file import Connection
from queues.formats import Record
from queues.forms.prefill import as_it_was, fields_of, rows_of, same_attributes
from queues.forms.resend import ResendForm
from queues.forms.send import AttributeFormSet, attribute_forms
from queues.jobs.peek import needs_asking
from queues.jobs.start import start
from queues.models import Dump, Job, audited
from queues.models.ordinals import as_text
from queues.sqs.md5 import md5_of_body
from queues.sqs.types import Outgoing
from queues.tasks import ring
from queues.views.browse import dump_for, selectable
from queues.views.http import Request, form_answer, queue_to_show
from queues.views.targets import look_at_target, offered


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
    outgoing = None
    if form.is_bound and form.is_valid() & attributes.is_valid():
        outgoing = _outgoing(request, connection, form, attributes, original)
    if outgoing is None:
        context = {
            "connection": connection,
            "queue": queue,
            "dump": dump,
            "message": message,
            "seen": original,
            "form": form,
            "attributes": attributes,
            "offered": [queue.name, *offered(queue)],
            "redrive": queue.sqs.redrive,
            "asks": needs_asking(queue),
            "busy": Job.objects.active().filter(connection=queue.connection, queue_name=queue.name),
            "nav": "queues",
        }
        return form_answer(request, "queues/resend.html", context, refused=form.is_bound)
    job = _begin(request, dump, ordinal, form, outgoing)
    ring(job)
    return redirect("queues:job", job.pk)


def _outgoing(
    request: Request,
    connection: Connection,
    form: ResendForm,
    attributes: AttributeFormSet,
    original: Record,
) -> Outgoing | None:
    """What is to be sent; None: the form says why not."""
    target = look_at_target(request, connection, form, "target")
    if target is None:
        return None
    form.queue = target.sqs
    form.cleaned_data["body"] = as_it_was(form.cleaned_data["body"], original.body)
    outgoing = form.outgoing(same_attributes(attributes.attributes, original))
    return None if form.refuse(outgoing) else outgoing


def _begin(request: Request, dump: Dump, ordinal: int, form: ResendForm, outgoing: Outgoing) -> Job:
    target = form.cleaned_data["target"]
    require(request.user, "send", dump.connection, target)
    facts: dict[str, Any] = {
        "dump": str(dump.pk),
        "ordinal": ordinal,
        "target": target,
        "size": outgoing.size,
        "replaces the original": form.replaces,
    }
    with audited(request.user, "resend", dump.connection, dump.queue_name, **facts) as entry:
        edited = _stored(request, dump, ordinal, outgoing)
        if form.replaces:
            job = start(
                Job.Kind.RESEND,
                dump.connection,
                dump.queue_name,
                request.user,
                options={
                    "selection": {"dump": str(dump.pk), "ordinals": as_text([ordinal])},
                    "edited": {"dump": str(edited.pk), "ordinal": 1},
                },
                target_name=target,
            )
        else:
            job = start(Job.Kind.RESTORE, dump.connection, target, request.user, dump=edited)
        entry.result = f"job {job.pk} started"
    return job


def _stored(request: Request, dump: Dump, ordinal: int, outgoing: Outgoing) -> Dump:
    """Nothing is sent that is not stored: a job may have to go on with it on another day."""
    before = dump.messages.get(ordinal=ordinal).facts.attributes
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
