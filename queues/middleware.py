"""What every answer passes: the content security policy, and SQS's errors made into pages."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, HttpResponseRedirectBase
from django.shortcuts import render, resolve_url
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect

from queues import connections
from queues.sqs.errors import (
    AccessDenied,
    CredentialsProblem,
    QueueNotFound,
    SqsError,
    Throttled,
    Unreachable,
)

LOGIN = "login"

# What kind of error, the status and the heading of its page.
KINDS: tuple[tuple[type[SqsError], HTTPStatus, str], ...] = (
    (QueueNotFound, HTTPStatus.NOT_FOUND, "There is no such queue"),
    (AccessDenied, HTTPStatus.FORBIDDEN, "SQS does not allow this"),
    (CredentialsProblem, HTTPStatus.BAD_GATEWAY, "SQS does not accept the credentials"),
    (Throttled, HTTPStatus.SERVICE_UNAVAILABLE, "SQS asks to slow down"),
    (Unreachable, HTTPStatus.BAD_GATEWAY, "SQS does not answer"),
    (SqsError, HTTPStatus.BAD_GATEWAY, "SQS refused"),
)


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """Django's admin sets innerHTML from its own scripts: there, and only there, without
    Trusted Types; the rest of the policy holds."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if request.path.startswith("/admin/"):
            response._csp_replace = {  # type: ignore[attr-defined]
                "require-trusted-types-for": None,
                "trusted-types": None,
            }
        return super().process_response(request, response)


class SqsErrorMiddleware:
    """An SQS error that no view handled: a page that says what happened and what to do."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, SqsError):
            return None
        status, heading = next(
            (status, heading) for kind, status, heading in KINDS if isinstance(error, kind)
        )
        match = request.resolver_match
        connection = connections.get(match.kwargs.get("connection", "")) if match else None
        context = {"error": error, "heading": heading, "connection": connection, "nav": "queues"}
        return render(request, "errors/sqs.html", context, status=status)


class HtmxRedirectMiddleware:
    """fetch() follows a redirect and hands the next page to whoever asked for a part of this one:
    the sign-in page in the middle of a list. So htmx is told to go there instead."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if isinstance(response, HttpResponseRedirectBase) and "HX-Request" in request.headers:
            if request.method == "POST" and response.url.startswith(resolve_url(LOGIN)):
                # What was typed must not be lost to the sign-in page.
                return HttpResponse("Nothing was done: you are signed out.", status=401)
            there = HttpResponseClientRedirect(response.url)
            there.cookies = response.cookies  # what is said on the next page travels in one
            return there
        return response


class NoStoreMiddleware:
    """Pages hold messages: no cache keeps them, the browser's included."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-store")
        patch_vary_headers(response, ["HX-Request"])
        return response
