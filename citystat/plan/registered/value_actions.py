"""Writes of values: given once for a period, corrected by another row with a reason, asked for by a link that needs no password."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from citystat.core import act_links, audit, clock, outbox
from citystat.core.cities import current_city
from citystat.core.errors import InputError, NotFound
from citystat.core.models import ActLink
from citystat.plan import descriptions, known
from citystat.plan import periods as calendar
from citystat.plan.definitions import Measure
from citystat.plan.models import Correction, RecordedValue, RegisteredMeasure, Target, ValueRequest
from citystat.plan.periods import Period
from citystat.plan.registered import access, register, rules, tables

ACT = "give_value"
DAYS_OF_A_LINK = 21
# Asked for when its day is over or near, a value is due this many days later: nobody is late on the day of the letter.
DAYS_TO_ANSWER = 5
GIVEN = ("typed", "survey")


@dataclass(frozen=True)
class Given:
    """What somebody gave for one period and group: both parts, or the value, or neither with a note that says why."""

    numerator: float | None = None
    denominator: float | None = None
    value: float | None = None
    note: str = ""
    evidence: str = ""
    group_key: str = ""
    group_value: str = ""


def record(*, by: Any, name: str, period: str, given: Given, channel: str = "page") -> RecordedValue:
    """Keep a value of a period that is over; a period that has one is corrected instead."""
    measure, row = _measure(name), _row(name)
    access.check_can_give(by, row)
    one = period_of(measure, period)
    checked = _checked(measure, given)
    try:
        with transaction.atomic():
            made = _write(by, measure, row, one, checked, channel)
            audit.record(by=by, action="plan.record_value", target=name, details={"period": one.key, "value": made.value})
            ValueRequest.objects.filter(measure=row, period_start=one.start, answered_at__isnull=True).update(
                answered_at=clock.now(), value=made
            )
    except IntegrityError as error:
        raise InputError(
            _("%(period)s has a value already. If it was wrong, correct it with a reason; what stood there is kept.") % {"period": one.key}
        ) from error
    return made


def stands(measure: Measure, period: Period, given: Given) -> bool:
    """Whether the very same value stands for the period already; InputError for what cannot be given."""
    checked = _checked(measure, given)
    row = RecordedValue.objects.filter(
        measure__name=measure.name, period_start=period.start, period_end=period.end, group_key=checked.group_key,
        group_value=checked.group_value, superseded_at__isnull=True,
    ).first()  # fmt: skip
    return row is not None and (row.value, row.numerator, row.denominator) == (checked.value, checked.numerator, checked.denominator)


def correct(
    *, by: Any, name: str, period: str, given: Given, reason: str, reason_es: str = "", stood_in: Sequence[str] = (), channel: str = "page"
) -> Correction:
    """Replace a typed value in public: the old row is kept, the new one stands, and the correction says why."""
    access.check_can_correct(by)
    measure, row = _measure(name), _row(name)
    one, checked = period_of(measure, period), _checked(measure, given)
    _check_reason(reason)
    with transaction.atomic():
        old = RecordedValue.objects.select_for_update().filter(
            measure=row, period_start=one.start, period_end=one.end, group_key=checked.group_key, group_value=checked.group_value,
            superseded_at__isnull=True,
        ).first()  # fmt: skip
        if old is None:
            raise InputError(_("%(period)s has no value yet: give it, there is nothing to correct.") % {"period": one.key})
        if (old.value, old.numerator, old.denominator) == (checked.value, checked.numerator, checked.denominator):
            raise InputError(_("That is the value that stands already."))
        RecordedValue.objects.filter(pk=old.pk).update(superseded_at=clock.now())
        made = _write(by, measure, row, one, checked, channel)
        return _publish(
            by=by, measure=name, period=one.key, group=(checked.group_key, checked.group_value), old_value=old.value, new_value=made.value,
            reasons=(reason, reason_es), stood_in=stood_in, rows=(old, made),
        )  # fmt: skip


def correct_counted(
    *, by: Any, name: str, period: str, old_value: float, new_value: float, reason: str, reason_es: str = "",
    group_key: str = "", group_value: str = "", stood_in: Sequence[str] = (),
) -> Correction:  # fmt: skip
    """An erratum beside a figure counted from the warehouse: what was published, what is right, why."""
    access.check_can_correct(by)
    measure = known.find(name)
    if measure.source in GIVEN:
        raise InputError(_("This value was given by a person: correct it by giving the right one."))
    one = calendar.parse_period(period, current_city().fiscal_year_start_month)
    _check_reason(reason)
    if old_value == new_value:
        raise InputError(_("The old and the new value are the same."))
    with transaction.atomic():
        return _publish(
            by=by, measure=name, period=one.key, group=(group_key, group_value), old_value=old_value, new_value=new_value,
            reasons=(reason, reason_es), stood_in=stood_in, rows=(None, None),
        )  # fmt: skip


def _publish(
    *, by: Any, measure: str, period: str, group: tuple[str, str], old_value: float | None, new_value: float | None,
    reasons: tuple[str, str], stood_in: Sequence[str], rows: tuple[RecordedValue | None, RecordedValue | None],
) -> Correction:  # fmt: skip
    made = Correction.objects.create(
        measure=measure, period=period, group_key=group[0], group_value=group[1], old_value=old_value, new_value=new_value,
        reason=reasons[0].strip(), reason_es=reasons[1].strip(), stood_in=list(stood_in) or [f"/measures/{measure}/"], by=by,
        replaced_value=rows[0], new_row=rows[1],
    )  # fmt: skip
    details = {"period": period, "old": old_value, "new": new_value, "reason": made.reason}
    audit.record(by=by, action="plan.correct_figure", target=measure, details=details)
    register.forget()
    return made


def set_target(*, by: Any, name: str, value: float, start: date, end: date | None = None, rationale: str, plan: Any = None) -> Target:
    """A target from a day on, with its rationale; the last one set for a day wins."""
    access.check_can_edit(by)
    measure = known.find(name)
    if not rationale.strip():
        raise InputError(_("Say why it is this number and not another: a target needs a rationale."))
    if end is not None and end < start:
        raise InputError(_("The target ends before it starts: exchange the two dates."))
    if not math.isfinite(value):
        raise InputError(_("A target is a number."))
    if measure.format == "percent" and not 0 <= value <= 1:
        raise InputError(_("A target of a percentage lies between 0 % and 100 %."))
    with transaction.atomic():
        made = Target.objects.create(
            measure=name, value=value, in_force_from=start, in_force_to=end, rationale=rationale.strip(), plan=plan, set_by=by
        )
        audit.record(by=by, action="plan.set_target", target=name, details={"value": value, "from": str(start), "to": str(end or "")})
    return made


def withdraw_target(*, by: Any, target: Target, reason: str) -> None:
    """Take a target back; what it was stays in the audit."""
    access.check_can_edit(by)
    if not reason.strip():
        raise InputError(_("Say why the target is withdrawn."))
    target.withdrawn_at = clock.now()
    with transaction.atomic():
        target.save(update_fields=["withdrawn_at"])
        audit.record(by=by, action="plan.withdraw_target", target=target.measure, details={"value": target.value, "reason": reason.strip()})


def ask(*, by: Any, month: str = "", again: bool = False) -> list[ValueRequest]:
    """Write to every owner whose value of the last period is due and not given; nobody twice, unless `again` sends a new link."""
    access.check_can_edit(by)
    day = calendar.parse_period(month).end if month else tables.today().replace(day=1) - timedelta(days=1)
    if day >= tables.today():
        raise InputError(_("%(month)s is not over yet: values are asked for afterwards.") % {"month": month})
    found = []
    for row in RegisteredMeasure.objects.filter(source__in=GIVEN, is_retired=False, owner__is_active=True).select_related("owner"):
        measure = register.content().measures.get(row.name)
        if measure is not None and (made := _ask_one(by, row, measure, last_period(measure, day), again=again)):
            found.append(made)
    return found


def last_period(measure: Measure, day: date) -> Period:
    """The measure's last period that is over on a day."""
    fiscal = current_city().fiscal_year_start_month
    return calendar.period_at(measure.period, calendar.index_of(measure.period, day + timedelta(days=1), fiscal) - 1, fiscal)


def _ask_one(by: Any, row: RegisteredMeasure, measure: Measure, period: Period, *, again: bool) -> ValueRequest | None:
    if RecordedValue.objects.filter(measure=row, period_start=period.start, group_key="", superseded_at__isnull=True).exists():
        return None
    due = period.end + timedelta(days=measure.registered.due_days if measure.registered else DAYS_OF_A_LINK)
    due = max(due, clock.today() + timedelta(days=DAYS_TO_ANSWER))
    with transaction.atomic():
        request, made = ValueRequest.objects.get_or_create(
            measure=row, period_start=period.start, person=row.owner, defaults={"period_end": period.end, "due_on": due}
        )
        if not made and not again:
            return None
        act_links.withdraw(act=ACT, target=str(request.pk))
        secret = act_links.make(act=ACT, target=str(request.pk), person=row.owner, days=DAYS_OF_A_LINK)
        outbox.put([_letter(row, measure, period, request, secret)])
        audit.record(by=by, action="plan.ask_value", target=row.name, details={"period": period.key, "person": row.owner_id})
    return request


def _letter(row: RegisteredMeasure, measure: Measure, period: Period, request: ValueRequest, secret: str) -> outbox.Draft:
    person: Any = row.owner
    language = person.language or "en"
    with override(language):
        said = {
            "label": measure.label.in_(language),
            "period": descriptions.period_name(period, language),
            "due": descriptions.day(request.due_on.isoformat(), language),
            "url": f"{settings.CITYSTAT_BASE_URL}/values/{secret}/",
            "days": DAYS_OF_A_LINK,
        }
        text = _(
            "%(label)s, %(period)s: please give the value by %(due)s.\n\n%(url)s\n\nThe link needs no password, works once and for "
            "%(days)s days, and only for this value. If there is none, leave the number empty and say why."
        )
        subject = _("%(label)s: your value for %(period)s") % said
        return outbox.Draft("email", person.email, text % said, f"value:{request.pk}:{secret[:8]}", subject=subject, about=row.name)


def request_of(link: ActLink) -> ValueRequest:
    """What a link asks for; NotFound once it was answered another way."""
    found = ValueRequest.objects.select_related("measure").filter(pk=int(link.target), answered_at__isnull=True).first()
    if found is None:
        raise NotFound(_("This value was given already. Thank you."))
    return found


def answer(*, link: ActLink, given: Given) -> RecordedValue:
    """Keep the value a link asked for; the link is then used up."""
    request = request_of(link)
    measure = _measure(request.measure.name)
    period = calendar.period_at(measure.period, calendar.index_of(measure.period, request.period_start))
    with transaction.atomic():
        act_links.use(link)
        return record(by=link.person, name=measure.name, period=period.key, given=given, channel="link")


def period_of(measure: Measure, text: str) -> Period:
    """A period of the measure that is over; a sentence for any other."""
    one = calendar.parse_period(text, current_city().fiscal_year_start_month)
    if one.unit != measure.period:
        example = last_period(measure, tables.today()).key
        raise InputError(
            _("%(label)s is given by the %(unit)s: write a period such as %(example)s.")
            % {"label": measure.label.en, "unit": tables.unit_word(measure.period), "example": example}
        )
    if one.end >= tables.today():
        raise InputError(_("%(period)s is not over yet: give its value afterwards.") % {"period": one.key})
    return one


def _measure(name: str) -> Measure:
    found = register.content().measures.get(name)
    if found is None:
        known.find(name)
        raise InputError(_("%(name)s is counted from the warehouse: nobody gives its values.") % {"name": name})
    if found.source not in GIVEN:
        raise InputError(_("Values of %(label)s are not given by people.") % {"label": found.label.en})
    return found


def _row(name: str) -> RegisteredMeasure:
    return RegisteredMeasure.objects.get(name=name)


def _checked(measure: Measure, given: Given) -> Given:
    """The parts and the value made to agree; a sentence where they cannot."""
    if (given.group_key or given.group_value) and (given.group_key not in measure.groups or not given.group_value):
        tables.check_groups(measure, (given.group_key,), {})
        raise InputError(_("Name the group the value is for."))
    rules.check_parts(given.numerator, given.denominator, is_share=measure.is_share)
    value = given.value
    if given.numerator is not None and given.denominator is not None:
        per = measure.registered.per if measure.registered and measure.format == "rate" else 1.0
        made = given.numerator * per / given.denominator
        if value is not None and abs(value - made) > 0.005 * max(1.0, abs(made)):
            raise InputError(_("The value does not agree with its numerator and denominator: leave it empty, it is worked out."))
        value = made
    if value is None and not given.note.strip():
        raise InputError(_("Give the value, or say in the note why there is none."))
    if any(number is not None and not math.isfinite(number) for number in (given.numerator, given.denominator, value)):
        raise InputError(_("A value is a number."))
    if value is not None and measure.format == "percent" and value < 0:
        raise InputError(_("A percentage cannot be less than 0."))
    if measure.format == "count" and value is not None and (value < 0 or value != int(value)):
        raise InputError(_("A count is a whole number from 0."))
    numerator = value if measure.format == "count" and given.denominator is None else given.numerator
    return Given(
        numerator, given.denominator, value, given.note.strip(), given.evidence.strip(), given.group_key, given.group_value.strip()
    )


def _write(by: Any, measure: Measure, row: RegisteredMeasure, period: Period, given: Given, channel: str) -> RecordedValue:
    return RecordedValue.objects.create(
        measure=row, version=measure.version, period_start=period.start, period_end=period.end, group_key=given.group_key,
        group_value=given.group_value, numerator=given.numerator, denominator=given.denominator, value=given.value, note=given.note,
        evidence=given.evidence, channel=channel, entered_by=by,
    )  # fmt: skip


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise InputError(_("A correction says why the figure was wrong."))
