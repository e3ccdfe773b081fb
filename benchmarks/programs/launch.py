"""`launch NAME ...`: runs a program of this package that needs the dashboard's models."""

from __future__ import annotations

import os
import sys
from importlib import import_module

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sqsdash.settings")
    django.setup()
    # Only now: models can't be imported before.
    program = import_module(f"benchmarks.programs.{sys.argv.pop(1)}")
    program.main()


if __name__ == "__main__":
    main()
