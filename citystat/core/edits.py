"""Two people editing the same thing: the second is told, never overwritten.

A row with a `revision` is saved only if nobody saved it since the form was shown.
"""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from citystat.core.errors import Busy


def save(row: models.Model, fields: Iterable[str], *, revision: int) -> None:
    """Save the named fields of a row that still has this revision; Busy, with what to do, when it has another by now.

    `row.revision` is one higher afterwards. The row's foreign keys are named by their field, as in `save(update_fields=...)`.
    """
    values: dict[str, Any] = {name: getattr(row, name) for name in fields}
    found = type(row)._default_manager.filter(pk=row.pk, revision=revision).update(**values, revision=revision + 1)
    if not found:
        raise Busy(_("Somebody else changed this while you were editing. What you typed is still here: compare, then save again."))
    row.revision = revision + 1  # type: ignore[attr-defined]
