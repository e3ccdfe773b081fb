"""Forms that read messages: peek and dump."""

from __future__ import annotations

from typing import Any

from django import forms

from queues.forms.queues import VisibilityTimeoutField
from queues.jobs.peek import MOST_MESSAGES, PeekOptions


class PeekForm(forms.Form):
    messages = forms.IntegerField(
        label="Messages", min_value=1, max_value=MOST_MESSAGES, initial=PeekOptions.messages
    )
    wait = forms.IntegerField(
        label="Wait",
        min_value=0,
        max_value=20,
        initial=PeekOptions.wait,
        help_text="Seconds a request waits for messages. At 0 SQS asks only some of its servers, "
        "and may say that a queue is empty that is not.",
    )
    visibility_timeout = VisibilityTimeoutField(
        min_value=1,
        initial=PeekOptions.visibility_timeout,
        help_text="Seconds the messages stay hidden from consumers if they cannot be put back.",
    )
    keep_hidden = forms.BooleanField(
        label="Keep hidden until then",
        required=False,
        help_text="Do not put them back at once.",
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
        help_text="Messages; leave empty for all of them.",
    )
    minutes = forms.IntegerField(
        label="Time limit",
        min_value=1,
        max_value=12 * 60 - 30,
        initial=30,
        help_text="Minutes. A queue that is filled faster than it is read ends the dump here.",
    )

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
        choices=[("jsonl", "JSON Lines"), ("text", "Text"), ("csv", "CSV")],
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
