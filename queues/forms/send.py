"""The form that sends one message: body, attributes of every type, delay, FIFO ids."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.http import HttpRequest

from queues.sqs.types import MessageAttribute, Outgoing, Queue
from queues.sqs.validation import validate

MOST_ATTRIBUTES = 10


class AttributeForm(forms.Form):
    """One message attribute. A row without a name and a value does not count."""

    name = forms.CharField(label="Name", required=False, max_length=256, strip=False)
    type = forms.ChoiceField(
        label="Type",
        choices=[(name, name) for name in ("String", "Number", "Binary")],
        initial="String",
        required=False,
    )
    label = forms.CharField(
        label="Custom label", required=False, help_text="Optional: makes Number.int of Number."
    )
    value = forms.CharField(
        label="Value",
        required=False,
        strip=False,
        help_text="Binary: in base64, or choose a file.",
        widget=forms.Textarea(attrs={"rows": 1, "spellcheck": "false"}),
    )
    file = forms.FileField(label="File", required=False)

    def clean_value(self) -> str:
        return unix_lines(self.cleaned_data["value"])

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        value, file = data.get("value", ""), data.get("file")
        if not data.get("name") and (value or file):
            self.add_error("name", "An attribute needs a name.")
        data["attribute"] = None
        if data.get("name"):
            data["attribute"] = self._attribute(data, value, file)
        return data

    def _attribute(self, data: dict[str, Any], value: str, file: Any) -> MessageAttribute | None:
        base = data.get("type") or "String"
        kind = f"{base}.{data['label']}" if data.get("label") else base
        if base != "Binary":
            if file:
                self.add_error("file", "A file goes with the type Binary.")
            return MessageAttribute(kind, value)
        if file:
            return MessageAttribute(kind, file.read())
        try:
            return MessageAttribute(kind, base64.b64decode(value, validate=True))
        except (binascii.Error, ValueError):
            self.add_error("value", "This is not base64, which a binary value is typed in.")
            return None


class AttributeFormSet(BaseFormSet):  # type: ignore[type-arg]
    def clean(self) -> None:
        names = [form.cleaned_data.get("name") for form in self.forms if form.is_valid()]
        given = [name for name in names if name]
        twice = {name for name in given if given.count(name) > 1}
        if twice:
            raise forms.ValidationError(
                f"Each attribute has a name of its own; {', '.join(sorted(twice))} stands twice."
            )

    @property
    def attributes(self) -> dict[str, MessageAttribute]:
        return {
            form.cleaned_data["name"]: form.cleaned_data["attribute"]
            for form in self.forms
            if form.cleaned_data.get("attribute") is not None
        }


def attribute_forms(
    request: HttpRequest, initial: Sequence[dict[str, Any]] = (), *, as_posted: bool = True
) -> AttributeFormSet:
    """The ten attributes a message may have: as they were posted, as they are given, or empty."""
    factory = cast(
        type[AttributeFormSet],
        formset_factory(
            AttributeForm,
            formset=AttributeFormSet,
            extra=MOST_ATTRIBUTES - len(initial),
            max_num=MOST_ATTRIBUTES,
            validate_max=True,
        ),
    )
    posted = request.method == "POST" and as_posted
    return factory(
        request.POST if posted else None,
        request.FILES if posted else None,
        initial=list(initial) or None,
        prefix="attributes",
    )


ESCAPED = (
    "The stored message holds characters that SQS does not take. Here they are written as escapes, "
    "such as \\x00."
)


class SendForm(forms.Form):
    body = forms.CharField(
        label="Message body",
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false", "class": "mono"}),
    )
    delay_seconds = forms.IntegerField(
        label="Delay",
        required=False,
        min_value=0,
        max_value=900,
        help_text="0 to 900. Empty: the queue's own.",
    )
    message_group_id = forms.CharField(label="Message group ID", required=False, max_length=128)
    message_deduplication_id = forms.CharField(
        label="Deduplication ID", required=False, max_length=128
    )

    def __init__(self, queue: Queue, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.initial.get("escaped"):
            self.fields["body"].help_text = ESCAPED
        self.queue = queue
        group, deduplication = (
            self.fields["message_group_id"],
            self.fields["message_deduplication_id"],
        )
        if queue.fifo:
            del self.fields["delay_seconds"]
            group.required = True
            group.help_text = "Messages of one group are delivered in order, one after another."
            deduplication.help_text = (
                "Empty: the SHA-256 of the body." if queue.content_based_deduplication else ""
            )
            deduplication.required = not queue.content_based_deduplication
        else:
            group.help_text = "Optional: the tenant, for fair queues."
            del self.fields["message_deduplication_id"]

    def clean_body(self) -> str:
        return unix_lines(self.cleaned_data["body"])

    def outgoing(self, attributes: dict[str, MessageAttribute]) -> Outgoing:
        data = self.cleaned_data
        return Outgoing(
            body=data["body"],
            message_attributes=attributes,
            delay_seconds=data.get("delay_seconds"),
            message_group_id=data.get("message_group_id") or None,
            message_deduplication_id=data.get("message_deduplication_id") or None,
        )

    def refuse(self, outgoing: Outgoing) -> bool:
        """Say what SQS would refuse, before it is asked; whether there was anything."""
        sentences = validate(outgoing, self.queue)
        for sentence in sentences:
            self.add_error(None, sentence)
        return bool(sentences)


def unix_lines(text: str) -> str:
    """As it was typed: a browser sends every line end of a form as CR LF."""
    return text.replace("\r\n", "\n")
