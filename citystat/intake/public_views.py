"""Pages of requests for everyone: the list, one request, its photos, following and stopping, the feed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citystat.core import texts
from citystat.core.access import rule
from citystat.core.errors import InputError, NotFound
from citystat.intake import feeds, limits, places, presenters
from citystat.intake.forms import FollowAreaForm, FollowForm, ListForm
from citystat.service_requests import access
from citystat.service_requests.cases import actions, follow_requests, offers, photos, public, queries
from citystat.service_requests.cases.public import PublicFilters
from citystat.service_requests.models import Photo, ServiceRequest

# The same for every address, so that nobody learns from it who follows what.
ASKED = gettext_lazy("Look at your messages: we have sent a link to the address you gave. You are told of it once you confirm there.")


def _services() -> dict[str, str]:
    return {one.slug: one.name for one in sorted(offers.offered_to_reader(), key=lambda one: texts.folded(one.name)) if not one.is_private}


@rule("public")
@require_safe
def request_list(request: HttpRequest) -> HttpResponse:
    """Recent requests, filtered in the address; a number leads to its request."""
    form = ListForm(_services(), places.districts(), request.GET)
    form.is_valid()
    if wanted := form.cleaned_data.get("find", "").strip():
        try:
            return redirect("intake:request_page", number=queries.public_by_number(wanted).number)
        except NotFound:
            form.add_error("find", _("There is no public request with this number. A private one opens by its private link alone."))
    filters = filters_of(form)
    rows, after = public.recent(filters)
    context = {
        "form": form, "rows": [presenters.row(one) for one in rows], "after": after, "is_filtered": bool(request.GET), "filters": filters,
    }  # fmt: skip
    return render(request, "intake/request_list.html", context)


def filters_of(form: ListForm) -> PublicFilters:
    """What of the form can be used."""
    given = form.cleaned_data
    return PublicFilters(
        given.get("service", ""), given.get("district", ""), given.get("status", ""), given.get("near"), given.get("before", "")
    )


@rule("public")
@require_safe
def request_page(request: HttpRequest, number: str) -> HttpResponse:
    """One public request."""
    return _page(request, queries.public_by_number(number), FollowForm())


@rule("public")
@require_POST
def follow_request(request: HttpRequest, number: str) -> HttpResponse:
    """Be told of each step of a public request."""
    found = queries.public_by_number(number)
    form = FollowForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, 400)
    try:
        limits.check(request)
    except limits.TooMany as error:
        form.add_error(None, str(error))
        return _page(request, found, form, error.http_status)
    follow_requests.ask(reporter=form.details(), request=found)
    messages.success(request, ASKED)
    return redirect("intake:request_page", number=found.number)


def _page(request: HttpRequest, found: ServiceRequest, form: FollowForm, status: int = 200) -> HttpResponse:
    events = queries.timeline(found, public_only=True)
    page = presenters.public_page(found, events, queries.photos_of(found, public_only=True))
    context = {"page": page, "form": form, "joined": request.GET.get("joined", "")}
    return render(request, "intake/request_page.html", context, status=status)


@rule("public")
@require_safe
def photo(request: HttpRequest, token: str) -> HttpResponse:
    """A photo, for everyone if it is public, else for the reporter's private link and the staff whose request it is."""
    found = public.photo(token)
    is_public = found.public and found.request.visibility == "public"
    if not is_public and not _may_see(request, found):
        raise NotFound(_("There is no such photo: it may have been removed."))
    response = HttpResponse(photos.read(found), content_type="image/jpeg")
    response["Cache-Control"] = "public, max-age=3600" if is_public else "private, no-store"
    if is_public:
        response["Access-Control-Allow-Origin"] = "*"  # pages that show what Open311 lists may draw it
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Disposition"] = f'inline; filename="{found.request.number}.jpg"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _may_see(request: HttpRequest, found: Photo) -> bool:
    if request.GET.get("r") == found.request.tracking_token:
        return True
    if not request.user.is_authenticated:
        return False
    return access.can_work_on(request.user, found.request) or any(
        access.can_do_order(request.user, order) for order in found.request.work_orders.select_related("request")
    )


@rule("public")
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """Be told of new requests of a service or a district."""
    chosen = {name: request.GET.get(name, "") for name in ("service", "district")}
    form = FollowAreaForm(_services(), places.districts(), request.POST if request.method == "POST" else None, initial=chosen)
    if request.method != "POST":
        return render(request, "intake/follow.html", {"form": form})
    try:
        if form.is_valid():
            limits.check(request)
            _follow(form)
            messages.success(request, ASKED)
            return redirect("intake:follow")
    except (InputError, limits.TooMany) as error:
        form.add_error(None, str(error))
    return render(request, "intake/follow.html", {"form": form}, status=400)


def _follow(form: FollowAreaForm) -> None:
    given = form.cleaned_data
    district = given.get("district", "")
    follow_requests.ask(
        reporter=form.details(), service_slug=given.get("service", ""), place_kind=places.district_kind() if district else "",
        place_code=district,
    )  # fmt: skip


@rule("public")
@csrf_exempt  # a mail program's own button sends nothing but the address, whose token is the proof
@require_http_methods(["GET", "HEAD", "POST"])
def stop_following(request: HttpRequest, token: str) -> HttpResponse:
    """A button that ends the messages; mail programs that open links by themselves end nothing."""
    context = {"is_done": request.method == "POST", "what": ""}
    if context["is_done"]:
        actions.stop_following(token=token)
    else:
        context["what"] = follow_requests.followed(token)
    return places.private(render(request, "intake/stop.html", context))


@rule("public")
@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """New public requests as an Atom feed, of a service, a district, both or all."""
    form = ListForm(_services(), places.districts(), request.GET)
    form.is_valid()
    rows, _after = public.recent(filters_of(form), feeds.MOST)
    return feeds.atom(
        request.build_absolute_uri("/"), rows, request.build_absolute_uri(), request.build_absolute_uri(reverse("intake:requests"))
    )
