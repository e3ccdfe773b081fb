"""What is kept too long goes, in small pieces, so that no reader waits for a big delete."""

from __future__ import annotations

from queues.models import Dump, Message, Sample

CHUNK = 500
MOST_CHUNKS = 40


def expire() -> int:
    """Delete some of the messages of expired dumps; how many. Called again and again."""
    Sample.objects.old().delete()
    deleted = 0
    for dump in Dump.objects.expired()[:MOST_CHUNKS]:
        while deleted < CHUNK * MOST_CHUNKS:
            some = list(dump.messages.values_list("pk", flat=True)[:CHUNK])
            if not some:
                dump.delete()
                break
            Message.objects.filter(pk__in=some).delete()
            deleted += len(some)
    return deleted
