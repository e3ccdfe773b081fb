"""Chromium in front of the real program, with an eye on what must never happen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

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


def sign_in(page: Page, dashboard: Dashboard) -> None:
    page.get_by_label("Username").fill(dashboard.username)
    page.get_by_label("Password").fill(dashboard.password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


@pytest.fixture(scope="session")
def session(dashboard: Dashboard, browser: Browser) -> Any:
    """The cookies of somebody who has signed in."""
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(dashboard.url)
        sign_in(page, dashboard)
        return context.cookies()


@pytest.fixture
def operator(visitor: Page, session: Any) -> Page:
    """The same visitor, signed in."""
    visitor.context.add_cookies(session)
    return visitor
