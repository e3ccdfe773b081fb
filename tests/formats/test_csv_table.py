import csv
import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queues.formats.base import Record
from queues.formats.csv_table import COLUMNS, guarded, write
from queues.sqs.types import MessageAttribute

AT = datetime(2026, 11, 23, 18, 7, tzinfo=UTC)


def table(*records: Record) -> list[list[str]]:
    text = b"".join(write(records)).decode()
    return list(csv.reader(io.StringIO(text, newline="")))


def test_each_message_is_a_row_under_its_headings() -> None:
    record = Record(
        "id",
        "hello",
        "md5",
        AT,
        {
            "SentTimestamp": "1700000000000",
            "ApproximateReceiveCount": "3",
            "MessageGroupId": "customer-7",
        },
        {
            "colour": MessageAttribute("String", "grün"),
            "seal": MessageAttribute("Binary", b"\0\xff"),
        },
    )
    headings, row = table(record)
    assert tuple(headings) == COLUMNS
    cells = dict(zip(headings, row, strict=True))
    assert cells["message_id"] == "id"
    assert cells["sent_at"] == "2023-11-14T22:13:20+00:00"
    assert (cells["receive_count"], cells["group"], cells["body"]) == ("3", "customer-7", "hello")
    assert '"ApproximateReceiveCount": "3"' in cells["attributes"]
    assert cells["message_attributes"] == '{"colour": "grün", "seal": "00 ff"}'
    assert cells["received_at"] == AT.isoformat()


def test_lines_end_as_rfc_4180_says_and_quotes_are_doubled() -> None:
    lines = b"".join(write([Record("id", 'say "hi",\nplease', "md5", AT)]))
    assert lines.startswith(b"message_id,sent_at,")
    assert lines.count(b"\r\n") == 2
    assert b'"say ""hi"",\nplease"' in lines


@pytest.mark.parametrize(
    "body",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "\0=1",
        "\tx",
        "  =cmd|'/c calc'!A0",
        "\u00a0=1",
        "\ufeff=1",
        " \n @x",
        "＝1+1",
    ],
)
def test_a_cell_a_spreadsheet_would_run_is_guarded(body: str) -> None:
    _, row = table(Record("id", body, "md5", AT))
    assert row[COLUMNS.index("body")] == "'" + body


@pytest.mark.parametrize("body", ["hello", "1-1", "a=b", '{"a": "=1"}', "", " plain"])
def test_other_cells_stay_as_they_are(body: str) -> None:
    assert guarded(body) == body


@pytest.mark.parametrize("column", ["message_id", "group", "attributes"])
def test_no_column_is_left_unguarded(column: str) -> None:
    record = Record("=1", "b", "md5", AT, {"MessageGroupId": "=1"})
    _, row = table(record)
    assert not row[COLUMNS.index(column)].startswith("=")


@given(st.text(st.characters(codec=None)))
def test_any_body_keeps_the_table_in_shape(body: str) -> None:
    rows = table(Record("id", body, "md5", AT), Record("next", "b", "md5", AT))
    assert [len(row) for row in rows] == [len(COLUMNS)] * 3
    assert rows[2][0] == "next"
