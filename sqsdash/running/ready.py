"""Waiting until the dashboard answers."""

from __future__ import annotations

import http.client
import socket
import subprocess
import time

from django.conf import settings

from sqsdash.running import CannotStart

READY_WITHIN = 60.0
ASK_EVERY = 0.05
WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}


def reachable_host() -> str:
    """The web server's host as this machine reaches it."""
    host: str = settings.SQSDASH["SQSDASH_HOST"]
    return WILDCARDS.get(host, host)


def wait_until_ready(supervisor: subprocess.Popen[bytes]) -> None:
    """Return once the web server and the simulator answer. CannotStart if they never do."""
    deadline = time.monotonic() + READY_WITHIN
    while not (web_is_ready() and simulator_is_ready()):
        if supervisor.poll() is not None:
            raise CannotStart("one of its programs did not get up.")
        if time.monotonic() > deadline:
            raise CannotStart(
                f"it was not ready after {READY_WITHIN:.0f} s. See the logs in "
                f"{settings.DATA_DIR}/logs."
            )
        time.sleep(ASK_EVERY)


def web_is_ready() -> bool:
    connection = http.client.HTTPConnection(
        reachable_host(), settings.SQSDASH["SQSDASH_PORT"], timeout=2
    )
    try:
        headers = {"Host": "localhost", "X-Forwarded-Proto": "https"}
        connection.request("GET", "/readyz", headers=headers)
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def simulator_is_ready() -> bool:
    if not settings.SQSDASH["SQSDASH_EMBEDDED_SQS"]:
        return True
    address = ("127.0.0.1", settings.SQSDASH["SQSDASH_EMBEDDED_SQS_PORT"])
    try:
        socket.create_connection(address, timeout=2).close()
    except OSError:
        return False
    return True
