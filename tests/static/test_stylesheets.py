"""The stylesheets: all of them linked, each in its layer, nothing from elsewhere."""

import re
from pathlib import Path

import pytest
from django.conf import settings

CSS = settings.BASE_DIR / "static/css"
SHEETS = sorted(CSS.glob("*.css"))
ORDER = re.compile(r"^@layer ([\w, ]+);", re.MULTILINE)
LINKED = re.findall(r"css/([\w-]+\.css)", (settings.BASE_DIR / "templates/_bare.html").read_text())


def without_comments(sheet: Path) -> str:
    return re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL)


def test_every_stylesheet_is_linked_once_and_the_tokens_come_first() -> None:
    assert sorted(LINKED) == [sheet.name for sheet in SHEETS]
    assert LINKED[0] == "tokens.css"


def test_the_order_of_the_layers_is_declared_once() -> None:
    declared = {sheet.name: ORDER.findall(without_comments(sheet)) for sheet in SHEETS}
    assert {name for name, orders in declared.items() if orders} == {"tokens.css"}


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: str(sheet.name))
def test_a_stylesheet_puts_every_rule_in_a_declared_layer(sheet: Path) -> None:
    layers = ORDER.findall((CSS / "tokens.css").read_text())[0].split(", ")
    outermost = outer_blocks(ORDER.sub("", without_comments(sheet)))
    assert outermost
    for head in outermost:
        assert head == "@font-face" or head.removeprefix("@layer ") in layers


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: str(sheet.name))
def test_a_stylesheet_fetches_nothing_from_elsewhere(sheet: Path) -> None:
    for address in re.findall(r"url\(\"?([^\")]+)", sheet.read_text()):
        assert (CSS / address).resolve().is_relative_to(settings.BASE_DIR / "static")
        assert (CSS / address).exists()


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: str(sheet.name))
def test_a_stylesheet_says_what_it_is_for_and_stays_short(sheet: Path) -> None:
    assert sheet.read_text().startswith("/* ")
    assert len(sheet.read_text().splitlines()) < 250


def outer_blocks(css: str) -> list[str]:
    """What stands before each brace that is inside no other."""
    heads, depth, head = [], 0, ""
    for character in css:
        if character == "{":
            if depth == 0:
                heads.append(head.strip())
            depth += 1
        elif character == "}":
            depth -= 1
            head = ""
        elif depth == 0:
            head += character
    assert depth == 0
    return heads
