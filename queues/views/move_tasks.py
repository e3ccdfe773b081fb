"""SQS's own message move tasks: start one, watch it, cancel it. They run inside SQS."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from queues import connections
from queues.access import require
from queues.connections_file import Connection
from queues.forms.acts import RedriveForm
from queues.models import Queue, audited
from queues.sqs.errors import SqsError
from queues.sqs.move_task import MoveTask
from queues.sqs.redrive import cancel_move_task, move_tasks, start_move_task
from queues.views.http import Request, queue_for
from queues.views.targets import look_at_target


@dataclass(frozen=True)
class Tasks:
    """`failure`: why SQS did not list them."""

    listed: list[MoveTask] = field(default_factory=list)
    failure: str = ""

    @property
    def active(self) -> MoveTask | None:
        return next((task for task in self.listed if task.active), None)


def known_tasks(connection: Connection, queue: Queue) -> Tasks:
    try:
        return Tasks(move_tasks(connections.client(connection), queue.sqs.arn))
    except SqsError as error:
        return Tasks(failure=error.sentence)


def start_task(request: Request, connection: Connection, queue: Queue, form: RedriveForm) -> bool:
    """Whether it was started; if not, the form says why."""
    require(request.user, "move task", connection.slug, queue.name)
    destination = None
    if form.cleaned_data["destination"]:
        destination = look_at_target(request, connection, form, "destination")
        if destination is None:
            return False
    rate = form.cleaned_data["per_second"]
    name = destination.name if destination else ""
    try:
        with audited(
            request.user,
            "start move task",
            connection.slug,
            queue.name,
            destination=name,
            per_second=rate,
        ) as entry:
            start_move_task(
                connections.client(connection),
                queue.sqs.arn,
                destination_arn=destination.sqs.arn if destination else None,
                per_second=rate,
            )
            entry.result = "started"
    except SqsError as error:
        form.add_error(None, error.sentence)
        return False
    messages.success(request, f"SQS has begun to move the messages of {queue.name}.")
    return True


@require_safe
def task_list(request: Request, connection: str, name: str) -> HttpResponse:
    """The tasks of a queue; under htmx only the part that changes."""
    found, queue = queue_for(request, connection, name, "move task")
    context = {
        "connection": found,
        "queue": queue,
        "sources": list(queue.sources),
        "tasks": known_tasks(found, queue),
        "nav": "queues",
        "tab": "move tasks",
    }
    template = "queues/_move_tasks.html" if request.htmx else "queues/move_tasks.html"
    return render(request, template, context)


@require_POST
def cancel(request: Request, connection: str, name: str) -> HttpResponse:
    """Cancel the task that was shown, and no other that began since."""
    found, queue = queue_for(request, connection, name, "move task")
    client = connections.client(found)
    shown = request.POST.get("started", "")
    tasks = move_tasks(client, queue.sqs.arn)
    running = next((task for task in tasks if task.handle and key_of(task) == shown), None)
    if running is None or running.handle is None:
        messages.info(request, "That message move task is over already.")
        return redirect("queues:move_tasks", connection, name)
    try:
        with audited(request.user, "cancel move task", connection, name, started=shown) as entry:
            moved = cancel_move_task(client, running.handle)
            entry.result = f"about {moved} moved before"
    except SqsError as error:
        messages.error(request, error.sentence)
        return redirect("queues:move_tasks", connection, name)
    messages.info(
        request,
        f"SQS ends the task. About {moved:,} messages were moved before, and stay where they are.",
    )
    return redirect("queues:move_tasks", connection, name)


def key_of(task: MoveTask) -> str:
    """Tells one task of a queue from another; the handle itself does not go to the browser."""
    started: datetime | None = task.started_at
    return started.isoformat() if started else ""
