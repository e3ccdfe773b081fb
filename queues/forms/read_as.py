"""How the bodies of a queue are read: found out, not at all, or by decoders one after another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms

from queues import decoders

AUTO, RAW = "", "raw"
# A chain of more is rare, and decoders find the rest out by themselves when they are not told.
MOST_STEPS = 4
ORDINALS = ("First", "Second", "Third", "Fourth")


class ReadAsForm(forms.Form):
    """`step_1` to `step_4`: names of decoders; an empty first one finds out."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        known = decoders.names()
        for number in range(1, MOST_STEPS + 1):
            first = [(AUTO, "what it is found to be"), (RAW, "raw text")]
            choices = [*(first if number == 1 else [("", "nothing more")]), *known]
            # A decoder of one's own may be gone from the settings: it is still what is set.
            now = self.initial.get(f"step_{number}", "")
            if now and now not in dict(choices):
                choices.append((now, f"{now} (there is none of that name)"))
            self.fields[f"step_{number}"] = forms.ChoiceField(
                label=f"{ORDINALS[number - 1]} step", choices=choices, required=False
            )

    @classmethod
    def initial_of(cls, decoder: str) -> dict[str, str]:
        steps = decoder.split(",") if decoder else []
        return {f"step_{number}": step for number, step in enumerate(steps, start=1)}

    @property
    def decoder(self) -> str:
        """As QueuePreferences keeps it. What follows an empty step counts as if it were not there;
        so does what follows "raw" or "found out"."""
        return ",".join(self._steps())

    def _steps(self) -> Iterator[str]:
        for number in range(1, MOST_STEPS + 1):
            step = self.cleaned_data[f"step_{number}"]
            if not step:
                return
            yield step
            if step == RAW:
                return
