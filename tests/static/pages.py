"""Pages made of the base page and nothing else, to see the scripts and stylesheets at work."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import URLPattern, include, path
from django.utils import timezone

TEMPLATES = Path(__file__).parent / "templates"


class SendForm(forms.Form):
    use_required_attribute = False
    queue = forms.CharField(label="Queue name")
    body = forms.CharField(label="Message body", widget=forms.Textarea)


class Seen:
    """What the server was asked, for tests to look at."""

    counted = 0
    injected = 0
    sent: list[str] = []


def reset() -> None:
    Seen.counted, Seen.injected, Seen.sent = 0, 0, []


def page(
    request: HttpRequest, name: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    source = (TEMPLATES / f"{name}.html").read_text()
    html = engines["django"].from_string(source).render(context, request)
    return HttpResponse(html, status=status)


def home(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    return page(request, "home", {"now": now, "soon": now + timedelta(seconds=95)})


def counter(request: HttpRequest) -> HttpResponse:
    Seen.counted += 10 if request.method == "POST" else 1
    return HttpResponse(str(Seen.counted))


def injected(request: HttpRequest) -> HttpResponse:
    Seen.injected += 1
    return HttpResponse("")


def send(request: HttpRequest) -> HttpResponse:
    form = SendForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["body"] == "boom":
            return HttpResponse("no", status=500)
        Seen.sent.append(form.cleaned_data["body"])
        return HttpResponse(headers={"HX-Redirect": "/opened/"})
    return page(request, "send", {"form": form}, status=422 if form.errors else 200)


def once(request: HttpRequest) -> HttpResponse:
    Seen.sent.append("once")
    return HttpResponse(status=204)


def messages(request: HttpRequest) -> HttpResponse:
    chosen = int(request.GET.get("chosen", 0))
    return page(request, "messages", {"numbers": [1, 2, 3], "chosen": chosen})


def opened(request: HttpRequest) -> HttpResponse:
    return HttpResponse("opened")


def broken(request: HttpRequest) -> HttpResponse:
    return HttpResponse("This queue does not exist.", status=404)


def stub(route: str, name: str) -> URLPattern:
    return path(route, login_not_required(opened), name=name)


FRAME = [
    stub("connections/", "connections"),
    stub("connections/<slug:connection>/", "queue_list"),
    stub("jobs/", "job_list"),
    stub("dumps/", "dump_list"),
]
urlpatterns = [
    path("", login_not_required(home)),
    *(
        path(f"{view.__name__}/", login_not_required(view))
        for view in (counter, injected, send, once, messages, opened, broken)
    ),
    path("", include((FRAME, "queues"))),
]
