from queues.sqs.sweep.proof import StopProof


def polls(proof: StopProof, *threads: int, at: float) -> None:
    for thread in threads:
        proof.nothing(thread, at)


def test_every_thread_must_have_looked_twice_in_vain() -> None:
    proof = StopProof(threads=2, enough=2, started=0)
    polls(proof, 0, 0, 0, 1, at=1)
    assert not proof.met()
    polls(proof, 1, at=2)
    assert proof.met()


def test_something_new_starts_it_all_over() -> None:
    proof = StopProof(threads=1, enough=2, started=0)
    polls(proof, 0, 0, at=1)
    proof.found(5)
    assert not proof.met()
    polls(proof, 0, at=6)
    assert not proof.met()
    polls(proof, 0, at=7)
    assert proof.met()


def test_a_poll_under_way_while_something_new_came_does_not_count() -> None:
    proof = StopProof(threads=1, enough=1, started=0)
    proof.found(5)
    polls(proof, 0, at=4)
    assert not proof.met()


def test_messages_seen_before_break_the_row_of_empty_polls() -> None:
    proof = StopProof(threads=1, enough=2, started=0)
    polls(proof, 0, at=1)
    proof.nothing_new(0)
    polls(proof, 0, at=2)
    assert not proof.met()


def test_a_lost_answer_is_waited_for_and_looked_after() -> None:
    proof = StopProof(threads=3, enough=2, started=0)
    polls(proof, 0, 0, 1, 1, 2, 2, at=1)
    proof.lost(hidden_until=120)
    assert not proof.met()
    assert proof.may_rest(0, now=50), "before what it hid is back, polls prove nothing"
    polls(proof, 0, 0, at=100)
    assert not proof.met()
    assert not proof.may_rest(0, now=121)
    assert proof.may_rest(2, now=121), "as few threads as it takes"
    polls(proof, 0, 1, at=121)
    assert proof.met()


def test_a_thread_rests_only_once_it_has_done_its_part() -> None:
    proof = StopProof(threads=2, enough=1, started=0)
    proof.lost(hidden_until=120)
    assert not proof.may_rest(0, now=1)
    polls(proof, 0, at=1)
    assert proof.may_rest(0, now=2)
    assert not proof.may_rest(1, now=2)


def test_the_proof_is_under_way_when_no_thread_finds_anything_any_more() -> None:
    proof = StopProof(threads=2, enough=2, started=0)
    polls(proof, 0, at=1)
    assert not proof.under_way()
    polls(proof, 1, at=1)
    assert proof.under_way()
