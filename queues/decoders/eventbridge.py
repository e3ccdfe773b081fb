"""Events of Amazon EventBridge, once CloudWatch Events: the document stays whole."""

from __future__ import annotations

from queues.decoders.base import Decoder, Document, Step
from queues.decoders.told import facts, named, string, table


class EventBridgeEvent(Decoder):
    name = "eventbridge"
    label = "EventBridge event"
    marks = ('"detail-type"', '"source"', '"detail"')

    def find(self, document: Document) -> Step | None:
        event = table(document.value)
        kind, source = string(event.get("detail-type")), string(event.get("source"))
        if not kind or not source or "detail" not in event:
            return None
        return Step(
            facts=facts(
                ("Event", kind),
                ("Source", source),
                ("Time", event.get("time")),
                ("Region", event.get("region")),
                ("Account", event.get("account")),
                ("Resources", ", ".join(map(string, listed(event.get("resources"))))),
                ("Replayed by", event.get("replay-name")),
                ("Event id", event.get("id")),
            ),
            title=named(kind, about(source, table(event.get("detail")))),
        )


def about(source: str, detail: dict[str, object]) -> str:
    """What an event of S3 is about, since a thousand of them have the same name."""
    if source != "aws.s3":
        return ""
    return string(table(detail.get("object")).get("key"))


def listed(value: object) -> list[object]:
    return value[:10] if isinstance(value, list) else []
