"""An Amazon SQS in memory, on loopback, for trying things out and for breaking them on purpose."""

from simulator.clock import Clock
from simulator.simulator import Simulator

__all__ = ["Clock", "Simulator"]
