"""What people have set for a queue's messages: how bodies are read, which columns a list has, and
filters with a name. It belongs to the queue, not to who set it: colleagues see the same."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class QueuePreferences(models.Model):
    """`decoder`: empty to find out, "raw" for none, else a chain such as "base64,gzip". `columns`:
    paths into the document, in their order."""

    connection = models.SlugField()
    queue_name = models.CharField(max_length=80)
    decoder = models.CharField(max_length=200, blank=True)
    columns = models.JSONField(default=list)

    class Meta:
        verbose_name_plural = "queue preferences"
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "queue_name"], name="one_set_of_preferences_a_queue"
            )
        ]

    def __str__(self) -> str:
        return f"Preferences of {self.connection}/{self.queue_name}"

    @classmethod
    def of(cls, connection: str, queue_name: str) -> QueuePreferences:
        """Those that were set, or unsaved ones with nothing set."""
        known = cls.objects.filter(connection=connection, queue_name=queue_name).first()
        return known or cls(connection=connection, queue_name=queue_name)

    @property
    def chain(self) -> tuple[str, ...] | None:
        """As decoders take it: None to find out, () for the raw text."""
        return chain_of(self.decoder)


class SavedFilter(models.Model):
    """`params`: a query string, as Query.params() gives it."""

    connection = models.SlugField()
    queue_name = models.CharField(max_length=80)
    name = models.CharField(max_length=80)
    params = models.TextField()
    created_by = models.CharField(max_length=150)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "queue_name", "name"], name="one_saved_filter_a_name"
            )
        ]

    def __str__(self) -> str:
        return self.name


def chain_of(decoder: str) -> tuple[str, ...] | None:
    if not decoder:
        return None
    return () if decoder == "raw" else tuple(decoder.split(","))
