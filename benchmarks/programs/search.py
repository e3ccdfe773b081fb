"""`search COUNT TURNS`: searches of a dump of so many messages of 1 KB, beside grep and jq over the
same messages in a file. Says seconds, turn by turn; of a program that is not installed nothing.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from uuid import UUID

from django.core.management import call_command

from queues.finding import advance, look_up
from queues.formats import Record
from queues.formats.json_lines import write
from queues.models import Dump, Finding
from queues.models.routing import store_database
from queues.search.query import Query
from queues.search.warm import warm

KB = 1_024
FILL_AT_ONCE = 5_000
CODES = ("CARRIER_TIMEOUT", "ADDRESS_INVALID", "OUT_OF_STOCK", "PAYMENT_DECLINED")
STATUSES = ("failed", "paid", "shipped")
# What a page gives a search before it shows what there is; one without scripts waits for longer.
PAGE, PATIENT = 0.5, 5.0
ROWS = 50


def main() -> None:
    count, turns = (int(argument) for argument in sys.argv[1:3])
    for alias in {"default", store_database()}:
        call_command("migrate", database=alias, verbosity=0)
    dump = filled(count)
    with tempfile.TemporaryDirectory() as folder:
        lines, bodies = Path(folder) / "dump.jsonl", Path(folder) / "bodies.jsonl"
        with lines.open("wb") as file:
            file.writelines(write(dump.records()))
        bodies.write_text("".join(f"{record.body}\n" for record in dump.records()))
        print(json.dumps(measured(dump, count, turns, lines, bodies)))


def measured(
    dump: Dump, count: int, turns: int, lines: Path, bodies: Path
) -> dict[str, list[float]]:
    search(dump, Query(texts=("warm up",)))
    found: dict[str, list[float]] = defaultdict(list)

    def timed(name: str, act: Callable[[], int], expected: int) -> None:
        """Theirs and ours must find the same."""
        began = time.perf_counter()
        got = act()
        found[name].append(time.perf_counter() - began)
        if got != expected:
            sys.exit(f"{name} found {got} messages, not {expected}")

    for turn in range(turns):
        # A different text each time: nothing is known of it yet.
        rare = f"ord_{turn * count // turns:08d}"
        timed("rows", partial(first_rows, dump, CODES[turn % len(CODES)]), ROWS)
        timed("text", partial(search, dump, Query(texts=(rare,))), 1)
        if shutil.which("grep"):
            timed("grep", partial(grep, rare, lines), 1)
        status = STATUSES[turn % len(STATUSES)]
        where = Query(where=(f"body.status == '{status}'",))
        many = search(dump, where)
        timed("where", partial(search, dump, where), many)
        if shutil.which("jq"):
            select = f'select(.status == "{status}").order_id'
            timed("jq", partial(jq, select, bodies), many)
    return found


def search(dump: Dump, query: Query) -> int:
    """To its end, as if nobody had asked before."""
    Finding.objects.exclude(params_json="[]").delete()
    warm.end_all_but(0)
    finding = look_up(dump, query)
    while not finding.finished:
        finding = advance(finding, PATIENT)
    return finding.found


def first_rows(dump: Dump, text: str) -> int:
    """Until a page's rows can be shown."""
    Finding.objects.exclude(params_json="[]").delete()
    finding = advance(look_up(dump, Query(texts=(text,))), PAGE)
    return len(dump.rows().filter(ordinal__in=finding.matching(0, ROWS)))


def grep(text: str, lines: Path) -> int:
    return int(output("grep", "-c", "-F", text, str(lines)))


def jq(select: str, bodies: Path) -> int:
    return output("jq", "-c", select, str(bodies)).count("\n")


def output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def filled(count: int) -> Dump:
    dump = Dump.begin(Dump.Kind.DUMP, "local", "orders-dlq", "bench")
    records = messages(count)
    while some := list(islice(records, FILL_AT_ONCE)):
        dump.add_records(some)
    dump.finish(Dump.Verdict.COMPLETE, "", {})
    return dump


def messages(count: int) -> Iterator[Record]:
    """Bodies of JSON, 1 KB each, all different."""
    chance, now = random.Random(2012), datetime.now(UTC)
    for number in range(count):
        body = {
            "order_id": f"ord_{number:08d}",
            "status": STATUSES[number % len(STATUSES)],
            "error_code": chance.choice(CODES),
            "total": round(chance.random() * 1_000, 2),
            "customer": {"id": chance.randrange(10**6), "tags": ["a", "b"]},
            "lines": [
                {"sku": f"SKU-{chance.randrange(10**5)}", "qty": chance.randrange(1, 9)}
                for _ in range(4)
            ],
            "trace": str(UUID(int=chance.getrandbits(128))),
            "note": "",
        }
        body["note"] = ("lorem ipsum dolor " * 60)[: KB - len(json.dumps(body))]
        yield Record(
            str(UUID(int=chance.getrandbits(128))),
            json.dumps(body),
            "0" * 32,
            now,
            {
                "SentTimestamp": str(1_764_000_000_000 + number * 50),
                "ApproximateReceiveCount": "1",
                "SenderId": "AIDAEXAMPLE",
            },
        )
