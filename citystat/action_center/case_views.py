"""Pages of one request: everything known of it, the acts it can take, who reported it, its photos."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from citystat.action_center import access, acts, queries, words
from citystat.action_center import case_presenters as presenters
from citystat.core.access import rule
from citystat.core.errors import InputError, NotFound, UserError
from citystat.service_requests.cases import contacts, photos
from citystat.service_requests.cases import queries as cases
from citystat.service_requests.models import ServiceRequest


def opened(user: Any, number: str) -> ServiceRequest:
    """The request of this number, which the person may open."""
    found = cases.by_number(number)
    access.check_can_open(user, found)
    return found


@rule("work_requests")
@never_cache
@require_safe
def case(request: HttpRequest, number: str) -> HttpResponse:
    """Everything about one request."""
    return render(request, "action_center/case.html", presenters.case_page(request.user, opened(request.user, number)))


@rule("work_requests")
@never_cache
@require_POST
def act(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """Do one thing to the request; a refusal comes back on the form with what was typed."""
    one, wanted = opened(request.user, number), acts.ACTS.get(name)
    if wanted is None:
        raise NotFound(_("There is no such step."))
    lists = presenters.act_lists(one, cases.photos_of(one, public_only=False))
    form = wanted.form(request.POST, request.FILES, **lists)
    if form.is_valid():
        try:
            check_offered(request.user, one, wanted)
            wanted.run(request.user, one, form)
        except UserError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{one.number}: {wanted.said}")
            return after(request, one)
    context = presenters.case_page(request.user, opened(request.user, number), name, form)
    return render(request, "action_center/case.html", context, status=400)


def check_offered(user: Any, one: ServiceRequest, wanted: acts.Act) -> None:
    """Raise InputError when the request cannot take the act as it stands, for instance because a colleague was faster."""
    if not wanted.is_offered(user, one):
        status = words.word(words.STATUS_WORDS, one.status)
        raise InputError(
            _("“%(act)s” is not possible: the request is now “%(status)s”. What you typed is kept.")
            % {"act": wanted.label, "status": status}
        )


def after(request: HttpRequest, one: ServiceRequest) -> HttpResponse:
    """To the request, or to the queue when it has left the person's own."""
    still_there = cases.visible_to(request.user).filter(pk=one.pk).exists()
    return redirect("action:case", one.number) if still_there else redirect("action:queue")


@rule("see_contacts")
@never_cache
@require_POST
def contact(request: HttpRequest, number: str) -> HttpResponse:
    """Show who reported it, once; the look is logged."""
    one = opened(request.user, number)
    if one.reporter is None:
        raise NotFound(_("The report is anonymous."))
    details = contacts.read(one.reporter, by=request.user, why=f"page of request {one.number}")
    return render(request, "action_center/case.html", presenters.case_page(request.user, one, contact=details))


@rule("see_staff_pages")
@never_cache
@require_safe
def photo(request: HttpRequest, token: str) -> HttpResponse:
    """A photo of a request the person works on, or that everyone may see."""
    found = queries.photo(token)
    if not found.public:
        access.check_can_see_photo(request.user, found)
    return HttpResponse(
        photos.read(found),
        content_type="image/jpeg",
        headers={"Content-Security-Policy": "default-src 'none'", "Content-Disposition": "inline"},
    )
