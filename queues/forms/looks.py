"""Forms that read messages: peek and dump."""

from __future__ import annotations

from typing import Any

from django import forms

from queues.formats import FORMATS
from queues.forms.filters import usual_minutes
from queues.forms.queues import VisibilityTimeoutField
from queues.jobs.peek import MOST_MESSAGES, PeekOptions


class PeekForm(forms.Form):
    messages = forms.IntegerField(
        label="Number of messages",
        min_value=1,
        max_value=MOST_MESSAGES,
        initial=PeekOptions.messages,
        help_text=f"1 to {MOST_MESSAGES}.",
    )
    wait = forms.IntegerField(
        label="Wait",
        min_value=0,
        max_value=20,
        initial=PeekOptions.wait,
        help_text="Seconds each request waits for messages, 0 to 20. At 0 SQS asks some of its "
        "servers only, and may call a queue empty that is not.",
    )
    visibility_timeout = VisibilityTimeoutField(
        min_value=1,
        initial=PeekOptions.visibility_timeout,
        help_text="Seconds the messages stay hidden from consumers if they cannot be put back.",
    )
    keep_hidden = forms.BooleanField(
        label="Keep hidden for that long; do not put back at once",
        required=False,
    )
    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def options(self) -> PeekOptions:
        data = self.cleaned_data
        return PeekOptions(
            data["messages"], data["wait"], data["visibility_timeout"], data["keep_hidden"]
        )


class DumpForm(forms.Form):
    max_messages = forms.IntegerField(
        label="At most",
        required=False,
        min_value=1,
        help_text="Leave empty for all of them.",
    )
    minutes = forms.IntegerField(
        label="Time limit",
        min_value=1,
        max_value=12 * 60 - 30,
        initial=usual_minutes,
        help_text="A queue that is filled faster than it is read ends the dump here.",
    )

    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def options(self) -> dict[str, Any]:
        """SweepOptions, as the job keeps them."""
        data = self.cleaned_data
        options: dict[str, Any] = {"max_seconds": data["minutes"] * 60}
        if data["max_messages"]:
            options["max_messages"] = data["max_messages"]
        return options


class DownloadForm(forms.Form):
    """The query of a download; `text` alone takes a separator."""

    format = forms.ChoiceField(
        label="Format",
        required=False,
        choices=[(format_.name, format_.label) for format_ in FORMATS.values()],
        initial="jsonl",
    )
    separator = forms.CharField(
        label="Separator",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text="Between the bodies, for text. Empty: a line of 18 dashes.",
    )
    gzip = forms.BooleanField(label="Compress with gzip", required=False)

    def clean_separator(self) -> str:
        # A browser sends a textarea's line ends as CR LF whatever the operator typed.
        separator: str = self.cleaned_data["separator"]
        return separator.replace("\r\n", "\n")
