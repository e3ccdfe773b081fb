"""The threads of a sweep: each makes the call that is most urgent, again and again."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event, Lock, Thread

from queues.sqs.errors import SqsError, Unreachable
from queues.sqs.guard import Fenced
from queues.sqs.retry import pause
from queues.sqs.sweep.calls import Call

# How soon a thread without work looks again.
IDLE = 0.02


@dataclass(slots=True)
class Worker:
    """One thread, and the call it is making."""

    number: int
    failures: int = 0
    call: Call | None = None
    asked_at: float = 0.0
    given_up: bool = False


class Crew:
    """`next_call` gives a thread, by its number, what to do; None: nothing just now.

    patience: seconds of failures, without any answer between them, after which an outage ends the
    work. call_limit: seconds after which a call is given up; the client's timeouts bound each wait
    for a byte, this bounds an answer that drips in.
    """

    def __init__(
        self,
        threads: int,
        next_call: Callable[[int], Call | None],
        *,
        patience: float,
        call_limit: float,
    ) -> None:
        self._next_call = next_call
        self._patience, self._call_limit = patience, call_limit
        self._lock = Lock()
        self._no_more, self._over = Event(), Event()
        # When the first call failed since the last answer; None: the last word was an answer.
        self._outage_since: float | None = None
        self._replacements = threads
        self._workers = [Worker(number) for number in range(threads)]
        self.answered = False
        self.last_error: SqsError | None = None
        self.failure: Exception | None = None

    def start(self) -> None:
        for worker in self._workers:
            self._hire(worker)

    def wind_up(self) -> None:
        """From now on a failure stops nobody, and the pauses that are under way are cut short."""
        self._no_more.set()

    @property
    def busy(self) -> bool:
        with self._lock:
            return any(worker.call is not None for worker in self._workers)

    def dismiss(self) -> None:
        self._over.set()

    def replace_the_stuck(self) -> None:
        """A thread whose call takes too long is left behind, and what its call brings, dropped."""
        for place, worker in enumerate(self._workers):
            call = self._give_up_if_stuck(worker)
            if call is None:
                continue
            call.lost()
            self._replacements -= 1
            if self._replacements < 0:
                self._fail(
                    Unreachable(
                        "SQS's answers take too long to arrive: again and again a call was given "
                        f"up after {self._call_limit:g} seconds."
                    )
                )
            # Even then: what is held must be released.
            self._workers[place] = Worker(worker.number)
            self._hire(self._workers[place])

    def _give_up_if_stuck(self, worker: Worker) -> Call | None:
        if not self._is_stuck(worker):  # most of the time, and without keeping others from it
            return None
        with self._lock:
            call = worker.call
            if not self._is_stuck(worker):
                return None
            worker.given_up, worker.call = True, None
            return call

    def _is_stuck(self, worker: Worker) -> bool:
        return worker.call is not None and time.monotonic() - worker.asked_at > self._call_limit

    def _hire(self, worker: Worker) -> None:
        # A daemon: a call that never ends must not keep the process alive.
        Thread(
            target=self._work, args=(worker,), name=f"sweep-{worker.number}", daemon=True
        ).start()

    def _work(self, worker: Worker) -> None:
        while not (self._over.is_set() or worker.given_up):
            try:
                call = None if self.failure and not self._no_more.is_set() else self._take(worker)
                if call is None:
                    time.sleep(IDLE)
                else:
                    self._make(worker, call)
            except Exception as error:  # raised again by the main thread
                worker.call = None
                self._fail(error)

    def _take(self, worker: Worker) -> Call | None:
        # Under the lock, so that nobody finds everyone idle while a call changes hands.
        with self._lock:
            worker.call = call = self._next_call(worker.number)
            worker.asked_at = time.monotonic()
        return call

    def _make(self, worker: Worker, call: Call) -> None:
        try:
            answer = call.ask()
        except SqsError as error:
            if self._is_back(worker):
                self._bear(worker, call, error)
                worker.call = None
            return
        except Exception:  # no error of SQS's: it may not be made any more, or is a mistake
            if self._is_back(worker):
                call.lost()
            raise
        if self._is_back(worker):
            worker.failures = 0
            self.answered, self._outage_since = True, None
            call.answered(answer)
            worker.call = None

    def _is_back(self, worker: Worker) -> bool:
        """False for a worker that was given up: what it brings has been counted as lost."""
        with self._lock:
            # From here on it works on the answer, and is not stuck.
            worker.asked_at = time.monotonic()
            return not worker.given_up

    def _bear(self, worker: Worker, call: Call, error: SqsError) -> None:
        self.last_error = error
        if call.failed(error):
            return
        # Not since the last answer: while all rest till what was lost reappears, none is asked for.
        now = time.monotonic()
        since = self._outage_since = self._outage_since or now
        if not error.retryable or now - since > self._patience:
            raise error
        worker.failures += 1
        worker.call = None
        (self._over if self._no_more.is_set() else self._no_more).wait(pause(worker.failures))

    def _fail(self, error: Exception) -> None:
        with self._lock:
            if self.failure is None or isinstance(error, Fenced):
                self.failure = error
