"""Somebody with a browser that knows links and forms and no scripts."""

from __future__ import annotations

import html
import http.cookiejar
import re
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import NamedTuple
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, ProxyHandler, build_opener

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class Page(NamedTuple):
    """An answer; `path` is where redirects led."""

    status: int
    path: str
    text: str


class Visitor:
    def __init__(self, url: str) -> None:
        self.url = url
        self.opener = build_opener(
            ProxyHandler({}), HTTPCookieProcessor(http.cookiejar.CookieJar())
        )

    def sign_in(self, username: str, password: str) -> Visitor:
        page = self.submit("/login/", username=username, password=password)
        assert not page.path.startswith("/login/"), f"{username} cannot sign in: {page.text}"
        return self

    def get(self, path: str) -> Page:
        return self._open(path, None)

    def submit(self, path: str, **fields: str | int) -> Page:
        """Open a form's page, fill it in and send it."""
        form = self.get(path)
        token = TOKEN.search(form.text)
        assert token, f"{path} has no form: {form.status} {form.text[:2000]}"
        return self._open(path, {"csrfmiddlewaretoken": html.unescape(token[1]), **fields})

    def _open(self, path: str, fields: dict[str, str | int] | None) -> Page:
        body = None if fields is None else urlencode(fields).encode()
        try:
            answer = self.opener.open(self.url + path, body, timeout=30)
        except HTTPError as error:
            answer = error
        with answer:
            return Page(answer.status, answer.url.removeprefix(self.url), answer.read().decode())

    def dump(self, queue: str) -> str:
        """Start a dump of a queue; the path of its page."""
        page = self.submit(f"/connections/local/queues/{queue}/dump/", minutes=1, max_messages=1000)
        assert page.status == HTTPStatus.OK, page
        assert page.path.startswith("/dumps/"), page
        return page.path

    def download(self, dump: str) -> str:
        """The finished dump as JSON lines."""
        eventually(lambda: "Download" in self.get(dump).text, f"{dump} has no Download")
        page = self.get(f"{dump}download/?format=jsonl")
        assert page.status == HTTPStatus.OK, page
        return page.text


def eventually(holds: Callable[[], bool], otherwise: str, seconds: float = 45.0) -> None:
    """Wait for what happens in other processes; bounded."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.1)
