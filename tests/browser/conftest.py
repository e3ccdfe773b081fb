"""Chromium in front of the real program, with an eye on what must never happen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Dialog, Page

from tests.running.dashboard import Dashboard


@pytest.fixture
def visitor(dashboard: Dashboard, page: Page) -> Iterator[Page]:
    """Somebody at the first page, not signed in. Whatever they do, no dialog of a script opens,
    no rule of the content security policy is broken, and no script of ours fails."""
    broken: list[str] = []

    def opened(dialog: Dialog) -> None:
        broken.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    page.on("dialog", opened)
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on(
        "console",
        lambda message: broken.append(message.text) if "Policy" in message.text else None,
    )
    page.set_default_timeout(10_000)
    page.goto(dashboard.url)
    yield page
    assert broken == []


@pytest.fixture
def operator(dashboard: Dashboard, visitor: Page) -> Page:
    sign_in(visitor, dashboard)
    return visitor


def sign_in(page: Page, dashboard: Dashboard) -> None:
    page.get_by_label("Username").fill(dashboard.username)
    page.get_by_label("Password").fill(dashboard.password)
    page.get_by_role("button", name="Sign in").click()
