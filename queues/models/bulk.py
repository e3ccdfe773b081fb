"""Many rows at a time, past the ORM: a sweep stores thousands of messages a second, and model
instances cost more than all the rest of it.

Values go through Django's own adaption, so that rows look as the ORM would have written them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connections
from django.db.models import Model

from queues.models.routing import store_database

Rows = Sequence[tuple[Any, ...]]

# Rows in one INSERT. SQLite's driver lets go of the interpreter at each step of a statement, and
# the threads of a sweep fight for it: one step for many rows is better than one for each.
AT_ONCE = 250


def insert(model: type[Model], fields: Sequence[str], rows: Rows) -> None:
    """`rows`: values as adapt() gives them, in the order of the fields."""
    columns = ", ".join(_column(model, name) for name in fields)
    places = f"({', '.join(['%s'] * len(fields))})"
    with connections[store_database()].cursor() as cursor:
        at_once = min(AT_ONCE, _most_values() // len(fields))
        for start in range(0, len(rows), at_once):
            some = rows[start : start + at_once]
            cursor.execute(
                f"INSERT INTO {_table(model)} ({columns}) VALUES {', '.join([places] * len(some))}",
                [value for row in some for value in row],
            )


def update(model: type[Model], fields: Sequence[str], where: Sequence[str], rows: Rows) -> int:
    """One row of values for each row changed: those of `fields`, then those of `where`. How many
    rows were there."""
    changes = ", ".join(f"{_column(model, name)} = %s" for name in fields)
    condition = " AND ".join(f"{_column(model, name)} = %s" for name in where)
    return _run(f"UPDATE {_table(model)} SET {changes} WHERE {condition}", rows)


def update_ranges(model: type[Model], field: str, where: tuple[str, str], rows: Rows) -> None:
    """Rows of (value, of the first column of `where`, and of the second: from, to inclusive)."""
    column, same, between = (_column(model, name) for name in (field, *where))
    condition = f"{same} = %s AND {between} BETWEEN %s AND %s"
    _run(f"UPDATE {_table(model)} SET {column} = %s WHERE {condition}", rows)


def adapt(model: type[Model], field: str, value: Any) -> Any:
    """A value as the database's driver takes it."""
    return _field(model, field).get_db_prep_save(value, connections[store_database()])


def adapt_time(moment: datetime) -> Any:
    return connections[store_database()].ops.adapt_datetimefield_value(moment)


def _run(statement: str, rows: Rows) -> int:
    with connections[store_database()].cursor() as cursor:
        cursor.executemany(statement, rows)
        return int(cursor.rowcount)


def _most_values() -> int:
    """In one statement, on an open connection."""
    store = connections[store_database()]
    if store.vendor != "sqlite":
        return 65_535
    return int(store.connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER))


def _table(model: type[Model]) -> str:
    return connections[store_database()].ops.quote_name(model._meta.db_table)


def _column(model: type[Model], name: str) -> str:
    return connections[store_database()].ops.quote_name(_field(model, name).column)


def _field(model: type[Model], name: str) -> Any:
    return model._meta.get_field(name)
