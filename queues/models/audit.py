"""Who did what to which queue: the intent before, the result after. Nobody edits these rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.utils import timezone


class AuditEntry(models.Model):
    at = models.DateTimeField(default=timezone.now)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    username = models.CharField(max_length=150)
    action = models.CharField(max_length=40)
    connection = models.SlugField(blank=True)
    queue_name = models.CharField(max_length=80, blank=True)
    detail = models.JSONField(default=dict)
    result = models.TextField(blank=True, help_text="empty: it began, and its end is not known")
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at"]
        verbose_name_plural = "audit entries"

    def __str__(self) -> str:
        return f"{self.username} {self.action} {self.connection}/{self.queue_name}"

    def finish(self, result: str) -> None:
        self.result = result
        self.finished_at = timezone.now()
        self.save(update_fields=["result", "finished_at"])


@contextmanager
def audited(
    user: User,
    action: str,
    connection: str = "",
    queue_name: str = "",
    **detail: Any,
) -> Iterator[AuditEntry]:
    """Write the intent, run the act, write how it went. No row, no act.

    The body of the `with` may set `entry.result` to say more than "done".
    """
    entry = AuditEntry.objects.create(
        user=user,
        username=user.get_username(),
        action=action,
        connection=connection,
        queue_name=queue_name,
        detail=detail,
    )
    try:
        yield entry
    except BaseException as error:
        entry.finish(f"failed: {getattr(error, 'sentence', None) or type(error).__name__}")
        raise
    entry.finish(entry.result or "done")
