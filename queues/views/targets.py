"""Where messages are sent: looked up on the server, and what speaks against it said before."""

from __future__ import annotations

from itertools import islice

from django import forms

from queues import connections
from queues.access import require
from queues.connections_file import Connection
from queues.jobs.forecast import larger_than
from queues.jobs.sample import look_at_one
from queues.jobs.space import in_words
from queues.models import Queue
from queues.sqs.errors import SqsError
from queues.sqs.names import name_from_arn, name_from_url
from queues.sqs.redrive import dead_letter_sources
from queues.views.http import Request
from queues.views.selection import Selection

MOST_OFFERED = 1_000
NAMED = 5


def offered(source: Queue) -> list[str]:
    """The names a target is chosen from: queues of the same type, as last seen."""
    names = Queue.objects.of(source.connection).exclude(pk=source.pk).values_list("name", flat=True)
    kind = (
        names.filter(name__endswith=".fifo")
        if source.fifo
        else names.exclude(name__endswith=".fifo")
    )
    return list(kind[:MOST_OFFERED])


def sources_of(connection: Connection, queue: Queue, selection: Selection | None) -> list[str]:
    """The queues a dead-letter queue's messages come from, by all that is known."""
    try:
        urls = dead_letter_sources(connections.client(connection), queue.url)
        names = {name_from_url(url) for url in urls}
    except SqsError:
        # Not everyone may ask that: what the sampler has seen must do.
        names = set(queue.sources.values_list("name", flat=True))
    for message in selection.some() if selection else []:
        if arn := message.facts.dead_letter_source_arn:
            names.add(name_from_arn(arn))
    return sorted(names)


def is_dead_letter_queue(connection: Connection, queue: Queue) -> bool:
    """Also where the sampler has not seen its sources yet."""
    if queue.failure:
        return queue.sources.exists()
    return bool(sources_of(connection, queue, None))


def look_at_target(
    request: Request, connection: Connection, form: forms.Form, field: str
) -> Queue | None:
    """The queue that a form's field names, as SQS describes it now; None: the form says why not."""
    name: str = form.cleaned_data[field]
    require(request.user, "send", connection.slug, name)
    try:
        return look_at_one(connection, name)
    except SqsError as error:
        form.add_error(field, error.sentence)
        return None


def too_large(selection: Selection | None, target: Queue) -> str:
    """Of chosen messages the size is known, so what SQS would refuse is refused before."""
    most = target.sqs.maximum_message_size
    if not selection:
        return ""
    larger = list(islice(larger_than(most, selection.dump, selection.ordinals), NAMED + 1))
    if not larger:
        return ""
    some = ", ".join(f"message {ordinal:,}" for ordinal in larger[:NAMED])
    return (
        f"{target.name} takes messages of at most {in_words(most)}. Larger than that: {some}"
        f"{' and others' if len(larger) > NAMED else ''}."
    )


def warnings(source: Queue, target: Queue, selection: Selection | None) -> list[str]:
    """What to think about before the one queue's messages are sent to the other."""
    found = []
    redrive, back = source.sqs.redrive, target.sqs.redrive
    if redrive and redrive.target_name == target.name:
        found.append(
            f"{target.name} is the dead-letter queue of {source.name}: what is moved there counts "
            f"as given up, though nobody tried it."
        )
        if back and back.target_name == source.name:
            found.append(
                f"And {source.name} is the dead-letter queue of {target.name}: messages that fail "
                f"go round between the two."
            )
    most, may_have = target.sqs.maximum_message_size, source.sqs.maximum_message_size
    if selection is None and most < may_have:
        found.append(
            f"{target.name} takes messages of at most {in_words(most)}, {source.name} of up to "
            f"{in_words(may_have)}. Those that are too large fail, and stay in {source.name}."
        )
    return found
