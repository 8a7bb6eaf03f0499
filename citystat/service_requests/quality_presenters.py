"""What the quality review shows: the queue, a sample with its error rate, one closing, one mass closure."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from citystat.core import formats
from citystat.core.figures import Column, Link, Table
from citystat.service_requests import quality
from citystat.service_requests.models import QualityReview, QualitySample
from citystat.service_requests.quality import Closing, ErrorRate, StandingClosing, StandingMassClosure
from citystat.service_requests.schema import FLAGS
from citystat.service_requests.words import ORIGIN_WORDS, PICKED_WORDS, QUEUE_WORDS, REVIEW_WORDS, flag_word
from citystat.warehouse.connections import Warehouse

NONE = "–"
NO_BREAK_SPACE = "\u00a0"
ROWS_PER_PAGE = 25
CLOSINGS_LISTED = 200
SAMPLES_LISTED = 12
USUAL_SIZE = 30
SHORT_SEED = 100_000


def queue_page(warehouse: Warehouse, kind: str, page: str) -> dict[str, Any]:
    """The context of the first page: what waits and why, the samples, the form's usual values."""
    counts = quality.pending_counts(warehouse)
    chosen = kind if kind in quality.KINDS else ""
    # Closings made together stand in a table of their own, and last in the queue: one by one they are listed only when asked for.
    total = counts[chosen] if chosen else sum(counts.values()) - counts["mass_closed"]
    number, pages = _page(page, total)
    offset = (number - 1) * ROWS_PER_PAGE
    closings = quality.pending(warehouse, kind=chosen or None, limit=min(ROWS_PER_PAGE, total - offset), offset=offset) if total else ()
    return {
        "total": sum(counts.values()),
        "kinds": [(name, QUEUE_WORDS[name], counts[name], name == chosen) for name in quality.KINDS if counts[name]],
        "kind": chosen,
        "mass": mass_table(quality.standing_mass_closures(warehouse)),
        "mass_waiting": counts["mass_closed"],
        "queue": queue_table(closings),
        "page": number,
        "pages": pages,
        "samples": samples_table(quality.samples()[:SAMPLES_LISTED]),
    }


def usual_sample(warehouse: Warehouse) -> dict[str, Any]:
    """What the form offers: the last month that is over, thirty closings, a seed nobody could foresee."""
    last = (warehouse.as_of + timedelta(days=1)).replace(day=1) - timedelta(days=1)
    return {"month": f"{last:%Y-%m}", "size": USUAL_SIZE, "seed": secrets.randbelow(SHORT_SEED)}


def sample_page(sample: QualitySample) -> dict[str, Any]:
    """The context of one sample."""
    rate = quality.error_rate(sample)
    reviews = list(sample.reviews.select_related("reviewed_by"))
    return {
        "sample": sample,
        "period": period_words(sample),
        "sentences": rate_sentences(sample, rate),
        "rate": rate,
        "share": formats.percent(rate.share, 1 if rate.share < 0.1 else 0) if rate.share is not None else "",
        "waiting": sum(one.verdict == quality.PENDING for one in reviews),
        "closings": sample_table(sample, reviews),
    }


def closing_page(warehouse: Warehouse, source: str, request_id: str, *, exact: bool) -> dict[str, Any]:
    """The context of one closing: everything known of it, why it is here, what was said of it before."""
    details = quality.closing_details(warehouse, source, request_id, exact=exact)
    reviews = quality.reviews_of(source, request_id)
    current = [one for one in reviews if one.closed_on == details["closed_on"]]
    return {
        "closing": details,
        "facts": facts(details, exact=exact),
        "description": details["description"],
        "exact": exact,
        "flags": [flag_word(name.removeprefix("flag_")) for name in FLAGS if details.get(name)],
        "is_mass_closed": details["flag_mass_closed"],
        "mass_url": mass_url(source, details["closed_on"], _minute(details), details["department"]),
        "verdict": next((one.verdict for one in current if one.verdict != quality.PENDING), quality.PENDING),
        "reviews": [review_words(one) for one in reviews],
    }


def mass_page(warehouse: Warehouse, asked: dict[str, Any], closings: Sequence[Closing]) -> dict[str, Any]:
    """The context of one mass closure."""
    judged = quality.verdicts_of(closings)
    by_service: dict[str, int] = {}
    for one in closings:
        by_service[one.service or NONE] = by_service.get(one.service or NONE, 0) + 1
    columns = (Column(_("Request")), Column(_("Service")), Column(_("Department")), Column(_("Review")))
    rows = [
        (_closing_link(one), one.service or NONE, one.department or NONE, str(REVIEW_WORDS[judged.get(one.request_id, quality.PENDING)]))
        for one in closings[:CLOSINGS_LISTED]
    ]
    return {
        "when": when_words(asked["closed_on"], asked["closed_at"]),
        "department": asked["department"],
        "total": len(closings),
        "returned": sum(verdict == quality.RETURNED for verdict in judged.values()),
        "services": sorted(by_service.items(), key=lambda pair: (-pair[1], pair[0])),
        "closings": Table(_("Closed together"), columns, rows, hide_caption=True, is_keyed=True),
        "listed": min(len(closings), CLOSINGS_LISTED),
    }


def mass_table(groups: Sequence[StandingMassClosure]) -> Table | None:
    """Mass closures nobody passed, each leading to its page."""
    columns = (
        Column(_("Closed")), Column(_("Department")), Column(_("Requests"), "number"), Column(_("Waiting"), "number"),
        Column(_("Returned"), "number"), Column(_("Services"), "number"), Column(_("Oldest opened"), "date"),
    )  # fmt: skip
    rows = [
        (
            Link(when_words(one.closed_on, one.closed_at), mass_url(one.source, one.closed_on, one.closed_at, one.department)),
            one.department or NONE,
            *(formats.number(count) for count in (one.requests, one.waiting, one.returned, one.services)),
            _day(one.oldest_opened_on),
        )
        for one in groups
    ]
    return Table(_("Closed together"), columns, rows, hide_caption=True) if rows else None


def queue_table(closings: Sequence[StandingClosing]) -> Table | None:
    """Closings in the queue, each leading to its page."""
    columns = (
        Column(_("Request")), Column(_("Service")), Column(_("Department")), Column(_("Opened"), "date"), Column(_("Closed"), "date"),
        Column(_("State")), Column(_("Why it is here")),
    )  # fmt: skip
    rows = [
        (
            _closing_link(one),
            one.service or NONE,
            one.department or NONE,
            _day(one.opened_on),
            _day(one.closed_on),
            str(REVIEW_WORDS[one.state]),
            f"{PICKED_WORDS.get(one.picked_by, one.picked_by)}{f': {one.note}' if one.note else ''}",
        )
        for one in closings
    ]
    return Table(_("Closings to review"), columns, rows, hide_caption=True, is_keyed=True) if rows else None


def samples_table(samples: Sequence[QualitySample]) -> Table | None:
    """Samples drawn, each with its error rate."""
    columns = (
        Column(_("Closed in")), Column(_("Seed"), "number"), Column(_("Drawn at random"), "number"), Column(_("Reviewed"), "number"),
        Column(_("Not done"), "number"), Column(_("Share not done"), "number"), Column(_("95% interval"), "number"),
    )  # fmt: skip
    rates = quality.error_rates(samples)
    rows = [_sample_row(one, rates[one.pk]) for one in samples]
    return Table(_("Samples, newest first"), columns, rows, hide_caption=True) if rows else None


def _sample_row(sample: QualitySample, rate: ErrorRate) -> tuple[Any, ...]:
    return (
        Link(period_words(sample), reverse("requests:quality_sample", args=[sample.pk])),
        str(sample.seed),
        *(formats.number(count) for count in (rate.sampled, rate.reviewed, rate.returned)),
        NONE if rate.share is None else formats.percent(rate.share),
        NONE if rate.lower is None or rate.upper is None else f"{formats.percent(rate.lower)} – {formats.percent(rate.upper)}",
    )


def sample_table(sample: QualitySample, reviews: Sequence[QualityReview]) -> Table:
    """The closings of a sample, those that wait first."""
    columns = (
        Column(_("Request")), Column(_("Service")), Column(_("Department")), Column(_("Closed"), "date"), Column(_("Picked")),
        Column(_("Review")), Column(_("Note")),
    )  # fmt: skip
    ordered = sorted(reviews, key=lambda one: (one.verdict != quality.PENDING, one.picked_by != quality.RANDOM, one.pk))
    rows = [
        (
            _closing_link(one, sample=sample.pk),
            one.service or NONE,
            one.department or NONE,
            _day(one.closed_on),
            str(PICKED_WORDS.get(one.picked_by, one.picked_by)),
            str(REVIEW_WORDS[one.verdict]),
            one.note or NONE,
        )
        for one in ordered
    ]
    return Table(_("Closings of the sample"), columns, rows, hide_caption=True, is_keyed=True)


def rate_sentences(sample: QualitySample, rate: ErrorRate) -> list[str]:
    """The error rate in words, with how many closings it rests on; the suspicious ones apart."""
    counts = {
        "sampled": formats.number(rate.sampled), "population": formats.number(rate.population), "period": period_words(sample),
        "reviewed": formats.number(rate.reviewed), "returned": formats.number(rate.returned),
    }  # fmt: skip
    if rate.share is None or rate.lower is None or rate.upper is None:
        said = _(
            "%(sampled)s closings were drawn at random from the %(population)s of %(period)s. "
            "None is reviewed yet, so there is no error rate."
        )
    else:
        said = _(
            "Of %(sampled)s closings drawn at random from the %(population)s of %(period)s, %(reviewed)s are reviewed and %(returned)s "
            "were not done: %(share)s, and with 95%% confidence between %(lower)s and %(upper)s of all closings."
        )
        decimals = 1 if rate.share < 0.1 else 0
        counts |= {name: formats.percent(getattr(rate, name), decimals) for name in ("share", "lower", "upper")}
    return [said % counts, *_rule_sentence(rate)]


def _rule_sentence(rate: ErrorRate) -> list[str]:
    if not rate.picked_by_rule:
        return []
    said = ngettext(
        "%(picked)s more closing was picked because it looks suspicious: %(reviewed)s reviewed, %(returned)s not done. "
        "It does not enter the rate.",
        "%(picked)s more closings were picked because they look suspicious: %(reviewed)s reviewed, %(returned)s not done. "
        "They do not enter the rate.",
        rate.picked_by_rule,
    )
    counts = {"picked": rate.picked_by_rule, "reviewed": rate.picked_by_rule_reviewed, "returned": rate.picked_by_rule_returned}
    return [said % {name: formats.number(count) for name, count in counts.items()}]


def facts(details: dict[str, Any], *, exact: bool) -> list[tuple[str, str]]:
    """What is known of a closing, as names and values."""
    due_words = {
        "catalog": _("from the service catalog"),
        "suggested": _("suggested from history, not promised"),
        "recorded": _("recorded by the city"),
    }
    due = f"{formats.day(details['due_on'])}, {due_words.get(details['due_source'], '')}".rstrip(", ") if details["due_on"] else NONE
    on_time = _on_time(details)
    closed = instant_words(details["closed_on"], details["closed_at"], has_time=bool(details["closed_has_time"]))
    found = [
        (_("Service"), details["service"] or NONE),
        (_("Department"), " · ".join(part for part in (details["department"], details["team"]) if part) or NONE),
        (_("Opened"), instant_words(details["opened_on"], details["opened_at"], has_time=bool(details["opened_has_time"]))),
        (_("Due"), due),
        (_("Closed"), f"{closed}, {on_time}" if on_time else closed),
        (_("Days to close"), NONE if details["days_to_close"] is None else _days(details["days_to_close"])),
        (_("Outcome recorded"), details["outcome"] or _("none: the closing says nothing about what was done")),
        (_("Status recorded"), details["status_recorded"] or NONE),
        (_("Reported by"), str(ORIGIN_WORDS.get(details["origin"] or "unknown", details["origin"]))),
    ]
    if exact:
        found.append((_("Address"), details["address"] or NONE))
    if details["reopened"]:
        found.append((_("Reopened"), _("yes, it was open again in a later export")))
    if details["recurred"]:
        found.append((_("Came back"), _("yes, asked for again within 30 days and 50 meters")))
    return found


def _on_time(details: dict[str, Any]) -> str:
    """Whether it was on time; without a due date this is the city's own mark."""
    if details["on_time"] is None:
        return ""
    if details["due_on"]:
        return _("on time") if details["on_time"] else _("late")
    return _("marked on time by the city") if details["on_time"] else _("marked late by the city")


def _days(days: float) -> str:
    return formats.number(days, 0 if days == int(days) else 1)


def review_words(one: QualityReview) -> dict[str, Any]:
    """One review in words."""
    return {
        "closed_on": one.closed_on,
        "picked": PICKED_WORDS.get(one.picked_by, one.picked_by),
        "verdict": REVIEW_WORDS[one.verdict],
        "note": one.note,
        "by": str(one.reviewed_by) if one.reviewed_by else "",
        "at": one.reviewed_at,
    }


def mass_url(source: str, closed_on: date, closed_at: datetime | None, department: str | None) -> str:
    """The page of one mass closure."""
    at = {"at": closed_at.isoformat(timespec="minutes")} if closed_at else {}
    query = {"source": source, "day": closed_on.isoformat(), **at, "department": department or ""}
    return f"{reverse('requests:quality_mass')}?{urlencode(query)}"


def period_words(sample: QualitySample) -> str:
    """`June 2017`, or its first and last day where the period is no whole month."""
    first, last = sample.period_start, sample.period_end
    if first.day == 1 and (last + timedelta(days=1)).day == 1 and (first.year, first.month) == (last.year, last.month):
        return formats.month(first)
    return f"{formats.short_day(first)} – {formats.short_day(last)}"


def when_words(day: date, at: datetime | None) -> str:
    """The day, with the local clock time where there is one."""
    said = formats.short_day(day) if at is None else f"{formats.short_day(day)}, {formats.clock(_local(at).time())}"
    return said.replace(" ", NO_BREAK_SPACE)


def instant_words(day: date | None, at: datetime | None, *, has_time: bool) -> str:
    """A day, with the local clock time where one was recorded."""
    if day is None:
        return NONE
    return f"{formats.day(day)}, {formats.clock(_local(at).time())}" if has_time and at is not None else formats.day(day)


def _local(at: datetime) -> datetime:
    return at.replace(tzinfo=ZoneInfo("UTC")).astimezone(timezone.get_current_timezone())


def _minute(details: dict[str, Any]) -> datetime | None:
    at: datetime | None = details["closed_at"] if details["closed_has_time"] else None
    return at.replace(second=0, microsecond=0) if at else None


def _closing_link(one: Closing | QualityReview, sample: int | None = None) -> Link:
    url = reverse("requests:quality_closing", args=[one.source, one.request_id])
    return Link(one.request_id, f"{url}?sample={sample}" if sample else url)


def _day(day: date | None) -> str:
    return NONE if day is None else formats.short_day(day)


def _page(text: str, total: int) -> tuple[int, int]:
    pages = max(1, -(-total // ROWS_PER_PAGE))
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1
    return min(max(number, 1), pages), pages
