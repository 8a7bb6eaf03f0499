"""A form says what to do where something it needs was left empty."""

import pytest
from django import forms
from django.utils import translation


class Everything(forms.Form):
    """One field of each kind."""

    words = forms.CharField()
    address = forms.EmailField()
    kind = forms.ChoiceField(choices=[("a", "A")])
    kinds = forms.MultipleChoiceField(choices=[("a", "A")])
    agreed = forms.BooleanField()
    day = forms.DateField()
    at = forms.TimeField()
    count = forms.IntegerField()
    share = forms.FloatField()
    file = forms.FileField()
    own = forms.CharField(error_messages={"required": "Say why."})


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("words", "Fill this in."),
        ("address", "Fill this in."),
        ("kind", "Choose one."),
        ("kinds", "Choose one or more."),
        ("agreed", "Tick this to go on."),
        ("day", "Give a day."),
        ("at", "Give a time."),
        ("count", "Give a number."),
        ("share", "Give a number."),
        ("file", "Choose a file."),
        ("own", "Say why."),
    ],
)
def test_form_says_what_to_do_where_a_field_is_empty(field: str, said: str) -> None:
    assert Everything({}).errors[field] == [said]


def test_form_says_it_in_spanish_and_keeps_what_else_it_says() -> None:
    with translation.override("es"):
        assert Everything({}).errors["day"] == ["Indique un día."]
    assert "whole number" in Everything({"count": "many"}).errors["count"][0]
    assert "valid choice" in Everything({"kind": "b"}).errors["kind"][0]
