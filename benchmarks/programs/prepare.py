"""Makes a data folder that jobs can run in: databases and a user. Prints which jobs there are."""

from __future__ import annotations

import json
import sys

from django.contrib.auth.models import User

from queues.tasks import WORK
from sqsdash.running import databases

USERNAME = "bench"


def main() -> None:
    databases.migrate()
    User.objects.create_user(USERNAME)
    sys.stdout.write(json.dumps({"kinds": [str(kind) for kind in WORK]}) + "\n")
