"""What somebody sees of an answer: its words, its fields with what stands in them, its links."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

NO_END = {"area", "br", "col", "hr", "img", "input", "link", "meta", "use"}
NOT_SHOWN = {"script", "style", "title", "option", "textarea"}
INLINE = {"a", "b", "code", "i", "kbd", "mark", "small", "span", "time"}


@dataclass
class Element:
    """`text` has its white space folded, as a browser shows it; `raw` has not."""

    tag: str
    attributes: dict[str, str]
    pieces: list[str] = field(default_factory=list)

    @property
    def raw(self) -> str:
        return "".join(self.pieces)

    @property
    def text(self) -> str:
        return " ".join(self.raw.split())

    def has(self, name: str, value: str) -> bool:
        given = self.attributes.get(name, "")
        return value in given.split() if name == "class" else given == value


class Page(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.html = html
        self.elements = [Element("everything", {})]
        self._open = [self.elements[0]]
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in INLINE:
            self.handle_data(" ")
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in NO_END:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if any(element.tag == tag for element in self._open):
            while self._open.pop().tag != tag:
                continue

    def handle_data(self, data: str) -> None:
        innermost = self._open[-1]
        for element in [innermost] if innermost.tag in NOT_SHOWN else self._open:
            element.pieces.append(data)

    @property
    def text(self) -> str:
        return self.elements[0].text

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """Elements with these attributes: `class_="errors"`, `data_queue="orders"`."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            element
            for element in self.elements
            if element.tag == tag and all(element.has(*each) for each in wanted.items())
        ]

    def the(self, tag: str, **attributes: str) -> Element:
        found = self.all(tag, **attributes)
        assert len(found) == 1, f"{len(found)} of <{tag} {attributes}> in: {self.text[:1000]}"
        return found[0]

    @property
    def links(self) -> dict[str, str]:
        """What each link says, and where it leads."""
        return {link.text: link.attributes.get("href", "") for link in self.all("a")}

    @property
    def fields(self) -> dict[str, str]:
        """What stands in each input and text area, by its name."""
        inputs = {
            element.attributes["name"]: element.attributes.get("value", "")
            for element in self.all("input")
            if "name" in element.attributes
        }
        # A browser leaves out a line end right after the tag.
        areas = {
            area.attributes["name"]: re.sub(r"\A\r?\n", "", area.raw)
            for area in self.all("textarea")
        }
        return inputs | areas

    @property
    def queues(self) -> list[str]:
        """The queues of the list, in their order."""
        rows = [row.attributes.get("data-queue", "") for row in self.all("tr")]
        return [name for name in rows if name]

    @property
    def messages(self) -> list[str]:
        """The ids of the messages in the list, in their order."""
        rows = [row.attributes.get("data-message", "") for row in self.all("li")]
        return [message_id for message_id in rows if message_id]

    def row(self, queue: str) -> str:
        return self.the("tr", data_queue=queue).text

    @property
    def complaints(self) -> str:
        """What it says is wrong with what was typed."""
        found = [*self.all("ul", class_="errors"), *self.all("div", class_="errors")]
        return " ".join(each.text for each in found)


def page(answer: Any, status: int = 200) -> Page:
    """The page an answer holds; it must have this status."""
    found = Page(answer.content.decode())
    assert answer.status_code == status, f"{answer.status_code}: {found.text[:2000]}"
    return found
