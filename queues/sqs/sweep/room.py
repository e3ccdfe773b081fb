"""How many messages may still be received, so that no thread brings more than was asked for."""

from threading import Lock

from queues.sqs.batch_call import MAX_ENTRIES


class Room:
    """Two limits: on the messages wanted in all (None: no limit), and on those held at a time."""

    def __init__(self, wanted: int | None, held: int) -> None:
        self._lock = Lock()
        self._wanted, self._held = wanted, held
        self._reserved = 0

    def reserve(self) -> int:
        """How many (0 to 10) the next receive may ask for; settle() must follow, unless 0."""
        with self._lock:
            free = self._held if self._wanted is None else min(self._wanted, self._held)
            number = max(0, min(MAX_ENTRIES, free - self._reserved))
            self._reserved += number
            return number

    def probe(self) -> int:
        """1 where exactly as many are held as may be, and so no more be asked for: it is to be
        found out whether there is more. Each thread may bring one too many."""
        with self._lock:
            wanted = self._wanted is None or self._wanted > self._reserved
            number = int(self._held == 0 and wanted)
            self._reserved += number
            return number

    def settle(self, reserved: int, *, wanted: int = 0, held: int = 0) -> None:
        """A receive is over: of its messages so many are wanted, and so many are held."""
        with self._lock:
            self._reserved -= reserved
            self._held -= held
            if self._wanted is not None:
                self._wanted -= wanted

    def freed(self, number: int) -> None:
        """So many are held no more."""
        with self._lock:
            self._held += number

    @property
    def full(self) -> str:
        """The limit that is reached, or in the case of those held, passed; "" for none."""
        with self._lock:
            if self._wanted is not None and self._wanted <= 0:
                return "number limit"
            return "in-flight limit" if self._held < 0 else ""

    @property
    def receiving(self) -> bool:
        return self._reserved > 0
