"""Notices on the way to a report: beside the form, at the place as soon as it is said, before sending, and what people did then.

What a page shows on opening is not counted, or every search engine would be a reader: a notice counts as shown when somebody sends the
form, or says that it answered them.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from citystat.intake import drafts, place_steps
from citystat.intake.forms import ReportForm
from citystat.service_requests.cases import notices, points
from citystat.service_requests.cases.actions import LONGEST_ADDRESS
from citystat.service_requests.cases.covering import Point
from citystat.service_requests.cases.notices import Current

MOST_SEEN = 20


def beside(form: ReportForm) -> list[Current]:
    """Notices known to fit before the place is: of the city, or of a part of it where they name the service."""
    return notices.current(form.offer.slug)


def seen(form: ReportForm) -> list[int]:
    """Notices the form says it showed."""
    return _numbers(str(form.data.get("seen", "")))


def at_place(slug: str, data: QueryDict) -> list[Current] | None:
    """Notices of the place that are not on the page yet (`shown` says which are); None while the place is not known."""
    point = _point(data)
    if point is None:
        return None
    shown = _numbers(data.get("shown", ""))
    return [one for one in notices.current(slug, points.places_of(*point), point) if one.id not in shown]


def _point(data: QueryDict) -> Point | None:
    """The pin, else the point of an address the city knows."""
    try:
        longitude, latitude = float(data.get("longitude") or "nan"), float(data.get("latitude") or "nan")
    except ValueError:
        longitude = latitude = float("nan")
    if abs(longitude) <= 180 and abs(latitude) <= 90:
        return longitude, latitude
    found = place_steps.meant(data.get("address", "")[:LONGEST_ADDRESS].strip(), data.get("placed", ""))
    return (found.longitude, found.latitude) if found else None


def on_page(form: ReportForm) -> dict[str, Any]:
    """What the form's page shows: what is known of the service, and of the place once that is given. The form says what it has shown.

    Once they were counted the form's list stays as it is, so that a later one is met, and counted, before the report is sent.
    """
    first = beside(form)
    data = QueryDict(mutable=True)
    data.update(form.data)
    data["shown"] = ",".join(str(one.id) for one in first)
    here = at_place(form.offer.slug, data) if form.is_bound else None
    if here and not data.get("counted"):
        data["seen"] = ",".join(map(str, dict.fromkeys([*seen(form), *(one.id for one in here)])))
        form.data = data
    return {"notices": first, "here": here, "is_unknown": here is None and "look" in data and "address" not in form.errors}


def looked(form: ReportForm) -> ReportForm:
    """The form as far as it is filled in: nothing was to be sent yet, so only what is wrong with the place is said."""
    form.full_clean()
    for name in [name for name in form.errors if name != "address"]:
        del form.errors[name]
    return form


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",")[:MOST_SEEN] if part.isascii() and part.isdigit() and len(part) < 10]


def unseen(form: ReportForm) -> list[Current]:
    """Notices for the service at the place given that the writer has not been shown."""
    point = form.point()
    places = points.places_of(*point) if point else None
    known = set(seen(form))
    return [one for one in notices.current(form.offer.slug, places, point) if one.id not in known]


def page(request: HttpRequest, form: ReportForm, found: list[Current]) -> HttpResponse:
    """Nothing is sent yet: what the city knows of it, and three ways on."""
    form.keep_photos()
    shown = [*seen(form), *(one.id for one in found)]
    notices.count([one.id for one in found] if form.data.get("counted") else shown, shown=1)
    context = {
        "offer": form.offer,
        "notices": found,
        "typed": [pair for pair in form.typed() if pair[0] not in {"seen", "counted"}],
        "seen": ",".join(map(str, shown)),
        "kept": len(form.kept),
    }
    return render(request, "intake/notices_first.html", context)


def count(form: ReportForm, *, filed: int = 0, withheld: int = 0) -> None:
    """Add what became of it to the numbers of every notice the writer was shown."""
    shown = seen(form)
    if shown:
        notices.count(shown, shown=0 if form.data.get("counted") else 1, filed=filed, withheld=withheld)


def withhold(request: HttpRequest, form: ReportForm) -> HttpResponse:
    """The notice answered them: nothing is sent, photos are thrown away, a number goes up."""
    count(form, withheld=1)
    drafts.discard(str(token) for token in request.POST.getlist("kept"))
    return render(request, "intake/withheld.html", {"offer": form.offer})
