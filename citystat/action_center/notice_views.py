"""Pages on which notices are written, looked at as residents see them, published and ended."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citystat.action_center import queries, words
from citystat.action_center.cover_forms import languages
from citystat.action_center.notice_forms import STATES, NoticeForm, first_values, values_of
from citystat.core.access import rule
from citystat.core.errors import InputError, UserError
from citystat.service_requests.cases import notices
from citystat.service_requests.models import Notice


@rule("manage_311")
@never_cache
@require_safe
def notice_table(request: HttpRequest) -> HttpResponse:
    """Every notice with its state and numbers."""
    rows = [row(one, counted) for one, counted in notices.every()]
    return render(request, "action_center/notices.html", {"rows": rows})


def row(one: Notice, counted: Any) -> dict[str, Any]:
    """One notice as a line."""
    current = notices.in_words(one)
    state = notices.state(one)
    return {
        "pk": one.pk, "title": current.title, "area": current.area, "until": current.until, "state": STATES[state],
        "is_out": state == "current", "shown": counted["shown"], "filed": counted["filed"], "withheld": counted["withheld"],
        "not_filed": max(counted["shown"] - counted["filed"], 0),
    }  # fmt: skip


@rule("manage_311")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_notice(request: HttpRequest) -> HttpResponse:
    """Write a notice."""
    return edit_page(request, None)


@rule("manage_311")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def edit_notice(request: HttpRequest, number: int) -> HttpResponse:
    """Change one that has not ended."""
    return edit_page(request, notices.one_of(number))


def edit_page(request: HttpRequest, one: Notice | None) -> HttpResponse:
    """The form; what was typed stays, with the reason beside it."""
    form = NoticeForm(request.POST) if request.method == "POST" else NoticeForm(initial=values_of(one) if one else first_values())
    if form.is_bound and form.is_valid():
        try:
            written = notices.write(by=request.user, content=form.content(), pk=one.pk if one else None)
            return redirect("action:notice", written.pk)
        except InputError as error:
            form.add_error(None, str(error))
    context = {"form": form, "one": one, "map": queries.map_of_the_city()}
    return render(request, "action_center/notice_form.html", context, status=400 if form.is_bound else 200)


@rule("manage_311")
@never_cache
@require_safe
def notice(request: HttpRequest, number: int) -> HttpResponse:
    """One notice as residents see it, in each language, with who wrote it and what it did."""
    one = notices.one_of(number)
    seen = []
    for code, name in languages():
        with override(code):
            seen.append((code, name, notices.in_words(one)))
    sums: dict[int, Any] = {other.pk: counted for other, counted in notices.every()}
    state = notices.state(one)
    context = {
        "one": one, "seen": seen, "state": STATES[state], "may_publish": state == "draft", "may_end": state != "ended",
        "line": row(one, sums.get(one.pk, {"shown": 0, "filed": 0, "withheld": 0})),
        "starts": words.at(one.starts_at), "ends": words.at(one.ends_at),
        "published": words.at(one.published_at) if one.published_at else "",
        "ended": words.at(one.ended_early_at) if one.ended_early_at else "",
    }  # fmt: skip
    return render(request, "action_center/notice.html", context)


@rule("manage_311")
@require_POST
def change_notice(request: HttpRequest, number: int) -> HttpResponse:
    """Publish or end."""
    try:
        if request.POST.get("do") == "publish":
            notices.publish(by=request.user, pk=number)
            messages.success(request, _("The notice is published."))
        else:
            notices.end(by=request.user, pk=number)
            messages.success(request, _("The notice has ended: nobody sees it any more."))
    except UserError as error:
        messages.error(request, str(error))
    return redirect("action:notice", number)
