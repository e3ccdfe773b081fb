"""The Celery app. Tasks are doorbells: the database is the truth (see queues/tasks.py)."""

import os

from celery import Celery
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sqsdash.settings")
TRANSPORT_ALIASES["embedded"] = "sqsdash.broker:Transport"

app = Celery("sqsdash")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["queues"])
