"""The second of two editors is told."""

from datetime import date

import pytest
from django import forms

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


class Two(forms.Form):
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)
    lines = forms.CharField(widget=forms.Textarea)
    word = forms.CharField()


def test_take_up_shows_what_stands_now_only_where_something_else_was_typed():
    kept = {"lines": "Pothole\nCurb", "word": "First"}
    form = Two({"lines": "Pothole\r\nCurb\r\n", "word": "Second", "revision": "1"}, initial=kept)
    assert form.is_valid()
    edits.take_up(form, "revision", 7)
    assert dict(form.errors) == {"word": ["What stands now: “First”"]}
    assert form["revision"].value() == "7"
