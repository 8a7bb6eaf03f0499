"""Writes of countdowns. Every change of an item leaves an event; nothing is counted without proof."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from citystat.core import audit, clock, edits, pictures
from citystat.core.errors import Busy, InputError
from citystat.plan.countdowns import access, proofs, rules
from citystat.plan.models import Countdown, CountdownEvent, CountdownItem

Status = CountdownItem.Status
LONGEST_NOTE = 2_000


@dataclass(frozen=True, kw_only=True)
class CountdownText(rules.Frame):
    """A countdown as typed."""

    title_es: str = ""
    things_es: str = ""
    text: str = ""
    text_es: str = ""
    department: str = ""
    owner: Any = None
    goal_code: str = ""
    budget: Decimal | None = None
    is_public: bool = True


def save_countdown(*, by: Any, countdown: CountdownText, existing: Countdown | None = None, revision: int = 0) -> Countdown:
    """Set a countdown up, or change it. Raises InputError with the first thing that is wrong; nothing is stored then."""
    access.check_can_edit(by)
    given = {name: value.strip() if isinstance(value, str) else value for name, value in vars(countdown).items()}
    rules.check_frame(countdown)
    row = existing or Countdown()
    before = {name: str(getattr(row, name)) for name in given} if existing else {}
    for name, value in given.items():
        setattr(row, name, value)
    try:
        with transaction.atomic():
            if existing is None:
                row.save(force_insert=True)
            else:
                edits.save(row, list(given), revision=revision)
            changed = {name: [was, str(given[name])] for name, was in before.items() if was != str(given[name])}
            audit.record(by=by, action="countdown.save", target=row.slug, details=changed)
    except IntegrityError as error:
        raise InputError(_("There is a countdown with the address %(slug)s already: choose another.") % {"slug": row.slug}) from error
    return row


@dataclass(frozen=True)
class Done:
    """What somebody says about an item: when and how it was done, what shows it, what it cost."""

    done_on: date
    how: str = ""
    proof: str = ""
    photo: bytes | None = None
    cost: Decimal | None = None
    note: str = ""


def submit(*, by: Any, item: CountdownItem, done: Done, seen: int | None = None) -> CountdownItem:
    """Say that an item is done. Without proof, or when it is sampled, it waits for the quality analyst; it does not count before.

    `seen` is the last event the form showed: who comes after somebody else is told, and nothing is overwritten.
    """
    access.check_can_submit(by, item.countdown)
    if done.cost is not None and done.cost < 0:
        raise InputError(_("A cost is not negative: type what was spent on it."))
    photo = pictures.redrawn(done.photo) if done.photo else None
    with transaction.atomic():
        row, before = _locked(item, seen)
        if before not in rules.SUBMITTABLE:
            rules.check_transition(before, Status.PENDING)
        rules.check_done(done.done_on, row.countdown.starts_on, clock.today())
        row.done_on, row.how, row.proof = done.done_on, done.how.strip() or row.how, done.proof.strip() or row.proof
        row.cost = row.cost if done.cost is None else done.cost
        row.proof_file = proofs.keep(photo) if photo else row.proof_file
        after = rules.status_when_done(before, has_proof=has_proof(row), is_sampled=row.is_sampled)
        if after == Status.PENDING:
            row.is_sampled = True
        row.submitted_by, row.submitted_at = _person(by), clock.now()
        row.checked_by, row.checked_at = None, None
        _move(row, after, by=by, note=done.note)
        audit.record(by=by, action="countdown.submit", target=str(row), details={"before": before, "has_proof": has_proof(row)})
    return row


def has_proof(item: CountdownItem) -> bool:
    """Whether something shows that it is done: words that name it, or a photo."""
    return bool(item.proof.strip() or item.proof_file)


def check(*, by: Any, item: CountdownItem, passes: bool, note: str = "", seen: int | None = None) -> CountdownItem:
    """Pass a pending item, so that it counts from today, or return it with the reason. Raises InputError without proof or reason."""
    with transaction.atomic():
        row, before = _locked(item, seen)
        access.check_can_check(by, row)
        after = Status.COUNTED if passes else Status.RETURNED
        if before != Status.PENDING:
            raise InputError(
                _("Only what is said to be done can be checked, and this is “%(status)s”.") % {"status": _(str(Status(before).label))}
            )
        if passes and not has_proof(row):
            raise InputError(_("There is no proof that it is done, so it cannot be counted: return it, or wait for the proof."))
        _check_reason(passes or bool(note.strip()))
        row.checked_by, row.checked_at = by, clock.now()
        _move(row, after, by=by, note=note)
        audit.record(by=by, action="countdown.check", target=str(row), details={"passes": passes, "note": note.strip()})
    return row


def take_back(*, by: Any, item: CountdownItem, note: str) -> CountdownItem:
    """A counted item that is not done after all counts no longer; the page says so, with the reason."""
    access.check_can_take_back(by)
    _check_reason(bool(note.strip()))
    with transaction.atomic():
        row, _before = _locked(item)
        if row.status != Status.COUNTED:
            raise InputError(_("Only what counts can be taken back."))
        _move(row, Status.RETURNED, by=by, note=note)
        audit.record(by=by, action="countdown.take_back", target=str(row), details={"note": note.strip()})
    return row


def withdraw(*, by: Any, item: CountdownItem, note: str) -> CountdownItem:
    """The item does not belong to the countdown after all; the target stays."""
    _check_reason(bool(note.strip()))
    return _moved(by, item, Status.WITHDRAWN, "countdown.withdraw", note)


def reopen(*, by: Any, item: CountdownItem, note: str = "") -> CountdownItem:
    """A withdrawn item belongs to it again."""
    return _moved(by, item, Status.OPEN, "countdown.reopen", note)


def _moved(by: Any, item: CountdownItem, after: str, action: str, note: str) -> CountdownItem:
    access.check_can_submit(by, item.countdown)
    with transaction.atomic():
        row, before = _locked(item)
        rules.check_transition(before, after)
        _move(row, after, by=by, note=note)
        audit.record(by=by, action=action, target=str(row), details={"note": note.strip()})
    return row


@dataclass(frozen=True)
class ItemText:
    """Where an item is, as a list says it."""

    key: str
    address: str = ""
    district: str = ""
    longitude: float | None = None
    latitude: float | None = None


def put_items(*, by: Any, countdown: Countdown, items: Iterable[ItemText]) -> dict[str, int]:
    """Add the items that are new and change where known ones are. The same list again changes nothing."""
    access.check_can_submit(by, countdown)
    counts = {"added": 0, "changed": 0, "unchanged": 0}
    with transaction.atomic():
        known = {row.key: row for row in CountdownItem.objects.filter(countdown=countdown)}
        new = []
        for one in items:
            row, values = known.get(one.key), asdict(one)
            if row is None:
                drawn = rules.is_drawn(countdown.slug, one.key, countdown.check_share)
                new.append(CountdownItem(countdown=countdown, is_sampled=drawn, **values))
            elif any(getattr(row, name) != value for name, value in values.items() if value not in {"", None}):
                _place(row, values)
                counts["changed"] += 1
            else:
                counts["unchanged"] += 1
        CountdownItem.objects.bulk_create(new, batch_size=500)
        _remember(new, by)
        counts["added"] = len(new)
        audit.record(by=by, action="countdown.put_items", target=countdown.slug, details=counts)
    return counts


def _place(row: CountdownItem, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, getattr(row, name) if value in {"", None} else value)
    row.save(update_fields=list(values))


def _remember(new: list[CountdownItem], by: Any) -> None:
    now, person = clock.now(), _person(by)
    events = [CountdownEvent(item=one, at=now, by=person, before="", after=one.status) for one in new]
    CountdownEvent.objects.bulk_create(events, batch_size=500)


def _locked(item: CountdownItem, seen: int | None = None) -> tuple[CountdownItem, str]:
    row = CountdownItem.objects.select_for_update(of=("self",)).select_related("countdown").get(pk=item.pk)
    if seen is not None and CountdownEvent.objects.filter(item=row, pk__gt=seen).exists():
        raise Busy(edits.OTHER_EDITOR)
    return row, row.status


def _move(row: CountdownItem, after: str, *, by: Any, note: str) -> None:
    if len(note) > LONGEST_NOTE:
        raise InputError(_("The note is longer than %(count)s characters: shorten it.") % {"count": LONGEST_NOTE})
    before, row.status = row.status, after
    row.counted_on = clock.today() if after == Status.COUNTED else None
    row.note = note.strip()
    row.save()
    CountdownEvent.objects.create(item=row, at=clock.now(), by=_person(by), before=before, after=after, note=row.note)


def _check_reason(given: bool) -> None:
    if not given:
        raise InputError(_("Say why, so that the next person knows what to do."))


def _person(by: Any) -> Any:
    return by if getattr(by, "pk", None) else None
