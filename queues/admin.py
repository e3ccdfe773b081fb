"""Django's admin: people, and a look at our rows. Nobody edits what happened."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from queues.models import AuditEntry, ConnectionStatus, Dump, Job, Queue

admin.site.site_header = admin.site.site_title = "sqsdash"
admin.site.index_title = "Administration"


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ("at", "username", "action", "connection", "queue_name", "result")
    list_filter = ("action", "connection")
    search_fields = ("username", "queue_name", "result")
    date_hierarchy = "at"


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "kind", "connection", "queue_name", "state", "stored", "attempts")
    list_filter = ("state", "kind", "connection")
    search_fields = ("queue_name",)


@admin.register(Dump)
class DumpAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "connection", "queue_name", "created_by", "message_count")
    list_filter = ("connection",)

    def get_queryset(self, request: HttpRequest) -> Any:
        # Peeks are private to who peeked, here too.
        return Dump.objects.listed()


@admin.register(Queue)
class QueueAdmin(ReadOnlyAdmin):
    list_display = ("name", "connection", "available", "in_flight", "delayed", "observed_at")
    list_filter = ("connection",)
    search_fields = ("name",)


@admin.register(ConnectionStatus)
class ConnectionStatusAdmin(ReadOnlyAdmin):
    list_display = ("connection", "listed_at", "failed_at", "failure")
