"""`manage.py up`: the whole dashboard, until Ctrl-C. The work is in sqsdash/running."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from sqsdash.running import CannotStart
from sqsdash.running.up import up


class Command(BaseCommand):
    help = "Run everything: the web server, workers, scheduler and simulator, until Ctrl-C."
    # Django's own checks look at every model and URL; the web server's start does, too.
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            up(self.say)
        except CannotStart as reason:
            sys.exit(f"sqsdash cannot run: {reason}")

    def say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()
