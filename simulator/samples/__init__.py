"""Sample queues: a shop on an ordinary day, with what usually lies about in a shop's queues."""

import random

from simulator.account import Account
from simulator.samples import background, customers, orders
from simulator.samples.shelf import Shelf


def add_samples(account: Account) -> None:
    """Adds the sample queues and their messages, sent over the past days; the same each time."""
    with account.lock:
        shelf = Shelf(account, random.Random("a shop"))
        for fill in (orders.fill, customers.fill, background.fill):
            fill(shelf)


__all__ = ["add_samples"]
