"""Pages of countdowns: for everyone, for those who work on them, for those who check."""

import csv
import io
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citystat.core import clock, edits
from citystat.core.access import has_right, rule
from citystat.core.csv_cells import safe
from citystat.core.embedding import embeddable, is_embedded
from citystat.core.errors import Busy, InputError, UserError
from citystat.plan.countdowns import access, actions, forms, presenters, proofs, queries
from citystat.plan.models import Countdown, CountdownItem

PAGE_OR_FORM = ["GET", "HEAD", "POST"]
ON_A_PAGE = 50
CSV_COLUMNS = ("key", "address", "district", "longitude", "latitude", "status", "done_on", "counted_on", "how", "proof", "cost")


@rule("public")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every countdown with where it stands."""
    found = [queries.progress(one) for one in queries.countdowns(staff=has_right(request.user, access.STAFF))]
    rows = [{"progress": one, "headline": presenters.headline(one), "sentence": presenters.against_line(one)} for one in found]
    return render(request, "plan/countdowns/index.html", {"rows": rows} | _rights(request))


@rule("public")
@require_safe
@embeddable
def countdown(request: HttpRequest, slug: str) -> HttpResponse:
    """One countdown; `?on=` shows an earlier day, `?embed=1` leaves out the frame of the site."""
    found = _seen(request, slug)
    context = presenters.page(found, _day_asked(request)) | {"embed": is_embedded(request)}
    may_submit = access.can_submit(request.user, found)
    return render(request, "plan/countdowns/countdown.html", context | _rights(request) | {"may_submit": may_submit})


@rule("public")
@require_safe
def items_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """Every item, so that each number of the page can be counted again. The proof of what does not count is left out."""
    found = _seen(request, slug)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(CSV_COLUMNS)
    for item in queries.items(found):
        is_counted = item.status == CountdownItem.Status.COUNTED
        writer.writerow([safe(getattr(item, name) if is_counted or name != "proof" else "") for name in CSV_COLUMNS])
    answer = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{found.slug}-{clock.today()}.csv"'
    return answer


@rule("edit_plan")
@require_http_methods(PAGE_OR_FORM)
def new(request: HttpRequest) -> HttpResponse:
    """Set a countdown up."""
    return _edit(request, None)


@rule("edit_plan")
@never_cache
@require_http_methods(PAGE_OR_FORM)
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Change a countdown."""
    return _edit(request, queries.countdown(slug))


def _edit(request: HttpRequest, existing: Countdown | None) -> HttpResponse:
    form = forms.CountdownForm(request.POST or None, initial=forms.initial_of(existing))
    if request.method == "POST" and form.is_valid():
        try:
            saved = actions.save_countdown(
                by=request.user, countdown=form.countdown_text(), existing=existing, revision=form.cleaned_data["revision"] or 0
            )
        except UserError as error:
            edits.tell(form, error, existing)
        else:
            messages.success(request, _("The countdown is saved."))
            return redirect("countdowns:items", saved.slug)
    status = 400 if request.method == "POST" else 200
    return render(request, "plan/countdowns/edit.html", {"form": form, "existing": existing}, status=status)


@rule("see_staff_pages")
@require_safe
def items(request: HttpRequest, slug: str) -> HttpResponse:
    """The items of a countdown, by status, district and words."""
    found = queries.countdown(slug)
    asked = {name: request.GET.get(name, "")[:80] for name in ("status", "district", "search")}
    page = Paginator(queries.items(found, **asked), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "countdown": found, "page": page, "rows": [presenters.item_row(one) for one in page], "asked": asked,
        "statuses": [(key, label) for key, label in presenters.STATUSES.items() if key],
    }  # fmt: skip
    return render(request, "plan/countdowns/items.html", context | _rights(request))


@rule("see_staff_pages")
@never_cache
@require_http_methods(PAGE_OR_FORM)
def item(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One item: what happened to it, and the form that says that it is done."""
    found = queries.item(slug, pk)
    form = forms.DoneForm(request.POST or None, request.FILES or None, initial=forms.said_of(found))
    if request.method == "POST" and form.is_valid():
        try:
            saved = actions.submit(by=request.user, item=found, done=form.done(), seen=form.cleaned_data["seen"])
        except Busy as error:
            form.add_error(None, str(error))
            edits.take_up(form, "seen", form.initial["seen"])
        except UserError as error:
            form.add_error(None, str(error))
        else:
            counts = saved.status == CountdownItem.Status.COUNTED
            messages.success(request, _("It counts.") if counts else _("It waits for the check and does not count before."))
            return redirect("countdowns:item", slug, pk)
    return _item(request, found, form)


def _item(request: HttpRequest, found: CountdownItem, form: forms.DoneForm, tried: dict[str, str] | None = None) -> HttpResponse:
    may_submit = access.can_submit(request.user, found.countdown)
    may = {
        "can_check": access.can_check(request.user, found),
        "can_submit": may_submit,
        "can_review": has_right(request.user, access.REVIEW),
    }
    context = {
        "item": found, "row": presenters.item_row(found), "events": presenters.item_events(found), "form": form,
        "acts": presenters.acts(found, **may), "tried": tried or {}, "seen": forms.said_of(found)["seen"],
        "has_photo": proofs.find(found.proof_file) is not None,
        "may_submit": may_submit and found.status not in {"counted", "withdrawn"},
    }  # fmt: skip
    return render(request, "plan/countdowns/item.html", context, status=400 if request.method == "POST" else 200)


@rule("see_staff_pages")
@require_POST
def act(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Pass, return, take back, withdraw or take up again; what was typed is kept when it cannot be done."""
    found, form = queries.item(slug, pk), forms.ReasonForm(request.POST)
    try:
        if not form.is_valid():
            raise InputError(form.first_error())
        _do(request, found, form.cleaned_data)
    except (InputError, Busy) as error:
        shown = forms.DoneForm(initial=forms.said_of(found))
        messages.error(request, str(error))
        return _item(request, found, shown, {"act": request.POST.get("act", ""), "note": request.POST.get("note", "")})
    messages.success(request, _("It is recorded."))
    return redirect("countdowns:item", slug, pk)


def _do(request: HttpRequest, found: CountdownItem, given: dict[str, Any]) -> None:
    name, note = given["act"], given["note"]
    if name in {"pass", "return"}:
        actions.check(by=request.user, item=found, passes=name == "pass", note=note, seen=given["seen"])
    elif name == "take_back":
        actions.take_back(by=request.user, item=found, note=note)
    elif name == "withdraw":
        actions.withdraw(by=request.user, item=found, note=note)
    else:
        actions.reopen(by=request.user, item=found, note=note)


@rule("see_staff_pages")
@require_safe
def photo(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The photo that shows that an item is done."""
    return HttpResponse(proofs.read(queries.item(slug, pk).proof_file), content_type="image/jpeg")


@rule("review_quality")
@require_safe
def checks(request: HttpRequest) -> HttpResponse:
    """What waits for the quality analyst, the longest wait first, and the error rate of each countdown."""
    page = Paginator(queries.queue(), ON_A_PAGE).get_page(request.GET.get("page"))
    rows = [presenters.item_row(one) | {"has_proof": actions.has_proof(one)} for one in page]
    rates = [(one, presenters.errors_said(queries.errors(one))) for one in queries.countdowns(staff=True)]
    return render(request, "plan/countdowns/checks.html", {"page": page, "rows": rows, "rates": rates})


def _seen(request: HttpRequest, slug: str) -> Countdown:
    found = queries.countdown(slug)
    access.check_can_see(request.user, found)
    return found


def _day_asked(request: HttpRequest) -> date | None:
    given = request.GET.get("on", "")
    try:
        return min(date.fromisoformat(given), clock.today()) if given else None
    except ValueError:
        raise InputError(_("%(day)s is not a day: write it as 2027-03-31.") % {"day": given[:20]}) from None


def _rights(request: HttpRequest) -> dict[str, bool]:
    names = {"may_edit": access.EDIT, "may_check": access.REVIEW, "is_staff": access.STAFF}
    return {name: has_right(request.user, right) for name, right in names.items()}
