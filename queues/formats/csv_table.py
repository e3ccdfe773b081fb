"""A table for people and spreadsheets (RFC 4180, UTF-8); guarded, so not to be read back."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator

from queues.formats.base import SEPARATOR, Format, Record, in_chunks
from queues.sqs.types import MessageAttribute

COLUMNS = (
    "message_id",
    "sent_at",
    "receive_count",
    "group",
    "body",
    "attributes",
    "message_attributes",
    "received_at",
)

# A spreadsheet runs such a cell as a formula. OWASP: "CSV Injection"; some programs skip white
# space first, and some take the full-width signs for the plain ones.
_FORMULA = re.compile(r"[\t\r\n\0]|[\s\0\ufeff]*[=+\-@＝＋－＠]")


def write(records: Iterable[Record], *, separator: str = SEPARATOR) -> Iterator[bytes]:
    return in_chunks(_rows(records))


def guarded(cell: str) -> str:
    return "'" + cell if _FORMULA.match(cell) else cell


def _rows(records: Iterable[Record]) -> Iterator[bytes]:
    row = io.StringIO(newline="")
    table = csv.writer(row)

    def taken() -> bytes:
        text = row.getvalue()
        row.seek(0)
        row.truncate()
        # A lone surrogate has no UTF-8; written as \udXXX it can at least be seen.
        return text.encode("utf-8", "backslashreplace")

    table.writerow(COLUMNS)
    yield taken()
    for record in records:
        table.writerow([guarded(cell) for cell in _cells(record)])
        yield taken()


def _cells(record: Record) -> tuple[str, ...]:
    return (
        record.message_id,
        record.sent_at.isoformat() if record.sent_at else "",
        str(record.receive_count or ""),
        record.group_id or "",
        record.body,
        json.dumps(dict(record.attributes), ensure_ascii=False),
        json.dumps(
            {name: _shown(value) for name, value in record.message_attributes.items()},
            ensure_ascii=False,
        ),
        record.received_at.isoformat(),
    )


def _shown(attribute: MessageAttribute) -> str:
    if isinstance(attribute.value, bytes):
        return attribute.value.hex(" ")
    return attribute.value


FORMAT = Format(
    name="csv",
    label="CSV (a table for spreadsheets)",
    content_type="text/csv; charset=utf-8",
    extension="csv",
    write=write,
)
