"""Which database a model lives in: people's side in `default`, the store's in `store`."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import Model

STORE_MODELS = frozenset({"dump", "message", "ledger", "settlement", "finding", "findingpart"})


def store_database() -> str:
    """The store's alias; with one database for both there is no second alias."""
    return "store" if "store" in settings.DATABASES else "default"


class StoreRouter:
    def _database(self, app_label: str, model_name: str | None) -> str:
        if app_label == "queues" and model_name in STORE_MODELS:
            return store_database()
        return "default"

    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        return self._database(model._meta.app_label, model._meta.model_name)

    db_for_write = db_for_read

    def allow_migrate(
        self, db: str, app_label: str, model_name: str | None = None, **hints: Any
    ) -> bool | None:
        if model_name is None:
            return None
        return db == self._database(app_label, model_name)
