"""Pages of the quality review: the queue with its samples, one sample, one closing, one mass closure."""

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from citystat.core import formats
from citystat.core.access import has_right, rule
from citystat.core.errors import InputError, NotFound
from citystat.service_requests import quality, quality_actions
from citystat.service_requests import quality_presenters as presenters
from citystat.service_requests.forms import NoteForm, SampleForm
from citystat.warehouse.connections import open_build

PAGE_OR_FORM = ["GET", "HEAD", "POST"]


@rule("review_quality")
@require_http_methods(PAGE_OR_FORM)
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for review and why; draws a sample."""
    warehouse = open_build()
    form = SampleForm(request.POST) if request.method == "POST" else SampleForm(initial=presenters.usual_sample(warehouse))
    if form.is_bound and form.is_valid():
        try:
            sample = quality_actions.draw_sample(warehouse, **form.choices(), by=request.user)
        except (InputError, NotFound) as error:
            form.add_error("month", str(error))
        else:
            return redirect("requests:quality_sample", sample.pk)
    context = presenters.queue_page(warehouse, request.GET.get("kind", ""), request.GET.get("page", "1"))
    return render(request, "service_requests/quality.html", context | {"form": form}, status=400 if form.is_bound else 200)


@rule("review_quality")
@require_safe
def sample(request: HttpRequest, number: int) -> HttpResponse:
    """One sample: its error rate, its closings."""
    return render(request, "service_requests/quality_sample.html", presenters.sample_page(quality.sample(number)))


@rule("review_quality")
@require_http_methods(PAGE_OR_FORM)
def closing(request: HttpRequest, source: str, request_id: str) -> HttpResponse:
    """One closing with everything needed to judge it; passes or returns it."""
    warehouse, form = open_build(), NoteForm(request.POST or None)

    def judge(verdict: str, note: str) -> str:
        quality_actions.review(warehouse, source=source, request_id=request_id, verdict=verdict, note=note, by=request.user)
        return _said(verdict, request_id)

    if _is_judged(request, form, judge):
        return _back(request)
    context = presenters.closing_page(warehouse, source, request_id, exact=has_right(request.user, "trace_rows"))
    context |= {"form": form, "sample_number": _sample_number(request)}
    return render(request, "service_requests/quality_closing.html", context, status=400 if form.is_bound else 200)


@rule("review_quality")
@require_http_methods(PAGE_OR_FORM)
def mass_closure(request: HttpRequest) -> HttpResponse:
    """Requests closed together; passes or returns all of them with one note that says what proves it."""
    warehouse, asked, form = open_build(), _asked(request.GET), NoteForm(request.POST or None)

    def judge(verdict: str, note: str) -> str:
        done = quality_actions.review_mass_closure(warehouse, **asked, verdict=verdict, note=note, by=request.user)
        return _said_of_all(verdict, done)

    if _is_judged(request, form, judge):
        return redirect("requests:quality")
    closings = quality.mass_closure(warehouse, **asked)
    if not closings:
        raise NotFound(_("This build has no such mass closure: it may have been passed before the build was made."))
    context = presenters.mass_page(warehouse, asked, closings) | {"form": form}
    return render(request, "service_requests/quality_mass.html", context, status=400 if form.is_bound else 200)


def _is_judged(request: HttpRequest, form: NoteForm, judge: Any) -> bool:
    """Whether the form was sent and the verdict given; otherwise the form holds what was typed and what is wrong with it."""
    if not form.is_bound or not form.is_valid():
        return False
    try:
        said = judge(request.POST.get("verdict", ""), form.cleaned_data["note"])
    except InputError as error:
        form.add_error("note", str(error))
        return False
    messages.success(request, said)
    return True


def _said(verdict: str, request_id: str) -> str:
    if verdict == quality.PASSED:
        return _("%(request)s is passed.") % {"request": request_id}
    return _("%(request)s is returned to its department with your note.") % {"request": request_id}


def _said_of_all(verdict: str, done: int) -> str:
    count = {"count": formats.number(done)}
    if verdict == quality.PASSED:
        return (
            ngettext(
                "%(count)s closing is passed. It counts as resolved from the next build on.",
                "%(count)s closings are passed. They count as resolved from the next build on.",
                done,
            )
            % count
        )
    return ngettext("%(count)s closing is returned with your note.", "%(count)s closings are returned with your note.", done) % count


def _back(request: HttpRequest) -> HttpResponse:
    """To the sample the closing was opened from, else to the queue."""
    number = _sample_number(request)
    return redirect("requests:quality_sample", number) if number else redirect("requests:quality")


def _sample_number(request: HttpRequest) -> int | None:
    text = request.GET.get("sample", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None


def _asked(query: Any) -> dict[str, Any]:
    """Source, day, minute and department of a mass closure, from the address; an empty department is one not recorded."""
    try:
        at = datetime.fromisoformat(query["at"]).replace(tzinfo=None) if query.get("at") else None
        day = date.fromisoformat(query["day"])
    except (KeyError, ValueError):
        raise InputError(_("Open a mass closure from the quality review: its address names its day.")) from None
    return {"source": query.get("source", ""), "closed_on": day, "closed_at": at, "department": query.get("department")}
