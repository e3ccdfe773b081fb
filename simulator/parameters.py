"""Reading a request's parameters, with AWS's own complaints about them."""

from collections.abc import Mapping
from typing import Any

from simulator.errors import SqsError, invalid_value, missing

Parameters = Mapping[str, Any]


def serialization_error(name: str, expected: str) -> SqsError:
    return SqsError("SerializationException", f"{name}: expected {expected}.")


def text(parameters: Parameters, name: str) -> str | None:
    value = parameters.get(name)
    if value is not None and not isinstance(value, str):
        raise serialization_error(name, "a string")
    return value


def required_text(parameters: Parameters, name: str) -> str:
    value = text(parameters, name)
    if not value:
        raise missing(name)
    return value


def integer(parameters: Parameters, name: str, lowest: int, highest: int) -> int | None:
    value = parameters.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool):
        raise serialization_error(name, "an integer")
    if not lowest <= value <= highest:
        raise invalid_value(name, value, f"Must be between {lowest} and {highest}, if provided.")
    return value


def texts(parameters: Parameters, name: str) -> list[str]:
    """A list of strings; empty when absent."""
    value = parameters.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise serialization_error(name, "a list of strings")
    return value


def text_map(parameters: Parameters, name: str) -> dict[str, str]:
    """A map of strings; empty when absent."""
    value = structure(parameters, name)
    if not all(isinstance(item, str) for item in value.values()):
        raise serialization_error(name, "a map of strings")
    return value


def structure(parameters: Parameters, name: str) -> dict[str, Any]:
    value = parameters.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise serialization_error(name, "a map")
    return value
