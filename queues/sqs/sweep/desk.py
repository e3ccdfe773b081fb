"""The desk of a sweep's main thread: from here what the other threads brought is handed on, and
what is to be done with it is ordered."""

from threading import Event

from queues.sqs.sweep.news import News, OnNews, Orders
from queues.sqs.sweep.parts import Parts


class Desk:
    """`news`: what has come and is not handed on yet. `stopped`: nothing more is received or begun;
    `winding_up`: all that is held is released. `enough`: nothing more need be received."""

    def __init__(self, parts: Parts, on_news: OnNews) -> None:
        self._parts, self._on_news = parts, on_news
        self.news = News()
        self.stopped, self.winding_up = Event(), Event()
        self.enough = False

    @property
    def settling(self) -> bool:
        """Threads wait for what is written down."""
        return not self._parts.settler.idle or bool(self.news.sent)

    def hand_on(self) -> bool:
        """Whether there was anything to hand on, and so perhaps more to be done."""
        outbox = self._parts.outbox
        # Once it winds up only what was begun before is in line.
        if outbox and (self.winding_up.is_set() or not self.stopped.is_set()):
            self.news.sending += outbox.stage()
        news, self.news = self.news, News()
        try:
            orders = self._on_news(news) if news else None
        finally:
            self._parts.settler.told(news)
        self._parts.tally.add(unique=sum(each.new and each.wanted for each in news.arrivals))
        if orders:
            self.carry_out(orders)
        if outbox:
            outbox.go()
        return bool(news)

    def carry_out(self, orders: Orders) -> None:
        self.enough = self.enough or orders.enough
        if self._parts.outbox and orders.stopped:
            self._parts.outbox.stop(orders.stopped)
        self._parts.settler.order(() if self.stopped.is_set() else orders.send, orders.delete)
