"""What the jobs of the matrix do, and what each must leave behind when it has done it."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from django.contrib.auth.models import User

from queues import connections
from queues.jobs import peek as peeking
from queues.jobs import start
from queues.models import Dump, Job, Message, Queue, Settlement
from queues.sqs.queues import get_queue
from tests.faults.letters import Letter, key_in, write
from tests.faults.nemesis import Peace
from tests.faults.shift import Shift
from tests.faults.stage import CONNECTION, Stage

TRIES = 3
FILTER = {"text": "", "expression": "body.status == 'paid'"}


@dataclass
class Play:
    """A job that is about to begin, and what is known then.

    `letters`: those it concerns. `chosen`: the keys of those it is to settle; the others stay.
    `source`: the queue that it sweeps, "" for none. `target`: the queue it sends to, "" for none.
    `stored_is_safe`: a letter that is gone from the source may be in the dump alone.

    What others do meanwhile: `elsewhere`, the keys of those that they took away, so that they need
    be nowhere; `optional`, of those they sent, so that the job may settle them or not;
    `graveyard`, a dead-letter queue that they attached.
    """

    stage: Stage
    job: Job
    letters: list[Letter]
    chosen: set[str]
    source: str = ""
    target: str = ""
    stored_is_safe: bool = False
    elsewhere: set[str] = field(default_factory=set)
    optional: set[str] = field(default_factory=set)
    graveyard: str = ""

    @property
    def fifo(self) -> bool:
        return (self.source or self.target).endswith(".fifo")

    @property
    def removes(self) -> bool:
        """Whether what is chosen is to be gone from the source."""
        return bool(self.source) and self.job.kind != Job.Kind.DUMP


@dataclass(frozen=True)
class Scene:
    """What a deed is prepared from. `groups`: of a FIFO queue; 0 for a standard one. `prefix`: of
    its queues' names, where there are several deeds at once."""

    stage: Stage
    rng: random.Random
    count: int
    groups: int = 0
    prefix: str = ""

    def name(self, word: str) -> str:
        word = f"{self.prefix}{word}"
        return f"{word}.fifo" if self.groups else word

    def user(self) -> User:
        user, _ = User.objects.get_or_create(username="mara", is_superuser=True, is_staff=True)
        return user

    def filled(self, word: str, **attributes: str) -> tuple[str, list[Letter]]:
        """The name of a new queue, and what it holds."""
        letters = write(self.rng, self.count, groups=self.groups)
        name = self.name(word)
        self.stage.post(self.stage.queue(name, **attributes), letters)
        return name, letters

    def start(self, kind: str, queue: str, **how: object) -> Job:
        return start.start(kind, CONNECTION, queue, self.user(), **{"options": {}, **how})  # type: ignore[arg-type]

    def done(self, job: Job) -> Job:
        """The same job, after a run in which nothing went wrong."""
        if not Shift(self.stage, job, Peace()).run() or job.state != Job.State.DONE:
            raise RuntimeError(f"in peace, a {job.kind} ended {job.state}: {job.sentence}")
        return job

    def before(self, deed: Callable[[Scene], Play]) -> tuple[Play, Job]:
        """Another deed, and its job, which did all of it; a busy machine may need a few tries."""
        for number in range(TRIES):
            scene = replace(self, prefix=f"{self.prefix}again-{number}-") if number else self
            play = deed(scene)
            job = self.done(play.job)
            doubtful = job.failed or job.possible_duplicates or _sent_and_still_there(job)
            if job.settled == len(play.chosen) and not doubtful:
                return play, job
        raise RuntimeError(f"in peace, a {job.kind} did not do all: {job.sentence}")


def _sent_and_still_there(job: Job) -> bool:
    return Settlement.objects.of_job(job.pk).filter(state=Settlement.State.SENT).exists()


def keys(letters: list[Letter]) -> set[str]:
    return {letter.key for letter in letters}


def paid(letters: list[Letter]) -> set[str]:
    return {letter.key for letter in letters if letter.status == "paid"}


def dump(scene: Scene) -> Play:
    name, letters = scene.filled("orders")
    return Play(scene.stage, scene.start("dump", name), letters, keys(letters), source=name)


def clear(scene: Scene) -> Play:
    name, letters = scene.filled("orders")
    job = scene.start("clear", name)
    return Play(scene.stage, job, letters, keys(letters), source=name, stored_is_safe=True)


def clear_matching(scene: Scene) -> Play:
    name, letters = scene.filled("orders")
    job = scene.start("clear", name, options={"filter": FILTER})
    return Play(scene.stage, job, letters, paid(letters), source=name, stored_is_safe=True)


def delete(scene: Scene) -> Play:
    name, letters = scene.filled("orders")
    chosen, options = _selected(scene, name)
    job = scene.start("delete", name, options=options)
    return Play(scene.stage, job, letters, chosen, source=name, stored_is_safe=True)


def _selected(scene: Scene, name: str) -> tuple[set[str], dict[str, object]]:
    """Half of what a peek showed."""
    rows = _peeked(scene, name)[::2]
    selection = {"dump": str(rows[0].dump_id), "ordinals": [row.ordinal for row in rows]}
    return {key_in(row.record.body) for row in rows}, {"selection": selection}


def _peeked(scene: Scene, name: str) -> list[Message]:
    connection = connections.get(CONNECTION)
    assert connection is not None
    sqs_queue = get_queue(connections.client(connection), name)
    queue = Queue.objects.observe(CONNECTION, sqs_queue)
    seen = peeking.peek(connection, queue, peeking.PeekOptions(messages=100), "mara")
    return list(seen.messages.all())


def move(scene: Scene) -> Play:
    name, letters = scene.filled("orders")
    return _moved(scene, "move", name, letters, keys(letters), {})


def move_matching(scene: Scene) -> Play:
    name, letters = scene.filled("orders")
    return _moved(scene, "move", name, letters, paid(letters), {"filter": FILTER})


def _moved(
    scene: Scene,
    kind: str,
    source: str,
    letters: list[Letter],
    chosen: set[str],
    options: dict[str, object],
) -> Play:
    target = scene.name("elsewhere")
    # A delay of the target's own must not apply.
    scene.stage.queue(target, **({} if scene.groups else {"DelaySeconds": "60"}))
    job = scene.start(kind, source, target_name=target, options=options)
    return Play(scene.stage, job, letters, chosen, source=source, target=target)


def resend(scene: Scene) -> Play:
    """As somebody leaves it who has nothing to edit: so it can be told from all others."""
    name, letters = scene.filled("orders")
    message = _peeked(scene, name)[0]
    edited = Dump.begin(Dump.Kind.EDIT, CONNECTION, name, "mara")
    edited.add_records([replace(message.record, message_id="")])
    edited.finish(Dump.Verdict.COMPLETE, "", {})
    options = {
        "selection": {"dump": str(message.dump_id), "ordinals": str(message.ordinal)},
        "edited": {"dump": str(edited.pk), "ordinal": 1},
    }
    return _moved(scene, "resend", name, letters, {key_in(message.record.body)}, options)


def redrive(scene: Scene) -> Play:
    name, letters = scene.filled("orders-dead")
    return _moved(scene, "redrive", name, letters, keys(letters), {})


def restore(scene: Scene) -> Play:
    play, dumped = scene.before(clear)
    target = scene.name("elsewhere")
    scene.stage.queue(target)
    assert dumped.dump_id
    backup = Dump.objects.get(pk=dumped.dump_id)
    job = scene.start("restore", target, dump=backup)
    return Play(scene.stage, job, play.letters, play.chosen, target=target)


def undo_clear(scene: Scene) -> Play:
    play, cleared = scene.before(clear)
    job = start.undo(cleared, scene.user())
    return Play(scene.stage, job, play.letters, play.chosen, target=play.source)


def undo_move(scene: Scene) -> Play:
    return _undone(scene, move)


def undo_resend(scene: Scene) -> Play:
    # Nothing else is in the queue that the original comes back to.
    return _undone(replace(scene, count=1), resend)


def _undone(scene: Scene, deed: Callable[[Scene], Play]) -> Play:
    play, moved = scene.before(deed)
    # What else is at the target is not the undo's business.
    others = write(scene.rng, 50, groups=scene.groups, start=scene.count)
    scene.stage.undelay(play.target)
    scene.stage.post(scene.stage.url(play.target), others)
    job = start.undo(moved, scene.user())
    everything = [*play.letters, *others]
    return Play(scene.stage, job, everything, play.chosen, source=play.target, target=play.source)


DEEDS: dict[str, Callable[[Scene], Play]] = {
    "dump": dump,
    "clear": clear,
    "clear-matching": clear_matching,
    "delete": delete,
    "move": move,
    "move-matching": move_matching,
    "redrive": redrive,
    "resend": resend,
    "restore": restore,
    "undo-clear": undo_clear,
    "undo-move": undo_move,
    "undo-resend": undo_resend,
}
