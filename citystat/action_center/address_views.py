"""Everything the city knows of one address, on one page, each thing from its source."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from citystat.action_center import address_presenters as presenters
from citystat.core.access import rule
from citystat.places import address_queries


@rule("see_staff_pages")
@never_cache
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Search; an address that can mean no other opens at once."""
    text = request.GET.get("q", "").strip()[:300]
    found = address_queries.find_addresses(text, address_queries.MOST_MATCHES) if text else []
    sure = address_queries.sure_of(found)
    if sure and sure.address_id:
        return redirect("action:address", sure.address_id)
    return render(request, "action_center/addresses.html", presenters.search_page(text, found))


@rule("see_staff_pages")
@never_cache
@require_safe
def address(request: HttpRequest, key: int) -> HttpResponse:
    """One address: open requests, closed ones, work orders, permits and licenses."""
    return render(request, "action_center/address.html", presenters.address_page(request.user, address_queries.address(key)))
