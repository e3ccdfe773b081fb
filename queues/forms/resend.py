"""The form that sends an edited message in place of a stored one."""

from __future__ import annotations

from typing import Any

from django import forms

from queues.forms.acts import TargetField, kind_of
from queues.forms.send import SendForm
from queues.sqs import names
from queues.sqs.types import Queue


class ResendForm(SendForm):
    """`source`: the queue the original is in, or was. Its deduplication ID is always a fresh one:
    SQS would silently drop what came with one that it remembers."""

    target = TargetField(label="To queue")
    # What was warned of is done all the same, for this target and no other.
    confirmed = forms.CharField(required=False, widget=forms.HiddenInput)
    replace = forms.BooleanField(
        label="Delete the original once SQS has confirmed the edited one",
        required=False,
        initial=True,
    )

    def __init__(self, source: str, queue: Queue, *args: Any, findable: bool, **kwargs: Any):
        """`findable`: the original may still be in its queue."""
        super().__init__(queue, *args, **kwargs)
        self.source = source
        for name in ("delay_seconds", "message_deduplication_id"):
            self.fields.pop(name, None)
        if not findable:
            del self.fields["replace"]

    def clean_target(self) -> str:
        target: str = self.cleaned_data["target"]
        if complaint := names.check_name(target):
            raise forms.ValidationError(complaint)
        if names.is_fifo(target) != names.is_fifo(self.source):
            raise forms.ValidationError(
                f"{target} is a {kind_of(target)} queue and {self.source} a {kind_of(self.source)} "
                f"one. A message is resent between queues of one type only."
            )
        return target

    @property
    def replaces(self) -> bool:
        return bool(self.cleaned_data.get("replace"))
