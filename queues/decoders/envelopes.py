"""The envelopes that services and libraries put messages in, in the order they are tried."""

from __future__ import annotations

from queues.decoders.aws_notices import CloudWatchAlarm, LambdaRecord
from queues.decoders.base import Decoder
from queues.decoders.celery_task import CeleryTask
from queues.decoders.eventbridge import EventBridgeEvent
from queues.decoders.kombu_message import Kombu
from queues.decoders.s3_event import S3Event
from queues.decoders.s3_pointer import S3Pointer
from queues.decoders.sns import SnsConfirmation, SnsNotification

ENVELOPES: tuple[Decoder, ...] = (
    SnsNotification(),
    SnsConfirmation(),
    CeleryTask(),
    Kombu(),
    EventBridgeEvent(),
    S3Event(),
    S3Pointer(),
    CloudWatchAlarm(),
    LambdaRecord(),
)
