"""The envelopes that services and libraries put messages in, in the order they are tried."""

from __future__ import annotations

from queues.decoders.base import Decoder

ENVELOPES: tuple[Decoder, ...] = ()
