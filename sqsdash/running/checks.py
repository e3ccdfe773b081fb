"""What must hold before anything is started; each check ends with a sentence where it does not."""

from __future__ import annotations

import errno
import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from sqsdash.running import CannotStart

STANDARD_PORTS = {"redis": 6379, "rediss": 6379, "amqp": 5672, "pyamqp": 5672, "amqps": 5671}
ANSWER_WITHIN = 2.0


@contextmanager
def data_folder(folder: Path) -> Iterator[int]:
    """The folder, made where it is missing, and ours alone; yields the lock's file descriptor.

    Whoever inherits the descriptor keeps the lock alive, so that no second run starts while
    programs of the first still stop.
    """
    # Whatever is written from here on is for this user alone: bodies of messages, the key.
    os.umask(0o077)
    try:
        (folder / "logs").mkdir(parents=True, exist_ok=True)
        lock = os.open(folder / "running.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise CannotStart(
            f"SQSDASH_DATA_DIR is {str(folder)!r}, and nothing can be written there: "
            f"{error.strerror}."
        ) from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield lock
    except BlockingIOError:
        raise CannotStart(
            f"the data folder {folder} is in use by another running dashboard. Stop that one, or "
            f"set SQSDASH_DATA_DIR to another folder."
        ) from None
    finally:
        os.close(lock)


def ports_are_free(wanted: dict[str, tuple[str, int]]) -> None:
    """`wanted`: host and port by the name of the variable that sets the port."""
    with ExitStack() as taken:
        for variable, (host, port) in wanted.items():
            taken.enter_context(_bound(variable, host, port))


def _bound(variable: str, host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET  # as the web server chooses
    try:
        address = socket.getaddrinfo(host, port, family, socket.SOCK_STREAM)[0][4]
    except OSError as error:
        raise not_an_address_here(host, error) from None
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind(address)
        bound.listen()
    except OSError as error:
        bound.close()
        if error.errno == errno.EADDRNOTAVAIL:
            raise not_an_address_here(host, error) from None
        raise CannotStart(
            f"port {port} on {host} cannot be used: {error.strerror}. Set {variable} to another "
            f"port, or stop what uses it."
        ) from None
    return bound


def not_an_address_here(host: str, error: OSError) -> CannotStart:
    return CannotStart(
        f"SQSDASH_HOST is {host!r}, and that is no address of this machine: {error.strerror}."
    )


def broker_trouble(url: str) -> str | None:
    """Why the broker does not answer, if so: no reason not to start, jobs wait for it."""
    parts = urlsplit(url)
    port = parts.port or STANDARD_PORTS.get(parts.scheme)
    if port is None:
        return None
    host = parts.hostname or "127.0.0.1"
    try:
        socket.create_connection((host, port), timeout=ANSWER_WITHIN).close()
    except OSError as error:
        reason = error.strerror or str(error)
        return (
            f"The broker of CELERY_BROKER_URL, {host}:{port}, does not answer ({reason}). "
            f"Jobs wait until it does."
        )
    return None
