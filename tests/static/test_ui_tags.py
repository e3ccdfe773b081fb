"""The template tags that draw the interface."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils import timezone

from queues.templatetags.ui import age_in_words


def drawn(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


def request_of(**values: object) -> SimpleNamespace:
    return SimpleNamespace(csp_nonce="n0nce", get_full_path=lambda: "/send/?a=1&b=2", **values)


def test_an_icon_is_drawn_from_the_sprite_and_hidden_from_screen_readers() -> None:
    assert drawn('{% icon "layers" %}') == (
        '<svg class="i" aria-hidden="true"><use href="/static/icons/sprite.svg#layers"/></svg>'
    )


def test_an_icon_may_be_small_and_may_spin() -> None:
    assert 'class="i s spin"' in drawn('{% icon "loader-circle" size="s" spin=True %}')


def test_an_icon_that_is_not_in_the_sprite_is_an_error() -> None:
    with pytest.raises(TemplateSyntaxError, match="unicorn"):
        drawn('{% icon "unicorn" %}')


def test_the_nonce_of_the_request_is_put_on_an_htmx_element() -> None:
    assert drawn("<a {% hx %}>", request=request_of()) == '<a hx-nonce="n0nce">'


def test_a_form_in_the_dialog_answers_into_the_dialog() -> None:
    form = drawn("<form {% dialog_post %}>", request=request_of(htmx=True))
    assert 'hx-post="/send/?a=1&amp;b=2"' in form
    assert 'hx-target="#dialog"' in form
    assert 'hx-nonce="n0nce"' in form


def test_a_form_on_a_page_of_its_own_needs_no_htmx() -> None:
    assert drawn("<form {% dialog_post %}>", request=request_of(htmx=False)) == "<form >"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-3, "0 s"),
        (0.9, "0 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (3_599, "59 min"),
        (7_200, "2 h"),
        (200_000, "2 d"),
    ],
)
def test_an_age_is_said_in_one_unit_and_never_older_than_it_is(seconds: float, words: str) -> None:
    assert age_in_words(seconds) == words


def test_a_moment_is_shown_as_its_age_with_the_moment_itself_at_hand() -> None:
    html = drawn("{% ago when %}", when=timezone.now() - timedelta(minutes=5, seconds=2))
    assert html.endswith("data-ago>5 min ago</time>")


def test_a_moment_keeps_its_offset_for_the_browser() -> None:
    html = drawn("{% ago when %}", when=datetime(2026, 11, 23, 12, 4, 31, tzinfo=UTC))
    assert 'datetime="2026-11-23T12:04:31.000+00:00"' in html
    assert 'title="2026-11-23 12:04:31 UTC"' in html


def test_what_never_was_has_no_age() -> None:
    assert drawn("{% ago when %}", when=None) == "never"


@pytest.mark.parametrize(("value", "width"), [(94_120, "72.0"), (12_408, "59.3"), (87, "28.1")])
def test_a_meter_shows_small_counts_beside_large_ones(value: int, width: str) -> None:
    assert f'<rect width="{width}"' in drawn("{% meter value of=94120 %}", value=value)


def test_an_empty_queue_has_no_meter() -> None:
    assert drawn("{% meter 0 of=0 %}") == ""
