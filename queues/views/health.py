"""For machines: is the process alive, can it work."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.db import connections as databases
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"alive": True})


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 once every database answers and is migrated; else 503 and which one is not."""
    failures = {}
    for alias in databases:
        try:
            executor = MigrationExecutor(databases[alias])
            if executor.migration_plan(executor.loader.graph.leaf_nodes()):
                failures[alias] = "not migrated"
        except Exception as error:  # whatever a database driver raises: it is not ready
            failures[alias] = type(error).__name__
    return JsonResponse({"ready": not failures, **failures}, status=503 if failures else 200)
