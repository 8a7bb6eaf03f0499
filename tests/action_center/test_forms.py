"""Lists to choose from are written as Django would write them."""

import pytest
from django import forms as django_forms
from django.test.html import parse_html

from citystat.action_center.forms import ListBox

FLAT = [("", "All"), ("a&b", "<A> & B"), (3, "Three")]
GROUPED = [("Streets", [("1", "Pothole"), ("2", "Sign")]), ("3", "Other")]


@pytest.mark.parametrize("choices", [FLAT, GROUPED, []])
@pytest.mark.parametrize("value", ["", "a&b", 3, "2", None])
def test_list_box_is_the_same_element(choices, value):
    attributes = {"class": "usa-select", "id": "id_one", "required": True, "disabled": False}
    ours, theirs = (kind(attrs=attributes, choices=choices).render("one", value) for kind in (ListBox, django_forms.Select))
    assert parse_html(ours) == parse_html(theirs)
