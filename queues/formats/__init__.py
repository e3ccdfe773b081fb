"""Messages to files. To add a format: one file with a FORMAT, and its line below."""

from queues.formats import csv_table, json_lines, separated_text
from queues.formats.base import SEPARATOR, Format, Record

FORMATS: dict[str, Format] = {
    format_.name: format_
    for format_ in (json_lines.FORMAT, separated_text.FORMAT, csv_table.FORMAT)
}

__all__ = ["FORMATS", "SEPARATOR", "Format", "Record"]
