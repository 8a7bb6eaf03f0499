"""Writes of weaknesses people work on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from citystat.core import audit, clock, edits
from citystat.core.access import check_right
from citystat.core.errors import InputError
from citystat.stat_sessions.models import Session, WeakPointCase
from citystat.stat_sessions.weaknesses import rules

RIGHT = "run_sessions"
FIELDS = ("title", "title_es", "cause", "why", "fix", "owner")


@dataclass(frozen=True)
class Weakness:
    """A weakness as typed; the cause may still be unknown."""

    title: str
    title_es: str = ""
    measure: str = ""
    where: Mapping[str, str] = field(default_factory=dict)
    cause: str = ""
    why: str = ""
    fix: str = ""
    owner: Any = None
    value_before: float | None = None


def take_up(*, by: Any, weakness: Weakness, session: Session | None = None) -> WeakPointCase:
    """Start to work on a weakness."""
    _check(by, weakness.title, weakness.cause)
    with transaction.atomic():
        row = WeakPointCase.objects.create(
            title=weakness.title.strip(), title_es=weakness.title_es.strip(), measure=weakness.measure, where=dict(weakness.where),
            cause=weakness.cause, why=weakness.why.strip(), fix=weakness.fix.strip(), owner=weakness.owner, session=session,
            found_on=clock.today(), value_before=weakness.value_before,
        )  # fmt: skip
        audit.record(by=by, action="weakness taken up", target=str(row.pk), details={"title": row.title})
    return row


def change(*, by: Any, row: WeakPointCase, weakness: Weakness, revision: int) -> WeakPointCase:
    """Say more about cause, fix and owner."""
    _check(by, weakness.title, weakness.cause)
    for name in FIELDS:
        value = getattr(weakness, name)
        setattr(row, name, value.strip() if isinstance(value, str) else value)
    with transaction.atomic():
        edits.save(row, FIELDS, revision=revision)
        audit.record(by=by, action="weakness changed", target=str(row.pk), details={"cause": row.cause})
    return row


def fix(
    *, by: Any, row: WeakPointCase, fixed_on: date, value_after: float | None = None, revision: int | None = None
) -> WeakPointCase:  # fmt: skip
    """It is fixed: cause and fix are on record. `revision` is the one the form showed; without it the row's own."""
    check_right(by, RIGHT)
    rules.check_fixed(row.cause, row.fix)
    if fixed_on > clock.today():
        raise InputError(_("The day it was fixed lies in the future."))
    with transaction.atomic():
        row.fixed_on, row.value_after = fixed_on, value_after
        edits.save(row, ["fixed_on", "value_after"], revision=row.revision if revision is None else revision)
        audit.record(by=by, action="weakness fixed", target=str(row.pk), details={"fixed_on": fixed_on.isoformat()})
    return row


def celebrate(
    *, by: Any, row: WeakPointCase, text: str, text_es: str = "", people: Sequence[Mapping[str, Any]] = (), revision: int | None = None
) -> WeakPointCase:  # fmt: skip
    """Tell everyone. People are `{"name": ..., "agreed": true}`; only those who agreed are named anywhere."""
    check_right(by, RIGHT)
    if row.fixed_on is None:
        raise InputError(_("Only what is fixed is celebrated: record first that it is."))
    if not text.strip():
        raise InputError(_("Say in a few sentences what was achieved."))
    with transaction.atomic():
        row.celebration, row.celebration_es, row.celebrated_at = text.strip(), text_es.strip(), clock.now()
        row.people = [{"name": str(one["name"]).strip(), "agreed": one.get("agreed") is True} for one in people if str(one["name"]).strip()]
        edits.save(
            row, ["celebration", "celebration_es", "celebrated_at", "people"], revision=row.revision if revision is None else revision
        )
        audit.record(by=by, action="weakness celebrated", target=str(row.pk), details={"named": len(rules.names_shown(row.people))})
    return row


def _check(by: Any, title: str, cause: str) -> None:
    check_right(by, RIGHT)
    if not title.strip():
        raise InputError(_("Say in one line what the weakness is."))
    if cause:
        rules.check_cause(cause)
