"""Acts on many messages, each of which makes a job: clear, delete selected, move, redrive."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from queues.access import Action
from queues.connections_file import Connection
from queues.forms.acts import ClearForm, DeleteSelectedForm, MoveForm, RedriveForm
from queues.jobs.peek import needs_asking
from queues.jobs.start import start
from queues.models import Job, Queue, audited
from queues.tasks import ring
from queues.views.http import Request, form_answer, queue_for
from queues.views.move_tasks import known_tasks, start_task
from queues.views.selection import Selection, selection_in
from queues.views.targets import look_at_target, offered, sources_of, too_large, warnings
from queues.views.trial import dumps_to_try, trial_of

form_view = require_http_methods(["GET", "HEAD", "POST"])


@form_view
def clear(request: Request, connection: str, name: str) -> HttpResponse:
    found, queue = queue_for(request, connection, name, "clear")
    form = ClearForm(name, **typed(request))
    if not form.is_valid():
        return shown(request, "queues/clear.html", found, queue, form)
    return begin(request, "clear", queue, form.options())


@form_view
def delete_selected(request: Request, connection: str, name: str) -> HttpResponse:
    found, queue = queue_for(request, connection, name, "delete selected")
    selection = selection_in(request, queue)
    if selection is None or not selection.number:
        return nothing_selected(request, found, queue, selection)
    form = DeleteSelectedForm(**typed(request))
    if not form.is_valid():
        return shown(request, "queues/delete_selected.html", found, queue, form, selection)
    return begin(request, "delete selected", queue, form.options() | selection.options())


@form_view
def move(request: Request, connection: str, name: str) -> HttpResponse:
    found, queue = queue_for(request, connection, name, "move")
    selection = selection_in(request, queue)
    if selection is not None and not selection.number:
        return nothing_selected(request, found, queue, selection)
    form = MoveForm(name, **typed(request))
    warned = speaks_against(request, found, queue, form, selection) if form.is_valid() else []
    if warned or not form.is_valid():
        more = {"offered": offered(queue), "warned": warned}
        return shown(request, "queues/move.html", found, queue, form, selection, **more)
    return begin(request, "move", queue, options_of(form, selection), form.cleaned_data["target"])


@form_view
def redrive(request: Request, connection: str, name: str) -> HttpResponse:
    """Of a dead-letter queue: by a job of ours, or by a message move task of SQS."""
    found, queue = queue_for(request, connection, name, "redrive")
    selection = selection_in(request, queue)
    if selection is not None and not selection.number:
        return nothing_selected(request, found, queue, selection)
    sources = sources_of(found, queue, selection)
    only = sources[0] if len(sources) == 1 else ""
    form = RedriveForm(name, chosen=selection is not None, **typed(request, target=only))
    if form.is_valid() and form.by_task and start_task(request, found, queue, form):
        return redirect("queues:move_tasks", connection, name)
    own = form.is_valid() and not form.by_task
    warned = speaks_against(request, found, queue, form, selection) if own else []
    if warned or not form.is_valid():
        more = {
            "offered": sources or offered(queue),
            "sources": sources,
            "tasks": known_tasks(found, queue),
            "warned": warned,
        }
        return shown(request, "queues/redrive.html", found, queue, form, selection, **more)
    target = form.cleaned_data["target"]
    return begin(request, "redrive", queue, options_of(form, selection), target)


def typed(request: Request, **initial: Any) -> dict[str, Any]:
    """What a form is made with. Without JavaScript a filter is tried by sending the form: what
    was typed comes back, and nothing is done."""
    if request.method != "POST":
        return {"initial": initial}
    return {"initial": request.POST.dict()} if "try" in request.POST else {"data": request.POST}


def options_of(form: MoveForm, selection: Selection | None) -> dict[str, Any]:
    return form.options() | (selection.options() if selection else {})


def speaks_against(
    request: Request,
    connection: Connection,
    queue: Queue,
    form: MoveForm,
    selection: Selection | None,
) -> list[str]:
    """What to confirm first. What is refused stands in the form."""
    target = look_at_target(request, connection, form, "target")
    if target is None:
        return []
    if refused := too_large(selection, target):
        form.add_error("target", refused)
        return []
    if form.cleaned_data["confirmed"] == target.name:
        return []
    return warnings(queue, target, selection)


def shown(
    request: Request,
    template: str,
    connection: Connection,
    queue: Queue,
    form: Any,
    selection: Selection | None = None,
    **more: Any,
) -> HttpResponse:
    """The form, as it is or with what is wrong with it; and the dry run that was asked for."""
    context = {
        "connection": connection,
        "queue": queue,
        "form": form,
        "selection": selection,
        "redrive": queue.sqs.redrive,
        "asks": needs_asking(queue),
        "busy": Job.objects.active().filter(connection=queue.connection, queue_name=queue.name),
        "nav": "queues",
        "trial_dumps": dumps_to_try(request, connection.slug, queue.name),
        **more,
    }
    if "try" in request.POST:
        context |= trial_of(request, connection.slug, queue.name, request.POST)
    return form_answer(request, template, context, refused=form.is_bound)


def nothing_selected(
    request: Request, connection: Connection, queue: Queue, selection: Selection | None
) -> HttpResponse:
    stale = selection.stale if selection else ""
    context = {"connection": connection, "queue": queue, "stale": stale, "nav": "queues"}
    return form_answer(request, "queues/nothing_selected.html", context, refused=True)


def begin(
    request: Request, act: Action, queue: Queue, options: dict[str, Any], target_name: str = ""
) -> HttpResponse:
    """Make the job, ring for it, and lead to its page."""
    detail = {**options, "target": target_name} if target_name else options
    with audited(request.user, act, queue.connection, queue.name, **detail) as entry:
        job = start(
            KINDS[act],
            queue.connection,
            queue.name,
            request.user,
            options=options,
            target_name=target_name,
        )
        entry.result = f"job {job.pk} started"
    ring(job)
    return redirect("queues:job", job.pk)


KINDS: dict[str, Job.Kind] = {
    "clear": Job.Kind.CLEAR,
    "delete selected": Job.Kind.DELETE,
    "move": Job.Kind.MOVE,
    "redrive": Job.Kind.REDRIVE,
}
