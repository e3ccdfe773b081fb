import os
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests.static import pages

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright runs an event loop


@pytest.fixture(scope="session")
def server() -> Iterator[LiveServer]:
    """As pytest-django's live_server, without its database: these pages have no use for one."""
    running = LiveServer("127.0.0.1")
    yield running
    running.stop()


@pytest.fixture
def site(server: LiveServer, page: Page, settings: Any) -> Iterator[Page]:
    """A browser on the pages of pages.py; no test of it may break the strict policy."""
    settings.ROOT_URLCONF = "tests.static.pages"
    pages.reset()
    broken: list[str] = []
    page.set_default_timeout(5000)
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on(
        "console",
        lambda message: broken.append(message.text) if "Policy" in message.text else None,
    )
    page.context.clear_cookies()
    page.clock.install()
    page.goto(server.url)
    yield page
    assert broken == []
