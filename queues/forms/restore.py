"""Forms that put messages into a queue which came from elsewhere: a stored dump, or a file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Protocol

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile

from queues.connections_file import Connection
from queues.jobs.forecast import Forecast
from queues.jobs.space import in_words
from queues.jobs.upload import most_bytes
from queues.models import Dump
from queues.models.ordinals import as_text
from queues.sqs.names import check_name
from queues.sqs.types import Outgoing, encode_text
from queues.sqs.validation import validate

MOST_CHOSEN = 10_000
_RANGE = re.compile(r"([0-9]{1,12})(?:\s*[-–]\s*([0-9]{1,12}))?")
QUEUE_NAME = {"autocomplete": "off", "spellcheck": "false"}


class Chosen(Protocol):
    """Messages that were chosen in a list. `stale`: why it is not they that would be sent."""

    @property
    def ordinals(self) -> Sequence[int]: ...
    @property
    def stale(self) -> str: ...


class OrdinalsField(forms.CharField):
    """Numbers and ranges, `1-20, 35` → [1, 2, … 20, 35]; None where nothing was chosen."""

    def clean(self, value: Any) -> list[int] | None:
        text = super().clean(value)
        parts = [part.strip() for part in text.split(",") if part.strip()]
        found: set[int] = set()
        for part in parts:
            match = _RANGE.fullmatch(part)
            first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
            if not 1 <= first <= last:
                raise forms.ValidationError(
                    f"{part[:30]!r} is neither a number nor a range such as 1-20."
                )
            if last - first >= MOST_CHOSEN or len(found) + last - first >= MOST_CHOSEN:
                raise forms.ValidationError(
                    f"At most {MOST_CHOSEN:,} messages can be chosen by number. Leave this empty "
                    f"for all of them."
                )
            found.update(range(first, last + 1))
        return sorted(found) if parts else None


class RestoreForm(forms.Form):
    target = forms.CharField(
        label="To queue",
        max_length=80,
        widget=forms.TextInput(attrs={**QUEUE_NAME, "list": "queue-names"}),
        help_text="The queue the messages are sent to: any of this connection.",
    )
    ordinals = OrdinalsField(
        label="Messages",
        required=False,
        max_length=2000,
        help_text="Their numbers, such as 1-20, 35. Empty: all of them.",
    )
    group_id = forms.CharField(
        label="Message group ID", required=False, max_length=128, strip=False
    )
    deduplication = forms.ChoiceField(
        label="Deduplication IDs",
        required=False,
        choices=[("fresh", "Fresh ones"), ("keep", "Keep the original ones")],
        initial="fresh",
        widget=forms.RadioSelect,
        help_text="SQS remembers each ID for 5 minutes, also of messages that are deleted, and "
        "silently drops whatever comes with one that it remembers: kept IDs lose what was cleared "
        "and restored meanwhile. Fresh ones also keep equal bodies apart on a queue that "
        "deduplicates by content.",
    )
    leave_out = forms.BooleanField(required=False)
    # For which queue the page has said what it has to say.
    told = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, dump: Dump, *args: Any, selection: Chosen | None = None, **kwargs: Any
    ) -> None:
        """`selection`: all that a search found, in place of numbers."""
        super().__init__(*args, **kwargs)
        self.dump = dump
        self.selection = selection
        if selection is not None:
            del self.fields["ordinals"]
        self.bad = dump.cost.get("report", {}).get("bad", 0)
        lines = "line" if self.bad == 1 else "lines"
        self.fields["leave_out"].label = f"Leave out the {self.bad:,} bad {lines}"

    def clean_target(self) -> str:
        name: str = self.cleaned_data["target"]
        if complaint := check_name(name):
            raise forms.ValidationError(complaint)
        return name

    def clean_leave_out(self) -> bool:
        leave_out: bool = self.cleaned_data["leave_out"]
        if self.bad and not leave_out:
            raise forms.ValidationError(
                "Nothing was sent: the file is not all good. Leave these lines out, or correct "
                "them and upload the file again."
            )
        return leave_out

    @property
    def chosen(self) -> Sequence[int] | None:
        """Ordinals; None: all of the dump. Ask once the form was checked."""
        if self.selection is not None:
            return self.selection.ordinals
        ordinals: list[int] | None = self.cleaned_data.get("ordinals")
        return ordinals

    def refuse(self, coming: Forecast) -> None:
        """Say what stands in the way of this restore; the form is then no longer valid."""
        if self.selection is not None and self.selection.stale:
            self.add_error(None, f"Nothing was sent. {self.selection.stale}")
            return
        ordinals = self.cleaned_data.get("ordinals")
        if ordinals is not None and coming.messages < len(ordinals):
            self.add_error(
                "ordinals",
                f"Not all of these are there: the messages of this {self._kind} have the numbers "
                f"1 to {self.dump.message_count:,}.",
            )
        elif not coming.messages:
            self.add_error(None, f"This {self._kind} holds no message, so there is none to send.")
        elif coming.too_large_count == coming.messages:
            self.add_error("target", f"{coming.target.name} takes none of them: all are too large.")
        if coming.needs_group:
            self._refuse_group(coming)

    @property
    def _kind(self) -> str:
        return self.dump.get_kind_display().lower()

    def _refuse_group(self, coming: Forecast) -> None:
        group = self.cleaned_data.get("group_id") or None
        trial = Outgoing("body", message_group_id=group, message_deduplication_id="fresh")
        for sentence in validate(trial, coming.target):
            self.add_error("group_id", sentence)

    def options(self, coming: Forecast) -> dict[str, Any]:
        """As the job keeps them."""
        data = self.cleaned_data
        options: dict[str, Any] = {"keep_deduplication_ids": data["deduplication"] == "keep"}
        if coming.needs_group:
            options["group_id"] = data["group_id"]
        if self.chosen is not None:
            options["ordinals"] = as_text(self.chosen)
        return options


class UploadForm(forms.Form):
    """`examples`: of the lines that were refused, [number, why]."""

    source = "file"
    examples: Sequence[tuple[int, str]] = ()
    file = forms.FileField(
        label="File",
        allow_empty_file=True,  # what is wrong with it is said by who reads it
        widget=forms.FileInput(attrs={"accept": ".jsonl,.ndjson,.json,.gz,.txt"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[
            "file"
        ].help_text = (
            f"JSON Lines, plain or packed with gzip, at most {in_words(most_bytes())} unpacked."
        )


class ManyForm(UploadForm):
    """A file, or what is pasted."""

    lines = forms.CharField(
        label="Messages",
        required=False,
        strip=False,
        widget=forms.Textarea(
            attrs={"rows": 10, "spellcheck": "false", "placeholder": '{"body": "hello"}'}
        ),
        help_text="JSON Lines: one JSON object on each line. More than 8 MB: choose a file.",
    )
    field_order = ("lines", "file")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].required = False
        self.fields["file"].label = "Or a file"

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        lines, file = data.get("lines", ""), data.get("file")
        if lines.strip() and file:
            self.add_error("file", "Paste messages or choose a file, not both.")
        elif lines.strip():
            self.source = "lines"
            data["file"] = SimpleUploadedFile("pasted lines", encode_text(f"{lines}\n"))
        elif not file and "file" not in self.errors:
            self.add_error("lines", "Paste messages here, or choose a file.")
        return data


class UploadAnywhereForm(UploadForm):
    """The same where no queue's page was left for it."""

    connection = forms.ChoiceField(label="Connection")
    queue = forms.CharField(
        label="Queue",
        max_length=80,
        widget=forms.TextInput(attrs=QUEUE_NAME),
        help_text="The queue it shall go to. Nothing is sent yet.",
    )
    field_order = ("connection", "queue", "file")

    def __init__(self, connections: tuple[Connection, ...], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(each.slug, each.name) for each in connections]
        self.fields["connection"] = forms.ChoiceField(label="Connection", choices=choices)
        self.order_fields(self.field_order)

    def clean_queue(self) -> str:
        name: str = self.cleaned_data["queue"]
        if complaint := check_name(name):
            raise forms.ValidationError(complaint)
        return name
