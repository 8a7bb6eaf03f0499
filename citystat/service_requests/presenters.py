"""What the room's templates show: questions answered, words chosen, nothing decided."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from citystat.core import texts
from citystat.core.errors import InputError
from citystat.service_requests.cases import offers
from citystat.service_requests.explorer import chosen
from citystat.service_requests.explorer import queries as explorer
from citystat.service_requests.explorer.filters import Filters, parse
from citystat.service_requests.rules import ORIGINS, STATUSES
from citystat.service_requests.words import ORIGIN_WORDS, STATUS_WORDS, place_word
from citystat.warehouse.connections import Warehouse

TIMELINE_WIDTH = 960
TIMELINE_HEIGHT = 96
PREFERRED_KIND = "council_district"


@dataclass(frozen=True)
class Bar:
    """One month of the timeline as drawn."""

    month: date
    requests: int
    selected: bool
    x: float
    y: float
    width: float
    height: float
    query: str


@dataclass(frozen=True)
class QuarantineFile:
    """A quarantine file and why its rows are in it."""

    load: int
    rows: int
    reasons: tuple[tuple[str, int], ...]


def explorer_page(warehouse: Warehouse, query: Any, *, exact: bool) -> dict[str, Any]:
    """The context of the explorer page. Values that cannot be understood are said beside the form, which keeps what was typed."""
    problem, kinds = "", explorer.place_kinds(warehouse)
    try:
        filters = parse(query)
        kind = _kind(filters, kinds)
        overview = explorer.overview(warehouse, filters, kind)
    except InputError as error:
        problem, filters = str(error), Filters()
        kind = _kind(filters, kinds)
        overview = explorer.overview(warehouse, filters, kind)
    summary = overview.summary
    number, pages = _page_number(query, summary.total)
    since = overview.reaches_back_to(number * explorer.ROWS_PER_PAGE)
    bars = timeline(overview.months, filters)
    choices, places = _choices(warehouse), _places(warehouse, filters, kind, kinds, overview.places)
    return {
        **places,
        "chosen": _chosen(filters, choices["service"], places["place_choices"]),
        "problem": problem,
        "filters": filters,
        "typed": query,
        "summary": summary,
        "bars": bars,
        "first_bar": bars[0] if bars else None,
        "last_bar": bars[-1] if bars else None,
        "tallest": max((bar.requests for bar in bars), default=0),
        "bounds": explorer.bounds(warehouse) or (),
        "timeline_width": TIMELINE_WIDTH,
        "timeline_height": TIMELINE_HEIGHT,
        "kind": kind,
        "kinds": kinds,
        "choices": choices,
        "statuses": [(name, STATUS_WORDS[name]) for name in STATUSES],
        "origins": [(name, ORIGIN_WORDS[name]) for name in ORIGINS],
        "rows": told(explorer.page(warehouse, filters, number, exact=exact, since=since)),
        "exact": exact,
        "page": number,
        "pages": pages,
        "query": filters.query(),
        "build": warehouse,
    }


def told(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Requests, or what the map shows of them, each with its service as the reader calls it."""
    names = offers.told_names({row["service"] for row in rows if row.get("service")})
    return [row | {"service": names[row["service"]]} if row.get("service") else row for row in rows]


def _choices(warehouse: Warehouse) -> dict[str, tuple[explorer.Choice, ...]]:
    """What the filters offer, services as the reader calls them."""
    known = explorer.choices(warehouse)
    names = offers.told_names(one.label for one in known["service"])
    services = [replace(one, label=names[one.label]) for one in known["service"]]
    return known | {"service": tuple(sorted(services, key=lambda one: texts.folded(one.label)))}


def _places(
    warehouse: Warehouse, filters: Filters, kind: str, kinds: tuple[str, ...], counted: tuple[explorer.Choice, ...]
) -> dict[str, Any]:
    """The table by place under the filters, the choices the form offers, and links to the other kinds."""
    if not kind:
        return {"places": (), "shown_places": (), "place_choices": (), "kind_links": ()}
    return {
        "places": counted,
        "shown_places": [
            _PlaceRow(
                replace(choice, label=place_word(kind, choice.label) if choice.label else ""), filters.query(place=f"{kind}:{choice.value}")
            )
            for choice in counted
        ],
        "place_choices": [
            {"value": f"{kind}:{code}", "label": place_word(kind, name)} for code, name in explorer.place_names(warehouse, kind)
        ],
        "kind_links": [{"kind": other, "query": filters.query(place="", kind=other)} for other in kinds],
    }


def _chosen(filters: Filters, services: tuple[explorer.Choice, ...], places: Sequence[dict[str, str]]) -> tuple[chosen.Chosen, ...]:
    """The filters that are set, by the names readers know."""
    names = {choice.value: choice.label for choice in services}
    return chosen.chosen(filters, names, {place["value"]: place["label"] for place in places})


class _PlaceRow:
    """A row of the table by place."""

    def __init__(self, choice: explorer.Choice, query: str) -> None:
        self.value, self.label, self.requests, self.query = choice.value, choice.label, choice.requests, query


def _kind(filters: Filters, kinds: tuple[str, ...]) -> str:
    wanted = (filters.place_kind, filters.kind, PREFERRED_KIND, *kinds)
    return next((kind for kind in wanted if kind in kinds), "")


def _page_number(query: Any, total: int) -> tuple[int, int]:
    pages = max(1, -(-total // explorer.ROWS_PER_PAGE))
    text = query.get("page", "1")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1
    return min(max(number, 1), pages), pages


def timeline(months: tuple[explorer.Month, ...], filters: Filters) -> tuple[Bar, ...]:
    """Bars of the timeline in its own units; each leads to its month."""
    if not months:
        return ()
    tallest = max(month.requests for month in months) or 1
    step = TIMELINE_WIDTH / len(months)
    return tuple(_bar(month, place, step, tallest, filters) for place, month in enumerate(months))


def _bar(month: explorer.Month, place: int, step: float, tallest: int, filters: Filters) -> Bar:
    height = TIMELINE_HEIGHT * month.requests / tallest
    return Bar(
        month=month.month,
        requests=month.requests,
        selected=month.selected,
        x=round(place * step, 2),
        y=round(TIMELINE_HEIGHT - height, 2),
        width=round(max(step - 1, step * 0.75), 2),
        height=round(height, 2),
        query=filters.query(opened_from=month.month, opened_to=explorer.month_end(month.month)),
    )


def quarantine_file(path: Path) -> QuarantineFile:
    """Rows of a quarantine file by reason."""
    reasons: dict[str, int] = {}
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            reason = row.get("citystat_reason") or _("no reason recorded")
            reasons[reason] = reasons.get(reason, 0) + 1
    ordered = tuple(sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0])))
    return QuarantineFile(int(path.stem.removeprefix("load-")), sum(reasons.values()), ordered)
