"""`python -m tests.faults.worker worker --queues jobs …`: Celery's own, with a probe in it."""

from __future__ import annotations

import sys

import django

django.setup()

from celery.__main__ import main  # noqa: E402

from tests.faults.orders import Orders  # noqa: E402
from tests.faults.probe import Probe  # noqa: E402

if __name__ == "__main__":
    Probe(Orders.received()).install()
    sys.argv[1:1] = ["-A", "sqsdash.celery"]
    main()
