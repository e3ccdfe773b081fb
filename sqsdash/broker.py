"""The embedded broker: Celery's messages as files in a folder, for one host and no server.

Kombu's own file transport reads files that are still being written, which ends its worker, and
keeps its bindings in files that two starting workers may tear. Here a message appears by rename,
whole or not at all, and bindings live in memory: every process declares the queues it uses.
"""

import os
import uuid
from time import monotonic
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import filesystem, virtual
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    supports_fanout = False
    get_table = virtual.Channel.get_table
    _queue_bind = virtual.Channel._queue_bind
    _delete = virtual.Channel._delete

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        os.makedirs(self.data_folder_out, mode=0o700, exist_ok=True)

    def _put(self, queue: str, payload: dict[str, Any], **kwargs: Any) -> None:
        name = f"{round(monotonic() * 1000):015}_{uuid.uuid4()}"
        folder = self.data_folder_out
        # No dot, no queue in the name: no reader takes it before the rename.
        unfinished = os.path.join(folder, name)
        try:
            with open(unfinished, "w", encoding="utf-8") as file:
                file.write(dumps(payload))
            os.replace(unfinished, os.path.join(folder, f"{name}.{queue}.msg"))
        except OSError as error:
            raise ChannelError(f"Cannot write to the broker's folder {folder}: {error}") from error


class Transport(filesystem.Transport):
    Channel = Channel
    driver_type = "embedded"
    driver_name = "embedded"
