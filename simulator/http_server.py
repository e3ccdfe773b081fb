"""HTTP/1.1 on loopback, as little of it as SDKs need: fast, because every test waits for it."""

import contextlib
import socket
import threading
from collections.abc import Callable, Mapping
from typing import NamedTuple

LARGEST_HEAD = 65_536
LARGEST_BODY = 16 * 1_048_576  # a 1 MiB batch, with every character escaped and some to spare
REASONS = {
    200: "OK",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    413: "Content Too Large",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
    501: "Not Implemented",
    503: "Service Unavailable",
}


class Request(NamedTuple):
    """Header names in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class Response(NamedTuple):
    status: int
    content_type: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()
    # Sends the answer in a way of its own (see deliveries.py); false: the connection closes then.
    deliver: Callable[[socket.socket, "Response"], bool] | None = None

    def encoded(self) -> bytes:
        lines = [
            f"HTTP/1.1 {self.status} {REASONS.get(self.status, 'Error')}",
            f"Content-Type: {self.content_type}",
            f"Content-Length: {len(self.body)}",
            *(f"{name}: {value}" for name, value in self.headers),
            "\r\n",
        ]
        return "\r\n".join(lines).encode("latin-1") + self.body


class BadRequest(Exception):
    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.response = Response(status, "text/plain; charset=utf-8", text.encode())


class HttpServer:
    """One thread a connection."""

    def __init__(self, host: str, port: int, respond: Callable[[Request], Response]) -> None:
        self._respond = respond
        self._listener = socket.create_server((host, port), backlog=512)
        self.port: int = self._listener.getsockname()[1]
        self._connections: dict[socket.socket, threading.Thread] = {}
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._acceptor = threading.Thread(target=self._accept, name="sqs-accept", daemon=True)

    def start(self) -> None:
        self._acceptor.start()

    def stop(self) -> None:
        self._stopping.set()
        # shutdown, because close alone leaves a thread in accept or recv asleep.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._acceptor.join(2)
        with self._lock:
            connections = dict(self._connections)
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in connections.values():
            thread.join(2)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                if self._stopping.is_set():
                    return
                continue
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            thread = threading.Thread(
                target=self._serve, args=(connection,), name="sqs-connection", daemon=True
            )
            with self._lock:
                self._connections[connection] = thread
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with connection:
                self._converse(connection)
        except OSError:
            pass  # the client went away: nobody is left to tell
        finally:
            with self._lock:
                self._connections.pop(connection, None)

    def _converse(self, connection: socket.socket) -> None:
        reader = _Reader(connection)
        while not self._stopping.is_set():
            try:
                request = reader.next_request()
            except BadRequest as bad:
                connection.sendall(bad.response.encoded())
                return
            if request is None:
                return
            response = self._respond(request)
            if response.deliver is None:
                connection.sendall(response.encoded())
            elif not response.deliver(connection, response):
                return
            if request.headers.get("connection", "").lower() == "close":
                return


class _Reader:
    """Cuts requests out of a connection's bytes."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._buffer = b""

    def next_request(self) -> Request | None:
        """None when the client has closed the connection."""
        head = self._read_head()
        if head is None:
            return None
        lines = head.decode("latin-1").split("\r\n")
        words = lines[0].split(" ")
        if len(words) != 3 or not words[2].startswith("HTTP/1."):
            raise BadRequest(400, "This is not an HTTP/1.1 request.")
        headers = {
            name.lower(): value.strip() for name, _, value in (h.partition(":") for h in lines[1:])
        }
        if "transfer-encoding" in headers:
            raise BadRequest(501, "Chunked requests are not supported: send a Content-Length.")
        return Request(words[0], words[1], headers, self._read_body(headers))

    def _read_head(self) -> bytes | None:
        while (end := self._buffer.find(b"\r\n\r\n")) < 0:
            if len(self._buffer) > LARGEST_HEAD:
                raise BadRequest(431, "The request's header is too large.")
            if not self._read_more():
                return None
        head, self._buffer = self._buffer[:end], self._buffer[end + 4 :]
        return head

    def _read_body(self, headers: Mapping[str, str]) -> bytes:
        length = headers.get("content-length", "0")
        if not (length.isascii() and length.isdigit() and len(length) < 12):
            raise BadRequest(400, "The Content-Length is not a number.")
        size = int(length)
        if size > LARGEST_BODY:
            raise BadRequest(413, f"A request may have at most {LARGEST_BODY} bytes.")
        if headers.get("expect", "").lower() == "100-continue":
            self._connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        parts, missing = [self._buffer], size - len(self._buffer)
        while missing > 0:
            part = self._connection.recv(min(missing, 1_048_576))
            if not part:
                raise ConnectionError("the client closed the connection inside a request")
            parts.append(part)
            missing -= len(part)
        received = b"".join(parts)
        self._buffer = received[size:]
        return received[:size]

    def _read_more(self) -> bool:
        part = self._connection.recv(65_536)
        self._buffer += part
        return bool(part)
