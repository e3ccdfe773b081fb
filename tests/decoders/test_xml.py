"""XML is laid out as it was sent; nothing in it is expanded or fetched."""

from __future__ import annotations

import pytest

from queues.decoders import Shape, read
from tests.decoders.drawing import drawn, folds
from tests.decoders.packing import b64

ORDER = (
    '<?xml version="1.0" encoding="ISO-8859-1"?><order id="17" note=\'a &lt; b\'><line/>'
    "<sku>LMP&#45;0042</sku><empty></empty><p>one <b>two</b> three</p><!-- paid --></order>"
)


def test_an_element_a_line_with_texts_and_escapes_as_sent() -> None:
    reading = read(ORDER)
    assert (reading.trail, reading.shape) == (["XML"], Shape.XML)
    assert drawn(reading) == (
        '<?xml version="1.0" encoding="ISO-8859-1"?>\n'
        "<order id=\"17\" note='a &lt; b'>\n"
        "  <line/>\n"
        "  <sku>LMP&#45;0042</sku>\n"
        "  <empty></empty>\n"
        "  <p>\n"
        "    one\n"
        "    <b>two</b>\n"
        "    three\n"
        "  </p>\n"
        "  <!-- paid -->\n"
        "</order>"
    )
    assert folds(reading) == [(2, 12), (6, 10)]


def test_the_text_of_an_element_can_be_copied() -> None:
    lines = read(ORDER).pretty or []
    assert [line.value_text for line in lines if line.value_text] == ["LMP&#45;0042", "two"]


def test_xml_in_base64_is_found() -> None:
    assert read(b64(ORDER)).trail == ["base64", "XML"]


@pytest.mark.parametrize("encoding", ["iso-8859-1", "Windows-1252"])
def test_old_xml_in_base64_is_read_in_the_encoding_it_names(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?><name>Jürgen</name>'
    assert drawn(read(b64(text.encode(encoding)))).endswith("<name>Jürgen</name>")
    broken = text.encode("windows-1252").replace(b"\xfc", b"\x81")
    assert (read(b64(broken), ["base64"]).text is None) == (encoding == "Windows-1252")


@pytest.mark.parametrize(
    "text",
    [
        "<",
        "<a>",
        "<a></b>",
        "<a><br></a>",
        "<p>1 < 2</p>",
        "<<<<",
        "<a/> and more",
        "<a>\ud800</a>",
    ],
)
def test_what_is_not_well_formed_is_text(text: str) -> None:
    assert read(text).trail == ["Text"]


def test_a_queue_of_xml_hears_where_it_is_broken() -> None:
    assert read("<order>\n  <sku></order>", ["xml"]).problems == (
        "XML: This is no XML: mismatched tag, line 2, column 10.",
    )


@pytest.mark.parametrize(
    "declared",
    [
        '<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">',
        '<!ENTITY a SYSTEM "file:///etc/passwd">',
        '<!ENTITY % a SYSTEM "http://127.0.0.1/a.dtd"> %a;',
    ],
    ids=["bomb", "file", "address"],
)
def test_entities_are_neither_expanded_nor_fetched(declared: str) -> None:
    body = f"<!DOCTYPE order [{declared}]><order>&b;</order>"
    reading = read(body)
    assert (reading.trail, reading.text, reading.pretty) == (["XML"], body, None)
    assert "It declares entities of its own. They are not expanded" in reading.problems[0]


def test_a_doctype_without_entities_is_laid_out() -> None:
    assert drawn(read('<!DOCTYPE a SYSTEM "a.dtd"><a/>')) == '<!DOCTYPE a SYSTEM "a.dtd">\n<a/>'


def test_a_very_deep_document_says_why_it_is_not_laid_out() -> None:
    reading = read("<a>" * 100_000 + "</a>" * 100_000)
    assert (reading.trail, reading.pretty) == (["XML"], None)
    assert "nested more than 1,000 deep" in reading.pretty_note
