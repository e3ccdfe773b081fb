"""Which messages an act is for: a filter, and bounds of the sweep that looks for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings

from queues.search import BadFilter, Filter
from queues.search.filters import MOST_CHARACTERS

LONGEST_MINUTES = 12 * 60 - 30  # a message is held for twelve hours at most


@dataclass(frozen=True)
class Fault:
    """A bad expression, parted where it is bad."""

    before: str
    at: str
    after: str


class FilterForm(forms.Form):
    """Both fields empty: no filter, so all messages."""

    text = forms.CharField(
        label="Text",
        required=False,
        strip=False,
        max_length=MOST_CHARACTERS,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text="Stands in the body or in a message attribute's value, in the same case; or is "
        "the whole message ID, group ID or deduplication ID.",
    )
    expression = forms.CharField(
        label="JMESPath",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off", "spellcheck": "false"}),
        help_text="Over body, attributes and message_attributes: body.status == 'paid'. "
        "With a text as well, both must hold.",
    )

    filter: Filter | None = None
    fault: Fault | None = None

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        text, expression = data.get("text", ""), data.get("expression", "").strip()
        if text or expression:
            try:
                self.filter = Filter.parse(text, expression)
            except BadFilter as bad:
                self.add_error("expression", str(bad))
                if bad.position is not None:
                    self.fault = fault_in(expression, bad.position)
        return data


def fault_in(expression: str, position: int) -> Fault:
    # What ends too early is bad just behind its end: a space is marked there.
    at = expression[position : position + 1] or " "
    return Fault(expression[:position], at, expression[position + 1 :])


def usual_minutes() -> int:
    return max(1, int(settings.SQSDASH["SQSDASH_SWEEP_MINUTES"]))


class MinutesForm(forms.Form):
    minutes = forms.IntegerField(
        label="Time limit",
        required=False,
        min_value=1,
        max_value=LONGEST_MINUTES,
        initial=usual_minutes,
        help_text="A queue that is filled faster than it is read ends the job here.",
    )

    def options(self) -> dict[str, Any]:
        """SweepOptions, as the job keeps them. Without a time limit the setting's counts."""
        minutes = self.cleaned_data["minutes"]
        return {"max_seconds": minutes * 60} if minutes else {}


class SweepForm(FilterForm, MinutesForm):
    max_messages = forms.IntegerField(
        label="At most",
        required=False,
        min_value=1,
        help_text="Messages that are looked at, matching or not. Leave empty for all of them.",
    )

    def options(self) -> dict[str, Any]:
        """SweepOptions and the filter, as the job keeps them."""
        options = super().options()
        if self.cleaned_data["max_messages"]:
            options["max_messages"] = self.cleaned_data["max_messages"]
        if self.filter:
            options["filter"] = self.filter.as_json()
        return options
