"""Notices for everyone: what is in force, as a page and as an Atom feed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from citystat.core.access import rule
from citystat.intake import feeds, places
from citystat.service_requests.cases import notices


@rule("public")
@require_safe
def notice_list(request: HttpRequest) -> HttpResponse:
    """Every notice in force; of one district where the address names it."""
    code = request.GET.get("district", "")
    known = places.districts()
    found = notices.of_place(places.district_kind(), code) if code in known else notices.current()
    context = {"notices": found, "districts": known, "district": code if code in known else "", "name": known.get(code, "")}
    return render(request, "intake/notices.html", context)


@rule("public")
@require_safe
def notice_feed(request: HttpRequest) -> HttpResponse:
    """Notices in force, as a feed; of one district where the address names it."""
    code = request.GET.get("district", "")
    found = notices.of_place(places.district_kind(), code) if code in places.districts() else notices.current()
    page = request.build_absolute_uri(reverse("intake:notices"))
    return feeds.atom_of_notices(found, request.build_absolute_uri(), page)
