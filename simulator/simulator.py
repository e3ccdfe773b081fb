"""The simulator as one object: start it, point a client at its endpoint, look inside, stop it."""

import ipaddress
from collections import Counter
from types import TracebackType

from simulator.account import Account, Settings
from simulator.clock import Clock
from simulator.control import PREFIX, Control
from simulator.faults import Faults
from simulator.history import Stay
from simulator.http_server import HttpServer, Request, Response
from simulator.oracle import SeenMessage, look, recall
from simulator.protocol import Protocol


class Simulator:
    """An Amazon SQS in memory, on loopback.

    The same `seed` and the same calls one after the other give the same answers. `count_lag` and
    `recently_deleted` are seconds; `sampling=False` makes short polls find everything there is,
    in strict order. `history=True` remembers what was in each queue; see `history`.
    """

    def __init__(
        self,
        port: int = 0,
        host: str = "127.0.0.1",
        *,
        seed: int | None = None,
        clock: Clock | None = None,
        count_lag: float = 1.0,
        in_flight_limit: int = 120_000,
        region: str = "us-east-1",
        account: str = "000000000000",
        recently_deleted: float = 60.0,
        sampling: bool = True,
        history: bool = False,
    ) -> None:
        if not ipaddress.IPv4Address(host).is_loopback:
            raise ValueError("the simulator checks no signature, and so listens on loopback only")
        self.clock = clock or Clock()
        self.faults = Faults(seed, self.clock)
        settings = Settings(
            region=region,
            account=account,
            count_lag=count_lag,
            in_flight_limit=in_flight_limit,
            recently_deleted=recently_deleted,
            sampling=sampling,
        )
        self.account = Account(settings, self.clock, self.faults, seed)
        if history:
            self.account.keep_history()
        self._address = (host, port)
        self._server: HttpServer | None = None
        self._protocol: Protocol | None = None

    def start(self) -> "Simulator":
        """OSError if the port is taken. After a stop: the same address, and all it held."""
        server = HttpServer(*self._address, self._respond)
        self._address = (self._address[0], server.port)
        self._server = server
        self.account.closing = False
        self._protocol = Protocol(self.account, self.endpoint)
        self._control = Control(self.account)
        server.start()
        return self

    def stop(self) -> None:
        if self._server is None or self._protocol is None:
            return
        self.account.close()
        self._protocol.close()
        self._server.stop()
        self._server = None

    def __enter__(self) -> "Simulator":
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def endpoint(self) -> str:
        if self._server is None:
            raise RuntimeError("the simulator has not been started")
        host, port = self._address
        return f"http://{host}:{port}"

    @property
    def calls(self) -> Counter[str]:
        """How often each operation was called."""
        with self.account.lock:
            return Counter(self.account.calls)

    def messages(self, queue_name: str) -> list[SeenMessage]:
        """Every message of the queue and its state, in order of arrival; nothing changes."""
        return look(self.account, queue_name)

    def history(self, queue_name: str) -> list[Stay]:
        """Every message that ever came into the queue: when, and when and why it left."""
        return recall(self.account, queue_name)

    def _respond(self, request: Request) -> Response:
        if self._protocol is None:
            raise RuntimeError("the simulator has not been started")
        if request.path.startswith(PREFIX):
            return self._control.respond(request)
        return self._protocol.respond(request)
