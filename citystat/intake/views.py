"""Reporting a problem: find the service, one form, reports nearby, the number."""

import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citystat.core.access import rule
from citystat.core.errors import InputError, NotFound
from citystat.intake import (
    drafts,
    light_views,
    limits,
    notice_steps,
    place_steps,
    places,
    presenters,
    slot_presenters,
    slot_steps,
    spent_links,
)
from citystat.intake.forms import ReportForm
from citystat.service_requests.cases import actions, emergency, finding, notices, offers, public, queries
from citystat.service_requests.cases.appointments import SlotGone
from citystat.service_requests.cases.queries import Near

LONGEST_SEARCH = 600


@rule("public")
@require_safe
def report(request: HttpRequest) -> HttpResponse:
    """Type the problem, get the services that fit; every service below."""
    if state := emergency.current():
        return light_views.services(request, state)
    text = request.GET.get("q", "")[:LONGEST_SEARCH].strip()
    found = [(offer, presenters.promise(offer)) for offer in _fitting(text)]
    groups = [
        (group, [(offer, presenters.promise(offer)) for offer in members])
        for group, members in presenters.services_by_group(offers.offered_to_reader())
    ]
    known = notices.current(only_whole_city=True)
    return render(request, "intake/report.html", {"text": text, "found": found, "groups": groups, "notices": known})


@rule("public")
@require_http_methods(["GET", "HEAD", "POST"])
def report_form(request: HttpRequest, slug: str) -> HttpResponse:
    """One page for one service; what cannot be filed comes back as it was typed, with the reason beside it."""
    offer = _offered(slug)
    if state := emergency.current():
        return light_views.form(request, state, offer)
    if offer.form.outside_agency:
        return render(request, "intake/elsewhere.html", {"offer": offer})
    if request.method != "POST":
        return _form_page(request, _first_form(request, offer))
    form = ReportForm(offer, place_steps.chosen(request.POST), request.FILES)
    if "withheld" in request.POST:
        return notice_steps.withhold(request, form)
    if "look" in request.POST:
        return _form_page(request, notice_steps.looked(form))
    if not form.is_valid() or "edit" in request.POST:
        return _form_page(request, form, 200 if "edit" in request.POST else 400)
    try:
        limits.check(request)
        return _join(request, form) if "join" in request.POST else _file(request, form)
    except (InputError, limits.TooMany) as error:
        form.add_error(None, str(error))
        return _form_page(request, form, error.http_status)


@rule("public")
@require_POST
def place_notices(request: HttpRequest, slug: str) -> HttpResponse:
    """What the city knows of the place, as a part of the form's page: asked for once the pin or the address is set, and never logged."""
    found = notice_steps.at_place(_offered(slug).slug, request.POST)
    return places.private(render(request, "intake/_place_notices.html", {"here": found or None}))


@rule("public")
@require_safe
@spent_links.explained(spent_links.REQUESTS)
def done(request: HttpRequest, token: str) -> HttpResponse:
    """The number, when it is due, and the private link."""
    found = public.tracked(token)
    if state := emergency.current():
        return light_views.done(request, state, found)
    context = {
        "case": found,
        "service": offers.name_to_reader(found),
        "due": presenters.due_sentence(found),
        "is_public": found.visibility in queries.PUBLIC,
        "appointment": slot_presenters.standing(found),
    }
    return places.private(render(request, "intake/done.html", context))


def _fitting(text: str) -> list[offers.Offer]:
    """Services that fit the words at least half as well as the best one."""
    found = finding.suggest(text) if text else []
    return [offers.to_reader(offer) for offer, score in found if score * 2 >= found[0][1]]


def _offered(slug: str) -> offers.Offer:
    offer = offers.to_reader(offers.offer(slug))
    if not offer.form.is_offered:
        raise NotFound(_("The city takes no reports of this kind here."))
    return offer


def _first_form(request: HttpRequest, offer: offers.Offer) -> ReportForm:
    known = ",".join(str(one.id) for one in notices.current(offer.slug))
    return ReportForm(
        offer, initial={"description": request.GET.get("q", "")[:LONGEST_SEARCH], "once": secrets.token_urlsafe(18), "seen": known}
    )


def _form_page(request: HttpRequest, form: ReportForm, status: int = 200) -> HttpResponse:
    if form.is_bound:
        form.keep_photos()
    context = {
        "form": form,
        "offer": form.offer,
        "promise": presenters.promise(form.offer),
        "who_sees": presenters.who_sees(form.offer),
        "notes": [one["description"] for one in form.offer.questions if not one.get("variable", True)],
        "map": places.map_of_the_city(),
        **notice_steps.on_page(form),
    }
    return render(request, "intake/report_form.html", context, status=status)


def _near(form: ReportForm) -> list[Near]:
    point = form.point()
    return queries.near(form.offer.slug, *point) if point and form.offer.form.visibility == "public" else []


def _file(request: HttpRequest, form: ReportForm) -> HttpResponse:
    if places_like_it := place_steps.unclear(form):
        return place_steps.page(request, form, places_like_it)
    if unseen := notice_steps.unseen(form):
        return notice_steps.page(request, form, unseen)
    nearby = [] if "another" in request.POST else _near(form)
    if nearby:
        form.keep_photos()
        return _near_page(request, form, nearby)
    if slot_steps.must_choose(request, form):
        return slot_steps.page(request, form)
    try:
        made = slot_steps.file(request, form)
    except SlotGone as error:
        return slot_steps.page(request, form, str(error), error.http_status)
    notice_steps.count(form, filed=1)
    place_steps.tell(request, form)
    drafts.discard(form.kept)
    return redirect("intake:done", token=made.tracking_token)


def _near_page(request: HttpRequest, form: ReportForm, nearby: list[Near]) -> HttpResponse:
    pictures = public.first_photos([one.request for one in nearby])
    context: dict[str, Any] = {
        "offer": form.offer,
        "near": presenters.near(nearby, pictures),
        "typed": form.typed(),
        "kept": len(form.kept),
    }
    return render(request, "intake/near.html", context)


def _join(request: HttpRequest, form: ReportForm) -> HttpResponseRedirect:
    number = request.POST["join"]
    same = next((one.request for one in _near(form) if one.request.number == number), None)
    if same is None:
        raise InputError(_("That report was closed in the meantime: send yours as a new one."))
    details = form.details()
    subscription = actions.join(
        request_id=same.pk, reporter=details, channel="web", text=form.cleaned_data["description"], pictures=form.pictures
    )
    notice_steps.count(form, filed=1)
    drafts.discard(form.kept)
    told = bool(subscription.contact_id and details.prefers != "none")
    return redirect(reverse("intake:request_page", args=[same.number]) + ("?joined=told" if told else "?joined=yes"))
