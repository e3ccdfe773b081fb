"""Forms about a queue itself: make one, change its visibility timeout, delete it."""

from __future__ import annotations

from typing import Any

from django import forms

from queues.sqs import names

LONGEST_VISIBILITY = 12 * 60 * 60


class VisibilityTimeoutField(forms.IntegerField):
    """Seconds, 0 to 43,200."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=kwargs.pop("label", "Visibility timeout"),
            min_value=kwargs.pop("min_value", 0),
            max_value=LONGEST_VISIBILITY,
            help_text=kwargs.pop(
                "help_text", "How long a received message stays hidden: 0 to 43,200 (12 hours)."
            ),
            **kwargs,
        )


class NewQueueForm(forms.Form):
    name = forms.CharField(
        label="Queue name",
        max_length=80,
        help_text="1 to 80 letters, digits, hyphens and underscores. A FIFO queue's name ends "
        "in .fifo; it is added if you leave it out.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    type = forms.ChoiceField(
        label="Type",
        choices=[("standard", "Standard"), ("fifo", "FIFO")],
        initial="standard",
        widget=forms.RadioSelect,
        help_text="It cannot be changed later.",
    )
    visibility_timeout = VisibilityTimeoutField(initial=30)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        name = data.get("name")
        if not name:
            return data
        if data.get("type") == "fifo" and not names.is_fifo(name):
            name = f"{name}.fifo"
        if data.get("type") == "standard" and names.is_fifo(name):
            self.add_error("name", "A name that ends in .fifo is a FIFO queue's; choose FIFO.")
            return data
        if complaint := names.check_name(name):
            self.add_error("name", complaint)
        data["name"] = name
        return data


class SettingsForm(forms.Form):
    visibility_timeout = VisibilityTimeoutField()


class DeleteQueueForm(forms.Form):
    name = forms.CharField(
        label="Type the queue's name",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, queue_name: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.queue_name = queue_name

    def clean_name(self) -> str:
        typed: str = self.cleaned_data["name"]
        if typed != self.queue_name:
            raise forms.ValidationError(f"That is not this queue's name, {self.queue_name}.")
        return typed
