"""By the keyboard alone: where one is can always be seen."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_narrow import HALF
from tests.browser.test_pages import show
from tests.running.dashboard import Dashboard

NAME = "by-keyboard"
QUEUE = f"/connections/local/queues/{NAME}/"
# The ring of an element may be drawn by what covers its row, or by the box around a bare field.
RING = """() => {
  const width = (node, part) => {
    const style = getComputedStyle(node, part);
    return style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth);
  };
  const at = document.activeElement;
  const label = at.getAttribute("aria-label") || at.name || at.textContent.trim();
  const ring = Math.max(width(at), width(at, "::after"), width(at.parentElement));
  return [`${at.tagName} ${label}`, ring];
}"""


@pytest.fixture(scope="session")
def queue(dashboard: Dashboard) -> str:
    dashboard.sqs.create_queue(QueueName=NAME)
    return f"{dashboard.url}{QUEUE}"


@pytest.mark.parametrize("path", ["", "send/", "clear/", "settings/", "../"])
def test_what_has_the_focus_has_a_ring_of_two_pixels(path: str, operator: Page, queue: str) -> None:
    show(operator, "light")
    operator.goto(queue + path)
    seen = set()
    for _ in range(45):
        operator.keyboard.press("Tab")
        if operator.evaluate("() => document.activeElement === document.body"):
            break
        label, width = operator.evaluate(RING)
        seen.add(label)
        assert width >= 2, label
    assert len(seen) > 15


def test_a_name_in_a_list_is_not_cut_while_half_its_row_is_empty(
    operator: Page, dashboard: Dashboard
) -> None:
    name = "a-name-of-forty-letters-as-many-have-one"
    dashboard.sqs.create_queue(QueueName=name)
    operator.set_viewport_size(HALF)
    operator.goto(f"{dashboard.url}/connections/local/queues/?q={name}")
    link = operator.get_by_role("link", name=name, exact=True)
    expect(link).to_be_visible(timeout=20_000)  # names are listed every few seconds
    assert link.evaluate("(a) => a.scrollWidth <= a.clientWidth")
