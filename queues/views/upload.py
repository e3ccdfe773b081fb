"""Upload: a file's messages are checked and stored; the page of the restore then has the report.

A request that is too long is refused before it is read: so these views ask for the CSRF token
only after that, because asking reads the whole request. Django spools files to disk meanwhile.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpResponse
from django.http.request import UnreadablePostError
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from queues import connections
from queues.access import require
from queues.connections_file import Connection
from queues.forms.restore import ManyForm, UploadAnywhereForm, UploadForm
from queues.jobs.sample import look_at_one
from queues.jobs.upload import UploadRefused, receive, refusal
from queues.models import Queue, audited
from queues.sqs.errors import QueueNotFound
from queues.views.http import Request, connection_for, form_answer, queue_for


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: Request, connection: str, name: str) -> HttpResponse:
    """For a queue that the URL names."""
    require(request.user, "upload", connection, name)
    return unread(request) or _upload(request, connection, name)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def send_many(request: Request, connection: str, name: str) -> HttpResponse:
    """The same beside the form that sends one message; what is sent may be pasted."""
    require(request.user, "upload", connection, name)
    require(request.user, "send", connection, name)
    return unread(request) or _upload(request, connection, name, many=True)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def upload_anywhere(request: Request) -> HttpResponse:
    """For a queue that the form names."""
    require(request.user, "upload")
    return unread(request) or _upload_anywhere(request)


def unread(request: Request) -> HttpResponse | None:
    """The answer to a request that is not to be read, or cannot be kept; None for any other."""
    length = request.META.get("CONTENT_LENGTH") or ""
    sentence = refusal(int(length) if length.isdigit() else 0) if request.method == "POST" else ""
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    if not sentence:
        try:
            _ = request.POST  # reads it: files go to disk, and the disk may be full
        except UnreadablePostError:
            raise
        except RequestDataTooBig:
            sentence = "More than 8 MB were pasted. Save it as a file, and choose that."
        except OSError as error:
            sentence = f"The file could not be kept while it came: {error.strerror or error}."
            status = HTTPStatus.INSUFFICIENT_STORAGE
    if not sentence:
        return None
    context = {"sentence": sentence, "nav": "dumps"}
    return render(request, "uploads/refused.html", context, status=status)


@csrf_protect
def _upload(request: Request, connection: str, name: str, *, many: bool = False) -> HttpResponse:
    found, queue = queue_for(request, connection, name, "upload")
    form = _bound(request, ManyForm if many else UploadForm)
    context = {"connection": found, "queue": queue, "form": form, "many": many, "nav": "queues"}
    if form.is_valid() and (answer := _receive(request, form, found, queue)):
        return answer
    return form_answer(request, "uploads/form.html", context, refused=form.is_bound)


@csrf_protect
def _upload_anywhere(request: Request) -> HttpResponse:
    form = _bound(request, UploadAnywhereForm, connections.all_connections())
    context = {"form": form, "nav": "dumps"}
    if form.is_valid():
        found, queue = _named(request, form)
        if queue is not None and (answer := _receive(request, form, found, queue)):
            return answer
    return form_answer(request, "uploads/form.html", context, refused=form.is_bound)


def _bound(request: Request, form: type[Any], *args: Any) -> Any:
    return form(*args, request.POST, request.FILES) if request.method == "POST" else form(*args)


def _named(request: Request, form: UploadAnywhereForm) -> tuple[Connection, Queue | None]:
    """The connection and the queue that the form names."""
    slug, name = form.cleaned_data["connection"], form.cleaned_data["queue"]
    found = connection_for(request, slug, "upload", name)
    try:
        return found, look_at_one(found, name)
    except QueueNotFound:
        form.add_error("queue", f"There is no queue {name} on {found.name}.")
        return found, None


def _receive(
    request: Request, form: UploadForm, connection: Connection, queue: Queue
) -> HttpResponse | None:
    """To the report; None, with a sentence in the form, where the file is refused as a whole."""
    file = form.cleaned_data["file"]
    username = request.user.get_username()
    try:
        with audited(
            request.user, "upload", connection.slug, queue.name, file=file.name, bytes=file.size
        ) as entry:
            dump = receive(file, file.name, connection.slug, queue.sqs, username)
            entry.result = f"dump {dump.pk}: {dump.reason}"
    except UploadRefused as refused:
        form.add_error(form.source, refused.sentence)
        form.examples = refused.examples
        return None
    return redirect("queues:restore", dump.pk)
