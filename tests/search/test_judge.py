"""Messages are judged under limits, one by one, whatever one of them does to the process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest

from queues.search import Filter, Judge, Judgement, NoJudge, Outcome, process
from queues.search.judgement import DOES_NOT, MATCHES
from queues.sqs.types import Message
from tests.search.messages import message

FAILED = Filter(expression="body.status == 'failed'")
# Each doubles the list; written out it has four million numbers.
DOUBLED = Filter(expression="to_string(body.seed" + " | [@, @]" * 22 + ") == 'x' || body.ok")
# Two equal lists with different parts, to be compared part by part, a thousand million of them.
ENDLESS = Filter(
    expression="(body.a" + " | [@, @]" * 30 + ") == (body.b" + " | [@, @]" * 30 + ") || body.ok"
)

TOO_LONG = Judgement(Outcome.CANNOT_JUDGE, "limit reached: judging it takes too long")
TOO_LARGE = Judgement(Outcome.CANNOT_JUDGE, "limit reached: judging it takes too much memory")


def eventually(true: Callable[[], bool]) -> bool:
    until = time.monotonic() + 60
    while not true():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def children() -> set[int]:
    """The judging processes of this one."""
    found = set()
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
            command = (status.parent / "cmdline").read_bytes()
        except OSError:  # it has ended meanwhile
            continue
        if int(fields[1]) == os.getpid() and fields[0] != "Z" and b"queues.search.child" in command:
            found.add(int(status.parent.name))
    return found


def test_each_message_gets_its_judgement_in_order() -> None:
    statuses = ["failed", "paid", "failed", None, "paid"] * 40
    records = [message({"status": each} if each else {}) for each in statuses]
    with Judge(FAILED) as judge:
        judged = judge.judge(records) + judge.judge([])
    missing = Judgement(Outcome.CANNOT_JUDGE, "path missing: body.status")
    expected = {"failed": MATCHES, "paid": DOES_NOT, None: missing}
    assert judged == [expected[each] for each in statuses]


def test_messages_are_judged_as_they_come_from_sqs_and_damaged_ones_not_at_all() -> None:
    received = Message("id", "handle", '{"status": "failed"}', "md5")
    damaged = Message("id", "handle", '{"status": "failed"}', "md5", corrupted=True)
    for chosen in (FAILED, Filter(text="failed")):
        with Judge(chosen) as judge:
            [one, other] = judge.judge([received, damaged])
        assert one == MATCHES
        assert other == Judgement(Outcome.CANNOT_JUDGE, "it arrived damaged")


def test_text_and_expression_must_both_hold() -> None:
    with Judge(Filter("order-7", "body.status == 'failed'")) as judge:
        assert judge.judge(
            [
                message({"status": "failed", "name": "order-7"}),
                message({"status": "failed", "name": "order-8"}),
                message({"status": "paid", "name": "order-7"}),
                message(raw="order-8"),
                message(raw="order-7"),
            ]
        ) == [
            MATCHES,
            DOES_NOT,
            DOES_NOT,
            DOES_NOT,
            Judgement(Outcome.CANNOT_JUDGE, "the body is not JSON"),
        ]


def test_a_text_alone_needs_no_process() -> None:
    with Judge(Filter(text="x")) as judge:
        assert judge.judge([message("x"), message("y")]) == [MATCHES, DOES_NOT]
        assert children() == set()


def test_a_message_that_takes_too_much_memory_is_left_out_and_the_others_are_judged() -> None:
    seed = {"seed": [1, 2, 3, 4, 5, 6, 7, 8], "ok": True}
    with Judge(DOUBLED, seconds_per_message=60, memory=96 * 1024 * 1024) as judge:
        assert judge.judge(
            [message({"ok": True}), message(seed), message({"ok": False}), message(seed)]
        ) == [
            MATCHES,
            TOO_LARGE,
            Judgement(Outcome.CANNOT_JUDGE, "path missing: body.seed"),
            TOO_LARGE,
        ]


def test_a_message_that_takes_too_long_is_left_out_and_the_others_are_judged() -> None:
    endless = {"a": [[1]], "b": [[1]], "ok": True}
    quick = {"a": [[1]], "b": 2, "ok": True}
    with Judge(ENDLESS, seconds_per_message=0.2) as judge:
        assert judge.judge([message(quick), message(endless), message(quick)]) == [
            MATCHES,
            TOO_LONG,
            MATCHES,
        ]


def test_when_all_time_is_used_up_the_rest_cannot_be_judged() -> None:
    endless = message({"a": [[1]], "b": [[1]]})
    with Judge(ENDLESS, seconds_per_message=60, seconds_in_all=0.5) as judge:
        judged = judge.judge([endless] * 3) + judge.judge([endless])
    assert [each.outcome for each in judged] == [Outcome.CANNOT_JUDGE] * 4
    assert {each.reason for each in judged} == {
        "limit reached: judging all messages takes too long"
    }
    assert eventually(lambda: not children())


@pytest.mark.parametrize(
    ("raw", "outcome"),
    [
        ("[" * 1_000_000, Outcome.CANNOT_JUDGE),
        ('{"status": ' + "[" * 1000 + "]" * 1000 + "}", Outcome.CANNOT_JUDGE),
        ('{"status": ' + "9" * 5000 + "}", Outcome.CANNOT_JUDGE),
        ('{"status": "\ud800\x00"}', Outcome.CANNOT_JUDGE),
        ('{"status": "failed", "odd": "\ud800", "\\udc00": "\\ud800"}', Outcome.MATCHES),
        ('{"status": "failed", "long": "' + "x" * 1_000_000 + '"}', Outcome.MATCHES),
        ("\ud800", Outcome.CANNOT_JUDGE),
        ("", Outcome.CANNOT_JUDGE),
    ],
    ids=["unclosed", "deep", "long number", "NUL", "surrogates", "large", "surrogate", "empty"],
)
def test_a_hostile_body_harms_nobody_else(raw: str, outcome: Outcome) -> None:
    with Judge(FAILED) as judge:
        hostile, good = judge.judge([message(raw=raw), message({"status": "failed"})])
    assert hostile.outcome is outcome
    assert good == MATCHES


def test_more_and_larger_messages_than_pipes_hold_go_through() -> None:
    records = [message({"status": "failed", "pad": "x" * 1_000_000}) for _ in range(8)]
    records += [message({"status": "paid"}) for _ in range(20_000)]
    with Judge(FAILED) as judge:
        judged = judge.judge(records)
    assert judged[:8] == [MATCHES] * 8
    assert Counter(judged[8:]) == {DOES_NOT: 20_000}


def test_neither_side_waits_for_the_other_when_both_pipes_are_full() -> None:
    # Questions shorter than their answers: the answers' pipe fills up first.
    wordy = Filter(expression=f"attributes.{'a' * 1000} == 'x'")
    judged: list[Judgement] = []

    def ask() -> None:
        with Judge(wordy) as judge:
            judged.extend(judge.judge([message(raw="")] * 5000))

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(timeout=60)
    assert [each.outcome for each in judged] == [Outcome.CANNOT_JUDGE] * 5000


def test_a_process_that_is_killed_from_outside_is_replaced_and_nothing_is_skipped() -> None:
    records = [message({"status": "failed"})] * 10
    with Judge(FAILED) as judge:
        assert judge.judge(records) == [MATCHES] * 10
        [victim] = children()
        os.kill(victim, signal.SIGKILL)
        assert judge.judge(records) == [MATCHES] * 10
        assert children() != {victim}
    assert eventually(lambda: not children())


def test_a_process_that_falls_silent_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    end = process.Process.end

    def patient_again(self: process.Process) -> str | None:
        monkeypatch.setattr(process, "SILENCE", 30.0)
        return end(self)

    monkeypatch.setattr(process.Process, "end", patient_again)
    with Judge(FAILED) as judge:
        assert judge.judge([message({"status": "paid"})]) == [DOES_NOT]
        [victim] = children()
        os.kill(victim, signal.SIGSTOP)
        monkeypatch.setattr(process, "SILENCE", 0.2)
        assert judge.judge([message({"status": "failed"})]) == [MATCHES]
        assert victim not in children()


def test_a_message_over_which_the_process_dies_twice_is_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ask = process.Process.ask

    def deadly(self: process.Process, questions: Iterable[bytes], *limits: Any) -> list[bytes]:
        asked = list(questions)
        if b"deadly" not in asked[0]:
            harmless = list(takewhile(lambda each: b"deadly" not in each, asked))
            answers = ask(self, harmless, len(harmless), 60)
            return answers
        os.kill(self._popen.pid, signal.SIGKILL)
        return ask(self, asked, *limits)

    monkeypatch.setattr(process.Process, "ask", deadly)
    records = [message({"status": each}) for each in ("failed", "deadly", "failed")]
    with Judge(FAILED) as judge:
        assert judge.judge(records) == [
            MATCHES,
            Judgement(Outcome.CANNOT_JUDGE, "the process that judges it ends unexpectedly"),
            MATCHES,
        ]


def test_several_threads_share_one_judge() -> None:
    answers: list[list[Judgement]] = []
    with Judge(FAILED) as judge:

        def ask() -> None:
            for _ in range(20):
                answers.append(judge.judge([message({"status": "failed"}), message({"status": 1})]))

        threads = [threading.Thread(target=ask) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        # The thread that began it has ended, and it goes on.
        assert judge.judge([message({"status": "failed"})]) == [MATCHES]
        assert len(children()) == 1
    differ = Judgement(Outcome.CANNOT_JUDGE, "values of different types are compared")
    assert answers == [[MATCHES, differ]] * 120


def test_the_process_ends_with_who_started_it() -> None:
    program = (
        "import sys, time\n"
        "from queues.search import Filter, Judge\n"
        "from tests.search.messages import message\n"
        "judge = Judge(Filter(expression='body'))\n"
        "judge.judge([message(1)])\n"
        "print(judge._process._popen.pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, cwd=root) as one:
        assert one.stdout is not None
        child = int(one.stdout.readline())
        assert Path(f"/proc/{child}").exists()
        one.kill()
        one.wait()
    assert eventually(lambda: not Path(f"/proc/{child}").exists())


def test_the_process_knows_neither_django_nor_the_environment() -> None:
    with Judge(FAILED) as judge:
        judge.judge([message({})])
        [child] = children()
        assert b"AWS" not in Path(f"/proc/{child}/environ").read_bytes()
        maps = Path(f"/proc/{child}/limits").read_text()
        assert str(256 * 1024 * 1024) in maps
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, queues.search.child; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
        cwd=process.ROOT,
    ).stdout.split()
    assert "queues.search.child" in loaded
    assert not {"django", "boto3", "botocore"} & set(loaded)


def test_a_machine_that_starts_no_process_is_an_error_and_not_an_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("queues.search.process.sys.executable", "/nowhere/python")
    with Judge(FAILED) as judge, pytest.raises(NoJudge, match="does not start"):
        judge.judge([message({"status": "failed"})])
    monkeypatch.setattr("queues.search.process.sys.executable", "/bin/false")
    with Judge(FAILED) as judge, pytest.raises(NoJudge, match="does not start"):
        judge.judge([message({"status": "failed"})])
