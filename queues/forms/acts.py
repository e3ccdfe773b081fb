"""Forms that take messages out of a queue: clear, delete selected, move, redrive."""

from __future__ import annotations

from typing import Any

from django import forms

from queues.forms.filters import MinutesForm, SweepForm
from queues.forms.queues import DeleteQueueForm
from queues.sqs import names
from queues.sqs.redrive import FASTEST

PLAIN = {"autocomplete": "off", "spellcheck": "false"}


class ClearForm(SweepForm, DeleteQueueForm):
    pass


class DeleteSelectedForm(MinutesForm):
    pass


class TargetField(forms.CharField):
    """The name of a queue; what is offered for it stands in queues/_names.html."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_length=names.MAX_LENGTH,
            widget=forms.TextInput(attrs={**PLAIN, "list": "queue-names"}),
            **kwargs,
        )


class MoveForm(SweepForm):
    target = TargetField(label="Target queue", help_text="A queue of the same connection and type.")
    # What was warned of is done all the same, for this target and no other.
    confirmed = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, source: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.source = source

    def clean_target(self) -> str:
        target: str = self.cleaned_data["target"]
        if target and (complaint := unfit(self.source, target)):
            raise forms.ValidationError(complaint)
        return target


class RedriveForm(MoveForm):
    """Both ways in one form; which fields count depends on `way`."""

    way = forms.ChoiceField(
        label="Who moves the messages",
        required=False,
        choices=[("own", "sqsdash"), ("task", "SQS, by a message move task")],
        initial="own",
        widget=forms.RadioSelect,
    )
    destination = TargetField(
        label="Destination",
        required=False,
        help_text="Leave empty, and each message goes back to the queue it came from.",
    )
    per_second = forms.IntegerField(
        label="Fastest",
        required=False,
        min_value=1,
        max_value=FASTEST,
        help_text=f"1 to {FASTEST}. Leave empty, and SQS goes as fast as it sees fit.",
    )

    def __init__(self, source: str, *args: Any, chosen: bool = False, **kwargs: Any) -> None:
        """`chosen`: it is for selected messages only."""
        super().__init__(source, *args, **kwargs)
        self.chosen = chosen
        self.fields["target"].required = not self.by_task

    @property
    def by_task(self) -> bool:
        return bool(self.is_bound and self.data.get("way") == "task")

    def clean_destination(self) -> str:
        destination: str = self.cleaned_data["destination"]
        if destination and self.by_task and (complaint := unfit(self.source, destination)):
            raise forms.ValidationError(complaint)
        return destination

    def clean_target(self) -> str:
        target: str = self.cleaned_data["target"]
        return target if self.by_task else super().clean_target()

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        chooses = "selected messages" if self.chosen else "a filter" if self.filter else ""
        if self.by_task and chooses:
            self.add_error(
                "way",
                f"A message move task moves all messages; it knows no {chooses.removeprefix('a ')}."
                f" Nothing was started. Let sqsdash redrive them.",
            )
        return data


def unfit(source: str, target: str) -> str:
    """Why the one queue's messages cannot go to the other, as far as names tell."""
    if complaint := names.check_name(target):
        return complaint
    if target == source:
        return f"{source} is the queue the messages are in. Choose another one."
    if names.is_fifo(target) != names.is_fifo(source):
        kinds = [kind_of(source), kind_of(target)]
        return (
            f"{target} is a {kinds[1]} queue and {source} a {kinds[0]} one. Messages are moved "
            f"between queues of one type only."
        )
    return ""


def kind_of(name: str) -> str:
    return "FIFO" if names.is_fifo(name) else "standard"
