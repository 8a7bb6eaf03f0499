"""The second of two editors is told."""

from datetime import date

import pytest

from citystat.core import edits
from citystat.core.errors import Busy
from citystat.plan.models import Plan

pytestmark = pytest.mark.django_db


def test_save_with_an_old_revision_is_told_and_changes_nothing():
    plan = Plan.objects.create(number=1, title="Plan", starts_on=date(2026, 1, 1), ends_on=date(2031, 12, 31))
    first, second = Plan.objects.get(pk=plan.pk), Plan.objects.get(pk=plan.pk)
    first.title, second.title = "First", "Second"

    edits.save(first, ["title"], revision=1)
    with pytest.raises(Busy, match="Somebody else changed this"):
        edits.save(second, ["title"], revision=1)

    plan.refresh_from_db()
    assert (plan.title, plan.revision, first.revision) == ("First", 2, 2)
