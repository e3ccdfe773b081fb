"""What every template keeps to, so that the strict Content-Security-Policy and hx-csp hold."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings

from queues.templatetags.ui import icon_names

ROOT = settings.BASE_DIR / "templates"
TEMPLATES = sorted(ROOT.rglob("*.html"))
TEMPLATE_TAG = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}", re.DOTALL)
NONCE_TAG = re.compile(r"{%\s*hx\s*%}")
NONCE_MARK = "data-lint-nonce"


class Elements(HTMLParser):
    """Names each element that breaks a rule."""

    def __init__(self) -> None:
        super().__init__()
        self.problems: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.problems += [
            f"line {self.getpos()[0]}, <{tag}>: {p}" for p in broken(tag, dict(attrs))
        ]

    handle_startendtag = handle_starttag


def broken(tag: str, attributes: dict[str, str | None]) -> Iterator[str]:
    names = attributes.keys()
    if any(name.startswith("hx-") for name in names) and NONCE_MARK not in names:
        yield "hx- attributes without {% hx %}: hx-csp would strip them"
    if any(name.startswith("hx-on") for name in names):
        yield "hx-on needs eval"
    if "style" in names:
        yield "style= is blocked by the policy"
    if any(re.match(r"on[a-z]+$", name) for name in names):
        yield "inline handlers are blocked by the policy"
    if tag in ("script", "style") and "src" not in names:
        yield "inline code is blocked by the policy"


def problems(source: str) -> list[str]:
    found = []
    if re.search(r"\|\s*safe\b|autoescape\s+off", source):
        found.append("escaping is switched off")
    elements = Elements()
    elements.feed(TEMPLATE_TAG.sub("", NONCE_TAG.sub(f" {NONCE_MARK} ", source)))
    return found + elements.problems


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_keeps_to_the_rules(path: Path) -> None:
    assert problems(path.read_text()) == []


@pytest.mark.parametrize(
    "source",
    [
        '<a hx-get="/x">peek</a>',
        "<a hx-get=\"{% url 'queues:connections' %}\" {% if a > b %}hidden{% endif %}>peek</a>",
        '<a hx-on:click="go()" {% hx %}>peek</a>',
        '<p style="color: red">late</p>',
        '<button onclick="go()">Go</button>',
        "<script>go()</script>",
        "<style>p {}</style>",
        "{{ body|safe }}",
        "{% autoescape off %}{{ body }}{% endautoescape %}",
    ],
)
def test_a_template_that_breaks_a_rule_is_found(source: str) -> None:
    assert len(problems(source)) == 1


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_icon_that_a_template_names_is_in_the_sprite(path: Path) -> None:
    named = set(re.findall(r"""{%\s*icon\s+["']([^"']+)["']""", path.read_text()))
    assert named <= icon_names()
