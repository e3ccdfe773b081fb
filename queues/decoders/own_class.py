"""A decoder that the settings name: any class with a `name`, a `label` and `decode(data)`."""

from __future__ import annotations

import importlib
import re
from typing import Any

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


class BadDecoder(ValueError):
    """Which class cannot be used, and why: a sentence for who starts the program."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"SQSDASH_DECODERS names “{path}”, which cannot be used: {why}.")


def load(path: str) -> Any:
    """An instance of the class at `path`, such as `examples.meter_reading.MeterReading`; its name,
    label and `decode` are there. Raises BadDecoder."""
    module_name, _, class_name = path.rpartition(".")
    if not module_name:
        raise BadDecoder(path, "it has no module before the class; write module.Class")
    try:
        module = importlib.import_module(module_name)
        made = getattr(module, class_name)()
    except AttributeError:
        raise BadDecoder(path, f"there is no class {class_name} in {module_name}") from None
    except ModuleNotFoundError as error:
        where = "It is looked for beside manage.py and on PYTHONPATH"
        raise BadDecoder(path, f"there is no module {error.name}. {where}") from None
    except Exception as error:  # it is somebody else's code: anything may go wrong
        raise BadDecoder(path, f"{type(error).__name__}: {error}") from error
    name, label = getattr(made, "name", None), getattr(made, "label", None)
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise BadDecoder(path, "its `name` must be made of small letters, digits and hyphens")
    if not isinstance(label, str) or not label.strip():
        raise BadDecoder(path, "it needs a `label`, the words for people")
    if not callable(getattr(made, "decode", None)):
        raise BadDecoder(path, "it needs a method `decode(data)`")
    return made
