"""`python -m simulator`: the simulator in the foreground, until SIGTERM or Ctrl-C."""

import argparse
import errno
import signal
import sys
import threading

from simulator.samples import add_samples
from simulator.simulator import Simulator


def main() -> int:
    options = _options()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    simulator = Simulator(options.port, seed=options.seed, count_lag=options.count_lag)
    if options.samples:
        add_samples(simulator.account)
    try:
        simulator.start()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            reason = "is already in use by another program"
        else:
            reason = f"cannot be used: {error.strerror}"
        print(f"simulator: port {options.port} on 127.0.0.1 {reason}.", file=sys.stderr)
        return 1
    print(f"Amazon SQS simulator ready at {simulator.endpoint}", flush=True)
    stop.wait()
    simulator.stop()
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="simulator", description=main.__doc__ or __doc__)
    parser.add_argument("--port", type=_port, default=9324, help="on 127.0.0.1; 0 picks a free one")
    parser.add_argument("--samples", action="store_true", help="start with sample queues")
    parser.add_argument("--seed", type=int, help="the same calls then give the same answers")
    parser.add_argument("--count-lag", type=_seconds, default=1.0, help="seconds counts may be old")
    return parser.parse_args()


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= 65_535):
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: 0 to 65535")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1
    if not 0 <= seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds")
    return seconds


if __name__ == "__main__":
    sys.exit(main())
