"""How fast the simulator answers, against a do-nothing `http.server` answering as many bytes.

    python tests/simulator/rate.py [calls]

Receives of ten 1 KB messages over one kept-alive connection, at several queue lengths. A script,
not a test: speed on a shared machine proves nothing either way.
"""

import json
import multiprocessing
import socket
import statistics
import sys
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from simulator import Simulator

BODY = "x" * 1_024
# Messages in the queue, and the visibility timeout of the receives: 0 leaves the queue as it is,
# an hour drains it.
CASES = ((1, 0), (1_000, 0), (100_000, 0), (100_000, 3_600))
ROUNDS = 20
HEADERS = (
    "Content-Type: application/x-amz-json-1.0\r\nUser-Agent: Boto3/1.44\r\n"
    "X-Amz-Date: 20261123T180000Z\r\nAccept-Encoding: identity\r\n"
    "Authorization: AWS4-HMAC-SHA256 Credential=AKIA/20261123/us-east-1/sqs/aws4_request, "
    "SignedHeaders=host, Signature=0\r\n"
)


class Client:
    """The barest HTTP client, so that the server is what is measured."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.port = port

    def call(self, operation: str, parameters: dict[str, Any]) -> bytes:
        body = json.dumps(parameters).encode()
        head = (
            f"POST / HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n{HEADERS}"
            f"X-Amz-Target: AmazonSQS.{operation}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self.socket.sendall(head.encode() + body)
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += self.socket.recv(65_536)
        head_bytes, _, content = answer.partition(b"\r\n\r\n")
        length = int(head_bytes.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        while len(content) < length:
            content += self.socket.recv(65_536)
        return content


def serve_nothing(pipe: Connection, size: int) -> None:
    answer = b"x" * size

    class Nothing(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Nothing)
    # Without it each answer waits for the client's acknowledgement of its header.
    server.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    pipe.send(server.server_port)
    server.serve_forever()


def serve_sqs(pipe: Connection, length: int) -> None:
    with Simulator(seed=1) as simulator:
        pipe.send(int(simulator.endpoint.rpartition(":")[2]))
        pipe.recv()


def fill(client: Client, url: str, length: int) -> None:
    for start in range(0, length, 10):
        entries = [
            {"Id": str(number), "MessageBody": BODY}
            for number in range(start, min(start + 10, length))
        ]
        client.call("SendMessageBatch", {"QueueUrl": url, "Entries": entries})


def rates(first: Callable[[], bytes], second: Callable[[], bytes], calls: int) -> list[float]:
    """Median calls a second of each; in turns, so that both meet the same other load."""
    found: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for call, rounds in zip((first, second), found, strict=True):
            started = time.perf_counter()
            for _ in range(calls // ROUNDS):
                call()
            rounds.append((calls // ROUNDS) / (time.perf_counter() - started))
    return [statistics.median(rounds) for rounds in found]


def with_server(
    target: Callable[[Connection, int], None], argument: int
) -> tuple[multiprocessing.Process, Client]:
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.Process(target=target, args=(theirs, argument), daemon=True)
    process.start()
    return process, Client(ours.recv())


def main() -> None:
    calls = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    for length, visibility_timeout in CASES:
        process, client = with_server(serve_sqs, length)
        url = json.loads(client.call("CreateQueue", {"QueueName": "rate"}))["QueueUrl"]
        fill(client, url, length)
        asked = {
            "QueueUrl": url,
            "MaxNumberOfMessages": 10,
            "VisibilityTimeout": visibility_timeout,
            "WaitTimeSeconds": 1,
            "MessageSystemAttributeNames": ["All"],
        }

        def receive(client: Client = client, asked: dict[str, Any] = asked) -> bytes:
            return client.call("ReceiveMessage", asked)

        size = round(statistics.mean(len(receive()) for _ in range(50)))
        idle_process, idle_client = with_server(serve_nothing, size)

        def receive_nothing(client: Client = idle_client, asked: dict[str, Any] = asked) -> bytes:
            return client.call("ReceiveMessage", asked)

        ours, theirs = rates(receive, receive_nothing, calls)
        process.terminate()
        idle_process.terminate()
        print(  # noqa: T201
            f"{length:>7} messages hidden for {visibility_timeout:>4} s, {size:>5} bytes each: "
            f"simulator {ours:>6.0f}/s, "
            f"http.server {theirs:>6.0f}/s, ratio {ours / theirs:.2f}"
        )


if __name__ == "__main__":
    main()
