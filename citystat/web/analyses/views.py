"""Saved analyses: the list, saving from a measure page or the explorer, opening, deleting."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from citystat.core.access import rule
from citystat.core.errors import InputError
from citystat.plan import actions
from citystat.plan import queries as plan
from citystat.service_requests import saved_searches
from citystat.warehouse.connections import open_build
from citystat.web.analyses import presenters
from citystat.web.measures.parameters import asked


@rule("see_staff_pages")
@require_safe
def analyses(request: HttpRequest) -> HttpResponse:
    """Everything saved, by name."""
    return render(request, "web/analyses/list.html", presenters.list_page(request.user))


@rule("save_analysis")
@require_POST
def save_analysis(request: HttpRequest, name: str) -> HttpResponse:
    """Save a measure page under a name; the question, never its numbers."""
    try:
        measure = plan.measure(name)
        choices = asked(QueryDict(request.POST.get("query", "")), measure, open_build())
        parameters = presenters.parameters(choices, follows="follows" in request.POST)
        saved = actions.save_analysis(by=request.user, name=request.POST.get("name", ""), measure=name, parameters=parameters)
    except InputError as error:
        return _again(request, reverse("web:save_analysis", args=[name]), reverse("web:measure", args=[name]), error, may_follow=True)
    return _saved(request, saved.name)


@rule("save_analysis")
@require_POST
def save_search(request: HttpRequest) -> HttpResponse:
    """Save the filters of the explorer under a name."""
    try:
        query = QueryDict(request.POST.get("query", ""))
        saved = saved_searches.save(open_build(), by=request.user, name=request.POST.get("name", ""), query=query)
    except InputError as error:
        return _again(request, reverse("web:save_search"), reverse("requests:explore"), error, may_follow=False)
    return _saved(request, saved.name)


@rule("see_staff_pages")
@require_safe
def open_analysis(request: HttpRequest, number: int) -> HttpResponse:
    """The measure page a saved analysis asks for, computed from the build that serves now."""
    saved, warehouse = presenters.saved_analysis(number, request.user), open_build()
    messages.info(request, _opened(saved.name, str(saved.owner), warehouse.number))
    return redirect(presenters.address(saved, warehouse))


@rule("see_staff_pages")
@require_safe
def open_search(request: HttpRequest, number: int) -> HttpResponse:
    """The explorer with the filters of a saved search."""
    saved = saved_searches.search(number)
    messages.info(request, _opened(saved.name, str(saved.owner), open_build().number))
    return redirect(presenters.explorer_address(saved))


@rule("save_analysis")
@require_POST
def delete_analysis(request: HttpRequest, number: int) -> HttpResponse:
    """Delete a saved analysis of one's own."""
    saved = presenters.saved_analysis(number, request.user)
    actions.delete_analysis(by=request.user, analysis=saved)
    messages.success(request, _("“%(name)s” is deleted.") % {"name": saved.name})
    return redirect("web:analyses")


@rule("save_analysis")
@require_POST
def delete_search(request: HttpRequest, number: int) -> HttpResponse:
    """Delete a saved search of one's own."""
    saved = saved_searches.search(number)
    saved_searches.delete(by=request.user, search=saved)
    messages.success(request, _("“%(name)s” is deleted.") % {"name": saved.name})
    return redirect("web:analyses")


def _saved(request: HttpRequest, name: str) -> HttpResponse:
    messages.success(request, _("“%(name)s” is saved. Whoever opens it sees the numbers of that day.") % {"name": name})
    return redirect("web:analyses")


def _again(request: HttpRequest, url: str, page: str, error: InputError, *, may_follow: bool) -> HttpResponse:
    """The form with what was typed and the sentence that says what is wrong."""
    context = presenters.again(url, request.POST.dict())
    context |= {"problem": str(error), "back": presenters.back_to(page, context["save_query"]), "may_follow": may_follow}
    return render(request, "web/analyses/save.html", context, status=400)


def _opened(name: str, owner: str, build: int) -> str:
    return _("“%(name)s”, saved by %(owner)s, with the numbers of build %(build)s.") % {"name": name, "owner": owner, "build": build}
