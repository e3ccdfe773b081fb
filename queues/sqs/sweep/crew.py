"""The threads of a sweep. Each does what is most urgent: release, else extend, else receive."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Lock, Thread

from queues.sqs.batch_call import is_lost
from queues.sqs.client import CONNECT_TIMEOUT, READ_TIMEOUT
from queues.sqs.errors import InFlightLimit, InvalidRequest, SqsError, Unreachable
from queues.sqs.messages import new_attempt_id
from queues.sqs.retry import pause
from queues.sqs.sweep.holder import Holder
from queues.sqs.sweep.proof import StopProof
from queues.sqs.sweep.receiver import Receiver
from queues.sqs.sweep.room import Room

# How soon a thread without work looks again.
IDLE = 0.02
# The client's timeouts bound each wait for a byte. This bounds an answer that drips in.
CALL_LIMIT = CONNECT_TIMEOUT + READ_TIMEOUT + 10
# An outage shorter than this, or than the visibility timeout, is waited out.
PATIENCE = 30


@dataclass(slots=True)
class Worker:
    """One thread. FIFO queues repeat the answer to an attempt whose first answer was lost, so
    the attempt's id changes only with an answer."""

    number: int
    attempt_id: str = field(default_factory=new_attempt_id)
    failures: int = 0
    lost: bool = False
    asked_at: float | None = None
    reserved: int = 0
    given_up: bool = False


class Crew:
    def __init__(
        self,
        threads: int,
        *,
        receiver: Receiver,
        holder: Holder,
        proof: StopProof,
        room: Room,
        patience: float,
        extend: bool,
        may_receive: Callable[[], bool],
    ) -> None:
        self._receiver, self._holder, self._proof, self._room = receiver, holder, proof, room
        self._patience = max(patience, PATIENCE)
        self._extend, self._may_receive = extend, may_receive
        self._lock = Lock()
        self._no_more, self._releasing, self._over = Event(), Event(), Event()
        self._last_answer = time.monotonic()
        self._busy = 0
        self._replacements = threads
        self._workers = [Worker(number) for number in range(threads)]
        self.answered = False
        self.over_limit = False
        self.last_error: SqsError | None = None
        self.failure: Exception | None = None

    def start(self) -> None:
        for worker in self._workers:
            self._hire(worker)

    def receive_no_more(self) -> None:
        self._no_more.set()

    def release(self) -> None:
        """From now on, whoever is back from a receive releases."""
        self._no_more.set()
        self._releasing.set()

    @property
    def busy(self) -> bool:
        return self._busy > 0

    def dismiss(self) -> None:
        self._over.set()

    def replace_the_stuck(self) -> None:
        """A thread whose call takes too long is left behind, and what its call brings, dropped."""
        for place, worker in enumerate(self._workers):
            asked_at = self._give_up_if_stuck(worker)
            if asked_at is None:
                continue
            self._room.settle(worker.reserved)
            self._receiver.lost(asked_at)
            self._replacements -= 1
            if self._replacements < 0:
                self._fail(Unreachable("SQS's answers take longer than half a minute to arrive."))
                return
            self._workers[place] = Worker(worker.number)
            self._hire(self._workers[place])

    def _give_up_if_stuck(self, worker: Worker) -> float | None:
        with self._lock:
            stuck = worker.asked_at and time.monotonic() - worker.asked_at > CALL_LIMIT
            worker.given_up = worker.given_up or bool(stuck)
            return worker.asked_at if stuck else None

    def _hire(self, worker: Worker) -> None:
        # A daemon: a call that never ends must not keep the process alive.
        Thread(
            target=self._work, args=(worker,), name=f"sweep-{worker.number}", daemon=True
        ).start()

    def _work(self, worker: Worker) -> None:
        while not (self._over.is_set() or worker.given_up):
            try:
                busy = self._do_the_most_urgent(worker)
            except Exception as error:  # raised again by Sweep.run(), in its caller's thread
                self._fail(error)
                busy = False
            if not busy:
                time.sleep(IDLE)

    def _do_the_most_urgent(self, worker: Worker) -> bool:
        """Whether there was anything to do."""
        if self._releasing.is_set():
            return self._release_some()
        if self._extend and self._holder.extend_some():
            return True
        if self._no_more.is_set() or self._proof.may_rest(worker.number, time.monotonic()):
            return False
        if not self._may_receive() or not (number := self._room.reserve()):
            return False
        self._receive(worker, number)
        return True

    def _release_some(self) -> bool:
        with self._lock:
            self._busy += 1
        try:
            return self._holder.release_some()
        finally:
            with self._lock:
                self._busy -= 1

    def _receive(self, worker: Worker, number: int) -> None:
        wanted = held = 0
        asked_at = time.monotonic()
        with self._lock:
            worker.asked_at, worker.reserved = asked_at, number
        try:
            messages = self._receiver.ask(number, worker.attempt_id)
            if self._is_back(worker):
                if worker.lost:
                    # A server that hung may have served the lost poll only now.
                    self._receiver.served_late()
                worker.attempt_id, worker.failures, worker.lost = new_attempt_id(), 0, False
                self.answered, self._last_answer = True, time.monotonic()
                wanted, held = self._receiver.sort(worker.number, messages, asked_at)
        except SqsError as error:
            if self._is_back(worker):
                self._bear(worker, error, asked_at)
        finally:
            if not worker.given_up:
                self._room.settle(number, wanted=wanted, held=held)

    def _is_back(self, worker: Worker) -> bool:
        """False for a worker that was given up: what it brings has been counted as lost."""
        with self._lock:
            worker.asked_at = None
            return not worker.given_up

    def _bear(self, worker: Worker, error: SqsError, asked_at: float) -> None:
        self.last_error = error
        if isinstance(error, InFlightLimit):
            self.over_limit = True
            return
        if isinstance(error, InvalidRequest) and worker.failures:
            # SQS repeats an answer only while its messages are as they were: ask anew.
            worker.attempt_id, worker.failures = new_attempt_id(), 0
            return
        if is_lost(error):
            worker.lost = True
            self._receiver.lost(asked_at)
        if not error.retryable or time.monotonic() - self._last_answer > self._patience:
            raise error
        worker.failures += 1
        self._no_more.wait(pause(worker.failures))

    def _fail(self, error: Exception) -> None:
        with self._lock:
            self.failure = self.failure or error
        self._no_more.set()
