"""How a queue's messages are shown: the columns of their list, a name for a filter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django import forms
from django.http import QueryDict

from queues.decoders import visible
from queues.search import BadFilter
from queues.search.paths import Path

MOST_COLUMNS = 8


class Box(NamedTuple):
    """A path to tick; `example`: a value that stands there."""

    path: str
    label: str
    example: str
    picked: bool


class ColumnsForm(forms.Form):
    """`columns`: the ones there are, `suggestions`: paths and examples of values there."""

    path = forms.MultipleChoiceField(required=False)
    another = forms.CharField(
        label="Another path",
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text="Into the decoded body, as order.lines[0].sku; or attributes.SenderId, or "
        "message_attributes.tenant.",
    )

    def __init__(
        self,
        columns: Sequence[str],
        suggestions: Iterable[tuple[str, str]],
        data: QueryDict | None = None,
    ) -> None:
        super().__init__(data, initial={"path": list(columns)})
        self.columns = list(columns)
        examples = dict(suggestions)
        choices = [*columns, *(path for path in examples if path not in columns)]
        field = self.fields["path"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(path, path) for path in choices]
        picked = data.getlist("path") if data is not None else columns
        self.boxes = [
            Box(path, visible(path), examples.get(path, ""), path in picked) for path in choices
        ]

    def clean_another(self) -> str:
        another: str = self.cleaned_data["another"]
        if not another:
            return ""
        try:
            return Path.parse(another).label
        except BadFilter as bad:
            raise forms.ValidationError(str(bad)) from bad

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        chosen = [*data.get("path", []), data.get("another", "")]
        self.columns = list(dict.fromkeys(filter(None, chosen)))
        if len(self.columns) > MOST_COLUMNS:
            self.add_error(None, f"A list has at most {MOST_COLUMNS} columns. Take one away first.")
        return data

    @property
    def errors_in_words(self) -> list[str]:
        return [str(error) for errors in self.errors.values() for error in errors]


class FilterNameForm(forms.Form):
    name = forms.CharField(max_length=80)

    @property
    def sentence(self) -> str:
        return "" if self.is_valid() else "A filter is saved under a name of 1 to 80 characters."
