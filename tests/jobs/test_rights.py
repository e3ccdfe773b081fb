"""What one may do is asked again when a job begins: between the two a day may lie."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from queues.models import Job
from queues.tasks import run_job
from tests.jobs.conftest import NewDump, dump_of

pytestmark = pytest.mark.django_db(databases=["default", "store"], transaction=True)


def test_a_dump_does_not_begin_for_a_user_who_was_locked_out_meanwhile(
    new_dump: NewDump, orders: str, mara: User
) -> None:
    job = new_dump()
    User.objects.filter(pk=mara.pk).update(is_active=False)
    run_job(str(job.pk))
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert job.sentence.startswith("It did not begin.")
    assert dump_of(job).verdict == "partial"


def test_a_dump_does_not_begin_for_a_user_who_is_gone(
    new_dump: NewDump, orders: str, mara: User
) -> None:
    job = new_dump()
    mara.delete()
    run_job(str(job.pk))
    job.refresh_from_db()
    assert job.sentence == "It did not begin. Who asked for it is no user here any more."
