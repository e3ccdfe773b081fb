"""The attributes a sender gives a message: AWS's rules, and the form they are kept in."""

import base64
import binascii
import json
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any

from simulator.contents import check_characters, utf8_length
from simulator.errors import SqsError
from simulator.md5 import md5_of_attributes
from simulator.parameters import serialization_error

MOST = 10
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,256}\Z")
_RESERVED = ("aws.", "amazon.")
_TYPE = re.compile(r"(String|Number|Binary)(\..+)?\Z")


class MessageAttributes:
    """Name → (data type, value), checked; empty if the sender gave none."""

    def __init__(self, values: Mapping[str, tuple[str, str | bytes]]) -> None:
        self.values = dict(values)

    @classmethod
    def parse(cls, given: Mapping[str, Any]) -> "MessageAttributes":
        if len(given) > MOST:
            raise _refused(
                f"Number of message attributes [{len(given)}] exceeds the allowed maximum [{MOST}]."
            )
        return cls({name: _value(name, attribute) for name, attribute in given.items()})

    def __bool__(self) -> bool:
        return bool(self.values)

    @cached_property
    def size(self) -> int:
        """Bytes that count towards the message's size: names, types and values."""
        return sum(
            len(name)
            + utf8_length(data_type)
            + (utf8_length(value) if isinstance(value, str) else len(value))
            for name, (data_type, value) in self.values.items()
        )

    @cached_property
    def md5(self) -> str:
        return md5_of_attributes(self.values)

    @cached_property
    def as_json(self) -> str:
        """In the protocol's form, where binary values are base64."""
        return json.dumps(
            {
                name: {"DataType": data_type, "StringValue": value}
                if isinstance(value, str)
                else {"DataType": data_type, "BinaryValue": base64.b64encode(value).decode()}
                for name, (data_type, value) in self.values.items()
            }
        )

    def select(self, patterns: Iterable[str]) -> "MessageAttributes":
        """Those a receiver asked for: names, `prefix.*`, or `All` (also `.*`)."""
        exact = set(patterns)
        if exact & {"All", ".*"}:
            return self
        prefixes = tuple(name[:-1] for name in exact if name.endswith(".*"))
        return MessageAttributes(
            {
                name: value
                for name, value in self.values.items()
                if name in exact or (prefixes and name.startswith(prefixes))
            }
        )


def _refused(message: str) -> SqsError:
    return SqsError("InvalidParameterValueException", message)


def _value(name: str, attribute: Any) -> tuple[str, str | bytes]:
    _check_name(name)
    if not isinstance(attribute, dict):
        raise serialization_error(name, "a message attribute value")
    if attribute.get("StringListValues") or attribute.get("BinaryListValues"):
        raise _refused("Message attribute list values in SendMessage operation are not supported.")
    data_type = attribute.get("DataType")
    if not isinstance(data_type, str) or not data_type:
        raise _refused(f"The message attribute '{name}' must contain non-empty data type.")
    if len(data_type) > 256 or not _TYPE.match(data_type):
        raise _refused(
            f"The type of message (user) attribute '{name}' is invalid. You must use only the "
            "following supported type prefixes: Binary, Number, String."
        )
    check_characters(data_type, f"type of message attribute '{name}'")
    if data_type.startswith("Binary"):
        return data_type, _binary(name, attribute)
    return data_type, _string(name, data_type, attribute)


def _check_name(name: str) -> None:
    if not _NAME.match(name) or name.startswith(".") or name.endswith(".") or ".." in name:
        raise _refused(
            f"The message (user) attribute name '{name}' is invalid. It can be up to 256 "
            "characters of A-Z, a-z, 0-9, underscore, hyphen and period, and must not start or "
            "end with a period or have successive periods."
        )
    if name.lower().startswith(_RESERVED):
        raise _refused(
            f"The message (user) attribute name '{name}' starts with a prefix reserved by AWS."
        )


def _string(name: str, data_type: str, attribute: Mapping[str, Any]) -> str:
    value = attribute.get("StringValue")
    if attribute.get("BinaryValue") is not None or not isinstance(value, str) or not value:
        raise _refused(
            f"The message (user) attribute '{name}' must contain a non-empty value of type String."
        )
    check_characters(value, f"message attribute '{name}'")
    if data_type.startswith("Number") and not _is_number(value):
        raise _refused(f"Can't cast the value of message (user) attribute '{name}' to a number.")
    return value


def _is_number(value: str) -> bool:
    """Developer Guide, "Amazon SQS message metadata": up to 38 digits, 10^-128 to 10^126."""
    try:
        number = Decimal(value)
    except InvalidOperation:
        return False
    # Decimal also takes underscores, spaces around and other scripts' digits.
    if not value.isascii() or "_" in value or value != value.strip() or not number.is_finite():
        return False
    if number == 0:
        return True
    return len(number.as_tuple().digits) <= 38 and -128 <= number.adjusted() <= 126


def _binary(name: str, attribute: Mapping[str, Any]) -> bytes:
    value = attribute.get("BinaryValue")
    if attribute.get("StringValue") is not None or not isinstance(value, str) or not value:
        raise _refused(
            f"The message (user) attribute '{name}' must contain a non-empty value of type Binary."
        )
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise serialization_error(name, "base64") from None
