"""What is said once the dashboard is up."""

from __future__ import annotations

import shlex

from django.conf import settings

from sqsdash.running.databases import Administrator
from sqsdash.running.ready import reachable_host


def welcome(administrator: Administrator) -> str:
    host = reachable_host()
    shown_host = f"[{host}]" if ":" in host else host
    lines = [
        "",
        "sqsdash is ready.",
        "",
        f"  Address    http://{shown_host}:{settings.SQSDASH['SQSDASH_PORT']}/",
        f"  User       {administrator.username}",
        f"  Password   {password(administrator)}",
    ]
    if administrator.password:
        lines.append("             (made up for this first start; it is not shown again)")
    if settings.SQSDASH["SQSDASH_EMBEDDED_SQS"]:
        endpoint = f"http://127.0.0.1:{settings.SQSDASH['SQSDASH_EMBEDDED_SQS_PORT']}"
        lines += [
            f"  Simulator  {endpoint}, region us-east-1; any credentials will do:",
            "             AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any "
            f"aws sqs list-queues --region us-east-1 --endpoint-url {endpoint}",
        ]
    lines += [f"  Data       {settings.DATA_DIR} (logs in logs/)", "", "Ctrl-C stops it.", ""]
    return "\n".join(lines)


def password(administrator: Administrator) -> str:
    if administrator.password:
        return administrator.password
    if administrator.is_new:
        return "the one in DJANGO_SUPERUSER_PASSWORD"
    return (
        f"as before; a new one: SQSDASH_DATA_DIR={shlex.quote(str(settings.DATA_DIR))} "
        f".venv/bin/python manage.py changepassword {administrator.username}"
    )
