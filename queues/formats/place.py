"""Where a message goes, for what is copied to be used elsewhere."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """What is not known is empty: a missing `queue_url` is then asked for by name."""

    queue_name: str
    queue_url: str = ""
    region: str = ""
    endpoint_url: str = ""
