"""The settings of the tests: everything is written to a folder that goes away with the run."""

import os
import tempfile
from pathlib import Path

# What the machine's owner has set for a dashboard of theirs, or for AWS, is not for tests.
for name in list(os.environ):
    ours = name.startswith("SQSDASH_") and not name.startswith("SQSDASH_TEST_")
    if ours or name.startswith(("AWS_", "DJANGO_SUPERUSER_")):
        del os.environ[name]
for name in ("DATABASE_URL", "CELERY_BROKER_URL"):
    os.environ.pop(name, None)

FOLDER = Path(tempfile.mkdtemp(prefix="sqsdash-tests-"))
os.environ["SQSDASH_DATA_DIR"] = str(FOLDER)
# No connection but those that a test makes.
os.environ["SQSDASH_EMBEDDED_SQS"] = "off"

from sqsdash.settings import *  # noqa: E402, F403
from sqsdash.settings import DATABASES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Files, not memory: a live server's threads and a worker's see the same rows.
for alias, config in DATABASES.items():
    config["TEST"] = {"NAME": str(FOLDER / f"test-{alias}.sqlite3")}
