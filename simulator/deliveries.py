"""Answers as a broken network brings them. Each tells whether its connection can go on."""

import socket
import struct
from collections.abc import Callable

from simulator.http_server import Response

PIECES = 200  # of a dripping answer, at most
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # struct linger: on, for no seconds


def closed(connection: socket.socket, response: Response) -> bool:
    """Not a byte."""
    return False


def reset(connection: socket.socket, response: Response) -> bool:
    """A TCP reset where the answer should be."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    return False


def truncated(connection: socket.socket, response: Response) -> bool:
    """A promise of the whole body, and the first half of it."""
    missing = (len(response.body) + 1) // 2
    connection.sendall(response.encoded()[:-missing])
    return False


def dripping(
    seconds: float, pause: Callable[[float], bool]
) -> Callable[[socket.socket, Response], bool]:
    """All of it, spread over that time. `pause` waits, and tells whether to give up."""

    def deliver(connection: socket.socket, response: Response) -> bool:
        answer = response.encoded()
        size = -(-len(answer) // PIECES)
        starts = range(0, len(answer), size)
        for start in starts:
            if pause(seconds / len(starts)):
                return False
            connection.sendall(answer[start : start + size])
        return True

    return deliver
