"""The council district pages: volume per resident, fair comparison of promptness, what is open and late, the map."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from citystat.core import formats
from citystat.core.errors import NotFound
from citystat.places import queries as places
from citystat.places.rules import code_order
from citystat.plan import queries as plan
from citystat.plan.build_facts import first_day
from citystat.stat_sessions import comparisons, maps, sections, words
from citystat.stat_sessions.content import (
    Audience,
    Bar,
    Case,
    Compared,
    DistrictPage,
    Districts,
    OutlineMap,
    Population,
    Scope,
    TypeCount,
    Value,
)
from citystat.stat_sessions.figures import OVERDUE, GroupKey, Reader, month_end, months_before
from citystat.stat_sessions.lists import OLDEST_IN_DISTRICT, Lists, Row

MONTHS_STANDARDISED = 12
TYPES_SHOWN = 8
MAP_TOLERANCE_METERS = 150.0
LEAST_IN_FUNNEL = 3


@dataclass(frozen=True)
class DistrictGap:
    """One district's share on time at the city's mix of services over twelve months, and where chance would leave it."""

    code: str
    name: str
    value: float | None
    lower: float | None
    upper: float | None
    denominator: float
    position: str
    city: float | None
    window: str
    state: str


def gaps(reader: Reader, kind: str | None, names: Mapping[str, str]) -> tuple[DistrictGap, ...]:
    """Every district standardized to the city's mix of services, over the twelve months to the end of the packet's month."""
    if kind is None:
        return ()
    first = months_before(reader.month, MONTHS_STANDARDISED - 1)
    found = plan.standardised(
        "closed_on_time",
        by=kind,
        start=first,
        end=month_end(reader.month),
        where={key: value for key, value in reader.where.items() if key != kind},
        build=reader.build.number,
    )
    window = _window(reader, first)
    return tuple(
        DistrictGap(
            one.code,
            names.get(one.code, one.code),
            one.value,
            one.lower,
            one.upper,
            one.denominator,
            one.position,
            found.target,
            window,
            one.state,
        )
        for one in sorted((place for place in found.places if place.code is not None), key=lambda place: code_order(place.code or ""))
        if one.code is not None
    )


def _window(reader: Reader, first: date) -> str:
    """The months compared, which are fewer than twelve where the data begin later."""
    begins = first_day(reader.build)
    if begins is not None and begins > first:
        return _("%(first)s to %(month)s") % {"first": formats.month(begins), "month": formats.month(reader.month)}
    return _("twelve months to %(month)s") % {"month": formats.month(reader.month)}


def districts(
    reader: Reader,
    lists: Lists,
    scope: Scope,
    names: Mapping[str, str],
    found: Sequence[DistrictGap],
    audience: Audience,
    *,
    complete: bool,
) -> Districts | None:
    """The district section; None where the city has no boundaries, or the packet is about a department without any located request."""
    kind = lists.kind
    if kind is None:
        return None
    codes = [scope.code] if scope.kind == "district" else sorted(set(names) | _codes(reader, kind), key=code_order)
    by_district = _by_district(lists.district_services())
    oldest = _oldest(lists.oldest_open(), audience)
    pages = tuple(
        _page(reader, kind, code, names, found, by_district[code], oldest.get(code, ()), scope, complete=complete) for code in codes
    )
    silent = [page.name for page in pages if not _has_requests(page)]
    pages = tuple(page for page in pages if _has_requests(page))
    if not pages:
        return None
    unlocated = int(reader.value("requests_opened", kind, None).value or 0) if scope.kind != "district" else 0
    return Districts(
        pages=pages,
        outline=outline(reader, kind),
        caution=_(
            "Requests show who asks as well as what is needed. In studies, places with the same problem differ severalfold in how "
            "often it is reported, by education, income and earlier contact with the city. A low rate is not a low need: read it "
            "beside inspections or the resident survey."
        ),
        funnel=_funnel(found) if scope.kind != "district" else (),
        unlocated=unlocated,
        note=" ".join((_unlocated_note(unlocated), *_silent_note(silent))) if scope.kind != "district" else "",
    )


def outline(reader: Reader, kind: str) -> OutlineMap | None:
    """The map of the version in force at the end of the month; None where only recorded codes are known."""
    version = places.current_version(kind, month_end(reader.month))
    if version is None:
        return None
    try:
        return maps.outline_map(kind, version, places.outline(kind, version, MAP_TOLERANCE_METERS))
    except NotFound:
        return None


def _codes(reader: Reader, kind: str) -> set[str]:
    return {code for code in reader.groups("requests_opened", kind) if code is not None}


def _by_district(rows: Sequence[Row]) -> dict[GroupKey, list[Row]]:
    found: dict[GroupKey, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["district"]].append(row)
    return found


def _oldest(rows: Sequence[Row], audience: Audience) -> dict[GroupKey, tuple[Case, ...]]:
    found: dict[GroupKey, list[Row]] = defaultdict(list)
    for row in rows:
        if row["rank_in_district"] <= OLDEST_IN_DISTRICT:
            found[row["district"]].append(row)
    return {code: sections.cases(several, {}, audience) for code, several in found.items()}


def _page(
    reader: Reader,
    kind: str,
    code: str,
    names: Mapping[str, str],
    found: Sequence[DistrictGap],
    rows: Sequence[Row],
    oldest: tuple[Case, ...],
    scope: Scope,
    *,
    complete: bool,
) -> DistrictPage:
    by, group = (None, None) if scope.kind == "district" else (kind, code)
    gap = next((gap for gap in found if gap.code == code), None)
    standardised, city = _standardised(gap)
    per_1000, population = _per_1000(reader, kind, code, by, group, complete=complete)
    return DistrictPage(
        code=code,
        name=names.get(code, code),
        opened=sections.compared(reader, "requests_opened", by, group, complete=complete),
        per_1000=per_1000,
        population=population,
        per_1000_sentence=_rate_sentence(per_1000, population, complete=complete),
        on_time=sections.compared(reader, "closed_on_time", by, group, complete=complete),
        standardised=standardised,
        city_on_time=city,
        standardised_sentence=words.standardised(standardised, city, gap.position, gap.window) if standardised and city and gap else "",
        open_backlog=sections.compared(reader, "open_backlog", by, group, complete=complete),
        overdue=sections.compared(reader, OVERDUE, by, group, complete=complete),
        closed=sections.compared(reader, "requests_closed", by, group, complete=complete),
        types=_types(rows, before_known=complete and reader.value("requests_opened", month=reader.last_year).is_known),
        overdue_types=_overdue_types(rows),
        oldest=oldest,
    )


def _types(rows: Sequence[Row], *, before_known: bool) -> tuple[TypeCount, ...]:
    """Services most asked for; a year before is unknown, not zero, where the data begin later."""
    asked = [row for row in rows if row["opened"]][:TYPES_SHOWN]
    return tuple(
        TypeCount(row["service"] or _("Not recorded"), row["opened"], row["opened_before"] if before_known else None) for row in asked
    )


def _overdue_types(rows: Sequence[Row]) -> tuple[TypeCount, ...]:
    late = sorted((row for row in rows if row["overdue"]), key=lambda row: (-row["overdue"], row["service"] or ""))
    return tuple(TypeCount(row["service"] or _("Not recorded"), row["opened"], None, row["overdue"]) for row in late[:TYPES_SHOWN])


def _standardised(gap: DistrictGap | None) -> tuple[Value | None, Value | None]:
    if gap is None or gap.city is None:
        return None, None
    if gap.value is None:
        return Value(denominator=gap.denominator, state="too_few"), Value(gap.city, state="ok")
    value = Value(gap.value, gap.value * gap.denominator, gap.denominator, gap.lower, gap.upper, "ok")
    return value, Value(gap.city, state="ok")


def _per_1000(
    reader: Reader, kind: str, code: str, by: str | None, group: GroupKey, *, complete: bool
) -> tuple[Compared | None, Population | None]:
    """The rate with residents and their year; nothing where the population is not loaded."""
    now, before = (reader.value("requests_per_1000", by, group, month) for month in (None, reader.last_year))
    if now.denominator is None:
        return None, None
    table = reader.table("requests_per_1000", by)
    year = table.population_years[-1] if table.population_years else None
    rows = reader.build.rows("SELECT DISTINCT source FROM population WHERE kind = ? AND code = ? ORDER BY 1", (kind, code))
    source = "; ".join(name for (name,) in rows if name)
    figure = Compared(now, before if complete else None)
    if complete and now.is_known and before.is_known:
        history = reader.series("requests_opened", by, group)
        opened = [replace(value, value=value.numerator, state="ok") for value in (now, before)]
        figure = replace(figure, verdict=comparisons.compare_counts(opened[0], opened[1], history).verdict)
    return figure, Population(int(now.denominator), int(year), source) if year else None


def _rate_sentence(figure: Compared | None, population: Population | None, *, complete: bool) -> str:
    if figure is None or population is None:
        return _("No rate per resident: the residents of this district have not been loaded.")
    if not complete:
        return ""
    return words.per_1000(figure.now, year=population.year, residents=population.residents)


def _funnel(found: Sequence[DistrictGap]) -> tuple[Bar, ...]:
    known = [gap for gap in found if gap.value is not None]
    if len(known) < LEAST_IN_FUNNEL:
        return ()
    return tuple(Bar(gap.name, gap.value or 0.0, gap.position in {"low_998"}, gap.lower, gap.upper) for gap in known)


def _has_requests(page: DistrictPage) -> bool:
    """Whether there is anything to put on its page."""
    figures = (page.opened, page.closed, page.open_backlog)
    return any(value is not None and value.value for figure in figures for value in (figure.now, figure.before))


def _silent_note(names: Sequence[str]) -> tuple[str, ...]:
    if not names:
        return ()
    return (_("Without a page, because no request lies there in either month: %(names)s.") % {"names": ", ".join(names)},)


def _unlocated_note(unlocated: int) -> str:
    if not unlocated:
        return _("Every request of this month lies in a district.")
    return _(
        "%(n)s requests of this month have no usable location or lie outside the districts; they count in the city's figures only."
    ) % {"n": formats.number(unlocated)}
