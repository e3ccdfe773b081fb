"""What is sought among stored messages, term by term."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict

from queues.forms.filters import Fault, fault_in
from queues.search.query import BadQuery, Query

# What the query calls a term, and the field it is typed in.
FIELDS = {"attribute": "attribute_name"}
MOMENT = forms.DateTimeInput(
    attrs={"type": "datetime-local", "step": "1"}, format="%Y-%m-%dT%H:%M:%S"
)
CODE = {"autocomplete": "off", "spellcheck": "false"}


class FindForm(forms.Form):
    """Terms that come to those which hold already; ranges replace the ones there are."""

    text = forms.CharField(
        label="Text",
        required=False,
        strip=False,
        widget=forms.TextInput(attrs=CODE),
        help_text="Stands in the body, as it was sent or decoded, or in an attribute's value.",
    )
    ignore_case = forms.BooleanField(label="Ignore upper and lower case", required=False)
    where = forms.CharField(
        label="JMESPath",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, **CODE}),
        help_text="Over body (decoded), envelope, attributes and message_attributes: "
        "body.status == 'paid'.",
    )
    attribute_name = forms.CharField(
        label="Attribute",
        required=False,
        widget=forms.TextInput(attrs=CODE),
        help_text="A message attribute or one of SQS's own.",
    )
    attribute_value = forms.CharField(
        label="Its value",
        required=False,
        strip=False,
        widget=forms.TextInput(attrs=CODE),
        help_text="Exactly. Empty: any value.",
    )
    group = forms.CharField(
        label="Message group", required=False, widget=forms.TextInput(attrs=CODE)
    )
    sent_from = forms.DateTimeField(label="Sent from (UTC)", required=False, widget=MOMENT)
    sent_to = forms.DateTimeField(label="Sent until (UTC)", required=False, widget=MOMENT)
    size_from = forms.IntegerField(label="Size from", required=False, min_value=0)
    size_to = forms.IntegerField(label="Size up to", required=False, min_value=0)
    received_from = forms.IntegerField(label="Receive count from", required=False, min_value=0)
    received_to = forms.IntegerField(label="Receive count up to", required=False, min_value=0)

    query: Query | None = None
    fault: Fault | None = None

    def __init__(self, before: Query, data: QueryDict | None = None) -> None:
        self.before = before
        super().__init__(data, initial=initial_of(before))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if self.errors:
            return data
        try:
            self.query = Query.from_params(lists_of([*kept(self.before), *given(data)]))
        except BadQuery as bad:
            if bad.field == "where" and bad.position is not None:
                self.fault = fault_in(data["where"], bad.position)
            self.add_error(FIELDS.get(bad.field, bad.field), str(bad))
        return data


def initial_of(query: Query) -> dict[str, Any]:
    return {
        "ignore_case": query.ignore_case,
        "sent_from": query.sent.least,
        "sent_to": query.sent.most,
        "size_from": query.size.least,
        "size_to": query.size.most,
        "received_from": query.received.least,
        "received_to": query.received.most,
    }


def kept(query: Query) -> Iterable[tuple[str, str]]:
    """The terms of which there can be several; they are taken away one by one, as chips."""
    several = ("text", "where", "attribute", "group")
    return ((name, value) for name, value in query.params() if name in several)


def given(data: dict[str, Any]) -> Iterable[tuple[str, str]]:
    for name in ("text", "where", "group"):
        if data[name]:
            yield name, data[name]
    if name := data["attribute_name"]:
        value = data["attribute_value"]
        yield "attribute", f"{name}={value}" if value else name
    for name in ("sent_from", "sent_to", "size_from", "size_to", "received_from", "received_to"):
        value = data[name]
        if value is not None:
            yield name, value.isoformat() if isinstance(value, datetime) else str(value)
    if data["ignore_case"]:
        yield "case", "ignore"


def lists_of(pairs: Iterable[tuple[str, str]]) -> QueryDict:
    found = QueryDict(mutable=True)
    for name, value in pairs:
        found.appendlist(name, value)
    return found
