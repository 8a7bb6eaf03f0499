"""Two people editing the same thing: the second is told, never overwritten.

A row with a `revision` is saved only if nobody saved it since the form was shown.
"""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from citystat.core.errors import Busy, InputError

OTHER_EDITOR = gettext_lazy("Somebody else changed this while you were editing. What you typed is still here: compare, then save again.")


def save(row: models.Model, fields: Iterable[str], *, revision: int) -> None:
    """Save the named fields of a row that still has this revision; Busy, with what to do, when it has another by now.

    `row.revision` is one higher afterwards. The row's foreign keys are named by their field, as in `save(update_fields=...)`.
    """
    values: dict[str, Any] = {name: getattr(row, name) for name in fields}
    found = type(row)._default_manager.filter(pk=row.pk, revision=revision).update(**values, revision=revision + 1)
    if not found:
        raise Busy(OTHER_EDITOR)
    row.revision = revision + 1  # type: ignore[attr-defined]


def check_texts(row: models.Model) -> None:
    """Raise InputError for a text no column holds: too long, or with the character NUL. Forms say so too; files have no form."""
    for field in row._meta.concrete_fields:
        text = getattr(row, field.attname)
        if not isinstance(text, str):
            continue
        if "\x00" in text:
            raise InputError(_("%(field)s holds the character NUL, which no text has.") % {"field": field.name})
        if field.max_length is not None and len(text) > field.max_length:
            raise InputError(
                _("%(field)s is longer than %(most)s characters: shorten it.") % {"field": field.name, "most": field.max_length}
            )


def tell(form: forms.Form, error: Exception, row: models.Model | None = None) -> None:
    """Say on the form what went wrong. Where somebody else was faster, also what stands now beside what was typed.

    `form.initial` is the row as it was read for this request. Saving once more is then a decision and succeeds.
    """
    form.add_error(None, str(error))
    if isinstance(error, Busy) and row is not None:
        revision = type(row)._default_manager.filter(pk=row.pk).values_list("revision", flat=True).first()
        take_up(form, "revision", revision)


def take_up(form: forms.Form, name: str, now: Any) -> None:
    """Put what stands now into a hidden field, and show beside each other field what somebody else saved there."""
    for bound in form.visible_fields():
        if bound.name in form.changed_data and _differs(bound) and not bound.errors:
            form.add_error(bound.name, _("What stands now: “%(text)s”") % {"text": _shown(bound)[:300]})
    data = form.data.copy() if hasattr(form.data, "copy") else dict(form.data)
    data[form.add_prefix(name)] = "" if now is None else str(now)
    form.data = data


def _differs(bound: forms.BoundField) -> bool:
    """Whether what was typed is another text: browsers end lines otherwise than the database keeps them. Files are not shown."""
    if isinstance(bound.field, forms.FileField):
        return False
    typed, kept = bound.data, bound.initial
    if isinstance(typed, str) and isinstance(kept, str):
        return "\n".join(typed.splitlines()).strip() != "\n".join(kept.splitlines()).strip()
    return True


def _shown(bound: forms.BoundField) -> str:
    """What stands now, as people read it: the words of a choice, nothing for nothing."""
    value: Any = bound.initial
    if isinstance(bound.field, forms.ModelChoiceField):
        value = bound.field.queryset.filter(pk=getattr(value, "pk", value)).first() if value and bound.field.queryset is not None else None
    elif isinstance(bound.field, forms.ChoiceField) and not isinstance(bound.field, forms.MultipleChoiceField):
        choices: Any = bound.field.choices
        value = next((words for key, words in choices if str(key) == str(value)), value)
    return "" if value is None else ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
