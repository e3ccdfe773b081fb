"""One call: who asks which account for what."""

from dataclasses import dataclass
from functools import cached_property

from simulator.account import Account
from simulator.parameters import Parameters, required_text
from simulator.queue import Queue


@dataclass(frozen=True)
class Call:
    account: Account
    operation: str
    parameters: Parameters
    sender_id: str
    endpoint: str

    @cached_property
    def queue(self) -> Queue:
        return self.account.by_url(required_text(self.parameters, "QueueUrl"))

    def url(self, name: str) -> str:
        return f"{self.endpoint}/{self.account.settings.account}/{name}"
