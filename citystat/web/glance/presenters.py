"""What the glance pages show."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from citystat.core import formats
from citystat.core.chart_of_closing import CurvePoint, closing_curve
from citystat.core.errors import NotFound
from citystat.core.figures import Column, Figure, Table
from citystat.methods.durations import kaplan_meier
from citystat.places import queries as places
from citystat.plan import build_facts, statements
from citystat.plan import queries as plan
from citystat.plan.weak_points import WeakPoint
from citystat.service_requests.cases import notices, offers
from citystat.service_requests.words import amount_words
from citystat.warehouse.connections import Warehouse
from citystat.web.glance.overviews import group_overview, overview_of
from citystat.web.measures import figures
from citystat.web.measures.parameters import last_month, month_of, months_before
from citystat.web.measures.presenters import Latest, group_names, latest, natural
from citystat.web.measures.words import group_word

KEY_MEASURES = ("closed_on_time", "median_days_to_close", "open_backlog", "requests_opened", "share_overdue", "recurrence_rate")
DISTRICT_MEASURES = ("requests_opened", "requests_per_1000", "closed_on_time", "median_days_to_close", "open_backlog")
WEAK_POINTS_SHOWN = 6
RULE_WORDS = {
    "two_misses": gettext_lazy("target missed twice in a row"),
    "concerning_signal": gettext_lazy("a change for the worse that chance does not explain"),
    "district_gap": gettext_lazy("one district behind with the mix of requests made equal"),
    "worsening_backlog": gettext_lazy("the backlog grows"),
    "rise_after_cut": gettext_lazy("more requests for one service in one district than before"),
    "stale": gettext_lazy("no new data"),
}
OLDEST_SHOWN = 10
SERVICES_SHOWN = 20
CURVE_MONTHS = 24
CURVE_POINTS = 120


@dataclass(frozen=True)
class Tile:
    """A key measure with its small chart."""

    latest: Latest
    figure: Figure | None


def tiles(warehouse: Warehouse, where: dict[str, Any], names: tuple[str, ...] = KEY_MEASURES) -> dict[str, list[Tile]]:
    """Key measures under a limit as cards, and those that have neither number nor picture, which are a name in a line.

    Measures this city cannot compute are left out.
    """
    found: dict[str, list[Tile]] = {"tiles": [], "too_few": []}
    for name in names:
        one, chart = latest(name, warehouse, where)
        if one.state != "missing":
            tile = Tile(one, figures.spark(chart))
            found["tiles" if one.state == "ok" or tile.figure else "too_few"].append(tile)
    return found


def home_page(warehouse: Warehouse) -> dict[str, Any]:
    """The context of the first page."""
    month = last_month(warehouse.as_of, warehouse.as_of)
    return {
        "weak_points": weak_points(warehouse),
        **tiles(warehouse, {}),
        "notices": notices.current(only_whole_city=True),
        "month": month,
        "takes_reports": offers.is_any_offered(),
        "districts": [(name, reverse("web:district", args=[code])) for code, name in district_names(warehouse)],
    }


def weak_points(warehouse: Warehouse, **limits: str) -> list[dict[str, str]]:
    """Weak points as sentences, each with the rule that found it and where to look; most urgent first."""
    points = plan.weak_points(build=warehouse.number, audience="public")
    chosen = [point for point in points if all(point.group.get(key) == value for key, value in limits.items())]
    return [weak_point(point, warehouse) for point in one_of_each_rule_first(chosen)[:WEAK_POINTS_SHOWN]]


def one_of_each_rule_first(points: Sequence[WeakPoint]) -> list[WeakPoint]:
    """The most urgent point of every rule, then the rest, each in their order: six alike would hide the others."""
    leaders: dict[str, WeakPoint] = {}
    for point in points:
        leaders.setdefault(point.rule, point)
    return [*leaders.values(), *(point for point in points if leaders[point.rule] is not point)]


def weak_point(point: WeakPoint, warehouse: Warehouse) -> dict[str, str]:
    """One weak point in words: where and what, the finding, the rule; with the address of its measure."""
    query = urlencode([(key, value if value is not None else "(none)") for key, value in sorted(point.group.items())])
    url = reverse("web:measure", args=[point.measure])
    rules = " · ".join(str(RULE_WORDS.get(rule, rule)) for rule in (point.rule, *point.also))
    where = [group_word(group_names(key, warehouse).get(value or "", value)) for key, value in point.group.items()]
    label = plan.measure(point.measure).label.in_(figures.language())
    return {
        "what": ": ".join([*where, label]),
        "sentence": point.sentence.in_(figures.language()),
        "rule": _("Rule: %(rules)s") % {"rules": rules},
        "url": f"{url}?{query}" if query else url,
    }


def district_kind(warehouse: Warehouse) -> str:
    """The kind of place the district pages are about: council districts, else the kind with the fewest places."""
    if not warehouse.has_table("places"):
        return ""
    rows = warehouse.rows("SELECT kind, count(*) FROM places WHERE is_current AND kind <> 'city' GROUP BY kind ORDER BY count(*), kind")
    kinds = [kind for kind, _count in rows if f"place_{kind}" in warehouse.columns("requests")]
    return "council_district" if "council_district" in kinds else (kinds[0] if kinds else "")


def district_names(warehouse: Warehouse) -> list[tuple[str, str]]:
    """Code and name of each district, in natural order."""
    kind = district_kind(warehouse)
    names = group_names(kind, warehouse) if kind else {}
    return sorted(names.items(), key=lambda pair: natural(pair[1]))


def departments_page(warehouse: Warehouse) -> dict[str, Any]:
    """Departments with their key measures."""
    slugs = dict(warehouse.rows("SELECT department, department_slug FROM departments WHERE department IS NOT NULL"))
    links = {name: reverse("web:department", args=[slug]) for name, slug in slugs.items()}
    return {"table": group_overview(warehouse, "department", links, {}), "month": last_month(warehouse.as_of, warehouse.as_of)}


def department_page(warehouse: Warehouse, slug: str) -> dict[str, Any]:
    """One department."""
    found = warehouse.rows("SELECT department FROM departments WHERE department_slug = ?", (slug,))
    if not found:
        raise NotFound(_("There is no department of this name in the data."))
    name = found[0][0]
    where = {"department": name}
    return {
        "name": name,
        **tiles(warehouse, where),
        "weak_points": weak_points(warehouse, department=name),
        **most_asked(warehouse, where),
        "oldest": oldest(warehouse, "department = ?", name),
        "explore": f"{reverse('requests:explore')}?department={name}",
    }


def services_page(warehouse: Warehouse) -> dict[str, Any]:
    """Every service with requests in the month or still open, with its key measures, in alphabetical order."""
    overview, names = overview_of(warehouse, "service", {}), group_names("service", warehouse)
    busy = [group for group in overview.ordered(names) if overview.is_busy(group)]
    return {
        "table": overview.table(busy, names, service_links(warehouse)),
        "quiet": len(overview.groups) - len(busy),
        "month": last_month(warehouse.as_of, warehouse.as_of),
    }


def most_asked(warehouse: Warehouse, where: dict[str, Any]) -> dict[str, Any]:
    """The services most asked for in the last complete month under a limit, most first, and how many more there are."""
    overview, names = overview_of(warehouse, "service", where), group_names("service", warehouse)
    asked_for = sorted((group for group in overview.groups if overview.volume(group)), key=lambda one: (-overview.volume(one), one or ""))
    return {
        "services": overview.table(asked_for[:SERVICES_SHOWN], names, service_links(warehouse)) if asked_for else None,
        "services_left_out": max(0, len(asked_for) - SERVICES_SHOWN),
        "all_services": f"{reverse('web:measure', args=['requests_opened'])}?{urlencode({**where, 'by': 'service'})}#by",
    }


def service_page(warehouse: Warehouse, slug: str) -> dict[str, Any]:
    """One service: measures, promise, time to close, places."""
    found = warehouse.dicts("SELECT * FROM services WHERE service_slug = ? ORDER BY requests DESC LIMIT 1", (slug,))
    if not found:
        raise NotFound(_("There is no service of this name in the data."))
    service = found[0]
    return {
        "service": service,
        "name": offers.told_names([service["service"]])[service["service"]],
        "promise": promise_words(service),
        **tiles(warehouse, {"service": slug}),
        "curve": closing_figure(warehouse, service),
        "oldest": oldest(warehouse, "service_slug = ?", slug),
        "explore": f"{reverse('requests:explore')}?service={slug}",
    }


def district_page(warehouse: Warehouse, code: str) -> dict[str, Any]:
    """One district."""
    kind = district_kind(warehouse)
    names = dict(district_names(warehouse))
    if code not in names:
        raise NotFound(_("There is no district of this name in the boundaries loaded."))
    where = {kind: code}
    population = places.population_for(kind, code, warehouse.as_of.year)
    return {
        "name": names[code],
        "code": code,
        "notices": notices.of_place(kind, code),
        "kind": kind,
        "population": population,
        **tiles(warehouse, where, DISTRICT_MEASURES),
        "weak_points": weak_points(warehouse, **{kind: code}),
        **most_asked(warehouse, where),
        "oldest": oldest(warehouse, f'"place_{kind}" = ?', code),
        "outline": outline(kind, code),
        "explore": f"{reverse('requests:explore')}?place={kind}:{code}",
    }


def districts_page(warehouse: Warehouse) -> dict[str, Any]:
    """Every district with its key measures, in natural order."""
    kind = district_kind(warehouse)
    if not kind:
        return {"table": None}
    links = {code: reverse("web:district", args=[code]) for code, _name in district_names(warehouse)}
    return {
        "table": group_overview(warehouse, kind, links, {}, DISTRICT_MEASURES),
        "kind": kind,
        "month": last_month(warehouse.as_of, warehouse.as_of),
    }


def service_links(warehouse: Warehouse) -> dict[str, str]:
    """Service page by service label."""
    rows = warehouse.rows("SELECT service, service_slug FROM services WHERE service_slug IS NOT NULL")
    return {service: reverse("web:service", args=[slug]) for service, slug in rows}


def oldest(warehouse: Warehouse, condition: str, value: str) -> Table | None:
    """The open requests waiting longest, without addresses."""
    rows = warehouse.rows(
        f"""SELECT request_id, service, opened_on, due_on, age_days FROM requests
            WHERE status = 'open' AND {condition} AND NOT flag_default_date AND NOT flag_opened_after_as_of
            ORDER BY opened_on, request_id LIMIT ?""",
        (value, OLDEST_SHOWN),
    )
    columns = (
        Column(_("Request")),
        Column(_("Service")),
        Column(_("Opened"), "date"),
        Column(_("Due"), "date"),
        Column(_("Days open"), "number"),
    )
    names = offers.told_names(row[1] or "" for row in rows)
    cells = [
        (number, names[service or ""], formats.short_day(opened), formats.short_day(due) if due else figures.NONE, formats.number(age))
        for number, service, opened, due, age in rows
    ]
    return Table(_("Waiting longest"), columns, cells, hide_caption=True, stacks=True) if cells else None


def promise_words(service: dict[str, Any]) -> str:
    """The promise of a service in a sentence."""
    if service["promise_source"] not in {"published", "suggested"} or service["promise_value"] is None:
        return ""
    amount = amount_words(service["promise_value"], service["promise_unit"])
    if service["promise_source"] == "suggested":
        return _("The city publishes no promise; from history, 80%% are closed within %(amount)s.") % {"amount": amount}
    return _("Promised within %(amount)s.") % {"amount": amount}


def closing_figure(warehouse: Warehouse, service: dict[str, Any]) -> Figure | None:
    """How long it takes, open requests counted."""
    since = months_before(month_of(warehouse.as_of), CURVE_MONTHS - 1)
    age, values = statements.age_so_far(build_facts.clock(warehouse))
    # To the second or so: a service closed within hours is told in minutes.
    rows = warehouse.rows(
        f"""SELECT round(coalesce(days_to_close, {age}), 5) AS days, status = 'closed', count(*) FROM requests
           WHERE service_slug = ? AND opened_on >= ? AND status IN ('open', 'closed') AND coalesce(days_to_close, age_days) >= 0
           GROUP BY ALL ORDER BY ALL""",
        (*values, service["service_slug"], since),
    )
    if sum(row[2] for row in rows if row[1]) < 30:
        return None
    curve = kaplan_meier([row[0] for row in rows], [row[1] for row in rows], counts=[row[2] for row in rows])
    half, most = curve.percentile(0.5).estimate, curve.percentile(0.9).estimate
    longest = 2.5 * (most or max(row[0] for row in rows)) + 1
    drawn = [
        CurvePoint(float(days), float(1 - share), float(1 - upper), float(1 - lower))
        for days, share, lower, upper in zip(curve.times, curve.survival, curve.lower, curve.upper, strict=True)
        if days <= longest
    ]
    step = max(1, len(drawn) // CURVE_POINTS)
    marks = [(share, days) for share, days in ((0.5, half), (0.9, most)) if days is not None]
    wide, narrow = (closing_curve(drawn[::step], width=width, marks=marks) for width in ("wide", "narrow"))
    return Figure(
        title=curve_title(half, most),
        subtitle=_("Share of requests closed within so many days, for those opened in the last 24 months; open ones count (Kaplan-Meier)."),
        description=curve_title(half, most),
        wide=wide,
        narrow=narrow,
    )


def curve_title(half: float | None, most: float | None) -> str:
    """The finding of a closing curve."""
    if half is None:
        return _("Fewer than half have been closed so far")
    if most is None:
        return _("Half are closed within %(half)s days; nine in ten not yet") % {"half": formats.value(half, "days")}
    return _("Half are closed within %(half)s days, nine in ten within %(most)s") % {
        "half": formats.value(half, "days"),
        "most": formats.value(most, "days"),
    }


def outline(kind: str, code: str) -> dict[str, Any] | None:
    """The city's places as one small drawing with one of them filled; None where no boundary is loaded."""
    try:
        found = places.outline(kind, tolerance=120.0)
    except NotFound:
        return None
    west, south, east, north = found["bbox"]
    squeeze = 0.78
    scale = 300 / max((east - west) * squeeze, north - south)
    shapes = [
        {
            "path": _path(feature["geometry"], west, north, scale, squeeze),
            "chosen": feature["properties"]["code"] == code,
            "name": feature["properties"]["name"],
        }
        for feature in found["features"]
    ]
    return {"width": round((east - west) * squeeze * scale), "height": round((north - south) * scale), "shapes": shapes}


def _path(geometry: dict[str, Any], west: float, north: float, scale: float, squeeze: float) -> str:
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    rings = [ring for polygon in polygons for ring in polygon]
    return " ".join(
        "M" + " ".join(f"{(x - west) * squeeze * scale:.1f},{(north - y) * scale:.1f}" for x, y, *_rest in ring) + "Z" for ring in rings
    )
