"""The embedded broker: Celery's messages as files in a folder, for one host and no server.

Kombu's own file transport reads files that are still being written, which ends its worker, moves
messages through the host's shared temporary folder, and keeps its bindings in files that two
starting workers may tear. Here a message appears by rename, whole or not at all, whoever removes
its file has it, and bindings live in memory: every process declares the queues it uses.

A folder that cannot be used is a lost connection: workers try again, a job's bell rings later.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import virtual
from kombu.utils.json import dumps, loads


class Channel(virtual.Channel):
    def __init__(self, connection: Any, **kwargs: Any) -> None:
        super().__init__(connection, **kwargs)
        self.folder = Path(connection.client.transport_options["folder"])
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def _put(self, queue: str, message: dict[str, Any], **kwargs: Any) -> None:
        name = f"{time.time_ns():020}-{uuid.uuid4().hex}"
        # No queue in this name: no reader takes it before the rename.
        unfinished = self.folder / f"{name}.unfinished"
        unfinished.write_text(dumps(message), encoding="utf-8")
        unfinished.rename(self.folder / f"{name}.{queue}.msg")

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        for path in self._waiting(queue):
            try:
                text = path.read_text(encoding="utf-8")
                path.unlink()
            except FileNotFoundError:
                continue  # another worker has it
            return loads(text)
        raise Empty

    def _purge(self, queue: str) -> int:
        count = 0
        for path in self._waiting(queue):
            path.unlink(missing_ok=True)
            count += 1
        return count

    def _size(self, queue: str) -> int:
        return sum(1 for _ in self._waiting(queue))

    def _waiting(self, queue: str) -> Iterator[Path]:
        """The messages of a queue, oldest first."""
        return iter(sorted(self.folder.glob(f"*.{queue}.msg")))


class Transport(virtual.Transport):
    Channel = Channel
    connection_errors = (*virtual.Transport.connection_errors, OSError)
    driver_type = "embedded"
    driver_name = "embedded"
    # Every connection of a process knows the queues that any of them has declared.
    state = virtual.BrokerState()

    def __init__(self, client: Any, **kwargs: Any) -> None:
        super().__init__(client, **kwargs)
        self.state = type(self).state

    @property
    def default_connection_params(self) -> dict[str, Any]:
        return {}

    def drain_events(self, connection: Any, timeout: float | None = None, **kwargs: Any) -> None:
        # A worker that is told to stop sees that only when this returns: not after its two seconds.
        super().drain_events(connection, timeout=0.2)

    def driver_version(self) -> str:
        return "1"
