"""What a sweep is put together from: one of each, shared by its threads."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from queues.sqs.guard import Fenced, guarded
from queues.sqs.sweep.doubt import Doubt
from queues.sqs.sweep.holder import Holder
from queues.sqs.sweep.leases import Leases
from queues.sqs.sweep.news import Inbox
from queues.sqs.sweep.outbox import Outbox
from queues.sqs.sweep.proof import StopProof
from queues.sqs.sweep.report import SweepOptions
from queues.sqs.sweep.room import Room
from queues.sqs.sweep.settler import Settler
from queues.sqs.sweep.tally import Tally
from queues.sqs.types import Queue

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class Parts:
    """`client`: makes no call without leave, and none on any thread once it was refused."""

    def __init__(
        self,
        client: "SQSClient",
        queue: Queue,
        options: SweepOptions,
        ask_leave: Callable[[str], None],
        target_url: str,
    ) -> None:
        self._ask_leave = ask_leave
        self.fenced: Fenced | None = None
        self.tally, self.inbox = Tally(), Inbox()
        self.client = guarded(client, self._leave)
        self.leases = Leases(options.visibility_timeout, options.extension)
        self.proof = StopProof(options.threads, options.stop_after_empty, time.monotonic())
        self.room = Room(options.max_messages, options.hold_at_most)
        self.holder = Holder(
            self.client,
            queue.url,
            keep=not options.release,
            leases=self.leases,
            room=self.room,
            inbox=self.inbox,
        )
        self.doubt = Doubt(self.holder, self.proof)
        self.outbox = self._outbox(target_url, options.threads) if target_url else None
        self.settler = Settler(
            self.client,
            queue.url,
            outbox=self.outbox,
            leases=self.leases,
            proof=self.proof,
            room=self.room,
            tally=self.tally,
            inbox=self.inbox,
        )

    @property
    def seen(self) -> int:
        """Different messages that came, those that an earlier sweep had put back among them."""
        return self.tally["unique"] + self.tally["too_new"] + self.leases.retaken

    def _outbox(self, target_url: str, threads: int) -> Outbox:
        return Outbox(
            self.client,
            target_url,
            threads=threads,
            leases=self.leases,
            tally=self.tally,
            inbox=self.inbox,
        )

    def _leave(self, operation: str) -> None:
        if self.fenced:
            raise self.fenced
        try:
            self._ask_leave(operation)
        except Fenced as fenced:
            self.fenced = fenced
            raise
        self.tally.request(operation)
