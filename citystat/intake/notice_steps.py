"""Notices on the way to a report: beside the form, before it is sent, and the numbers of what people did then.

What a page shows on opening is not counted, or every search engine would be a reader: a notice counts as shown when somebody sends the
form, or says that it answered them.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from citystat.intake import drafts
from citystat.intake.forms import ReportForm
from citystat.service_requests.cases import notices, points
from citystat.service_requests.cases.notices import Current

MOST_SEEN = 20


def beside(form: ReportForm) -> list[Current]:
    """Notices known to fit before the place is: of the city, or of a part of it where they name the service."""
    return notices.current(form.offer.slug)


def seen(form: ReportForm) -> list[int]:
    """Notices the form says it showed."""
    parts = str(form.data.get("seen", "")).split(",")[:MOST_SEEN]
    return [int(part) for part in parts if part.isascii() and part.isdigit() and len(part) < 10]


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
