import pytest

from queues.sqs.errors import AccessDenied, ServerError, Throttled, Unreachable
from queues.sqs.retry import pause, repeat


class Call:
    """Fails with each of `failures` in turn, then succeeds."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.calls = 0

    def __call__(self) -> str:
        self.calls += 1
        if self.failures:
            raise self.failures.pop(0)
        return "done"


def test_a_throttled_call_is_tried_again_after_a_pause() -> None:
    call, slept = Call(Throttled("slow"), ServerError("oops")), list[float]()
    assert repeat(call, sleep=slept.append) == "done"
    assert call.calls == 3
    assert len(slept) == 2


def test_after_the_last_attempt_the_error_is_shown() -> None:
    call = Call(*[Throttled("slow")] * 5)
    with pytest.raises(Throttled):
        repeat(call, attempts=3, sleep=lambda seconds: None)
    assert call.calls == 3


@pytest.mark.parametrize("error", [AccessDenied("no"), Unreachable("nobody there")])
def test_what_another_try_would_not_help_or_would_only_delay_is_shown_at_once(
    error: Exception,
) -> None:
    call = Call(error)
    with pytest.raises(type(error)):
        repeat(call, sleep=lambda seconds: None)
    assert call.calls == 1


def test_pauses_grow_but_not_without_end() -> None:
    assert all(0 <= pause(1) <= 0.2 for _ in range(100))
    assert all(pause(50) <= 5 for _ in range(100))
    assert max(pause(6) for _ in range(200)) > 1
