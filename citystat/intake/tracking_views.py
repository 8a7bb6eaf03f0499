"""The private page of a request: its story, questions and answers, how it went. Whoever has its address may use it."""

from functools import lru_cache
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from citystat.core.access import rule
from citystat.core.errors import InputError
from citystat.intake import drafts, limits, places, presenters, slot_presenters, spent_links
from citystat.intake.forms import FeedbackForm, ReplyForm
from citystat.service_requests.cases import actions, offers, public, queries
from citystat.service_requests.models import ServiceRequest

EMPTY: dict[str, type[Form]] = {"intake/_reply_fields.html": ReplyForm, "intake/_feedback_fields.html": FeedbackForm}


@rule("public")
@require_safe
@spent_links.explained(spent_links.REQUESTS)
def tracking(request: HttpRequest, token: str) -> HttpResponse:
    """Where it stands, every step, and what the resident can do now."""
    return _page(request, public.tracked(token), {})


@rule("public")
@require_POST
def reply(request: HttpRequest, token: str) -> HttpResponse:
    """An answer, more words, another photo."""
    found = public.tracked(token)
    form = ReplyForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, found, {"reply": form}, 400)
    try:
        limits.check(request)
        actions.add_reply(request_id=found.pk, text=form.cleaned_data["text"], channel="web", pictures=form.pictures)
    except (InputError, limits.TooMany) as error:
        form.add_error(None, str(error))
        return _page(request, found, {"reply": form}, error.http_status)
    drafts.discard(form.kept)
    messages.success(request, _("Your message has reached the city."))
    return redirect("intake:tracking", token=token)


@rule("public")
@require_POST
def feedback(request: HttpRequest, token: str) -> HttpResponse:
    """Fixed or not, in one click; how it went, in a few words."""
    found = public.tracked(token)
    is_fixed = {"yes": True, "no": False}.get(request.POST.get("is_fixed", ""))
    form = FeedbackForm(request.POST)
    if not form.is_valid() and is_fixed is None:
        return _page(request, found, {"feedback": form}, 400)
    given: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    limits.check(request)
    changed = actions.answer_feedback(request_id=found.pk, channel="web", is_fixed=is_fixed, **given)
    messages.success(request, _thanks(found, changed))
    return redirect("intake:tracking", token=token)


@rule("public")
@require_POST
def stop_messages(request: HttpRequest, token: str) -> HttpResponse:
    """No more messages about this request."""
    actions.stop_telling(request_id=public.tracked(token).pk, channel="web")
    messages.success(request, _("You will get no more messages about this request. This page stays."))
    return redirect("intake:tracking", token=token)


def _thanks(before: ServiceRequest, after: ServiceRequest) -> str:
    if after.reopened > before.reopened:
        return _("Thank you. The request is open again, with a new due date.")
    return _("Thank you for telling us.")


def _fields(template: str, form: Form | None) -> SafeString:
    """The fields of a form somebody sent, or of one nobody has filled in yet."""
    return _empty_fields(template, get_language() or "") if form is None else render_to_string(template, {"form": form})


@lru_cache(maxsize=16)
def _empty_fields(template: str, language: str) -> SafeString:
    """The same for everybody who reads the language, so made once."""
    return render_to_string(template, {"form": EMPTY[template]()})


def _page(request: HttpRequest, found: ServiceRequest, forms: dict[str, Any], status: int = 200) -> HttpResponse:
    events, asked = public.story(found), public.feedback_of(found)
    if (reply_form := forms.get("reply")) is not None:
        reply_form.keep_photos()
    context = {
        "case": found,
        "service": offers.name_to_reader(found),
        "status": presenters.status(found),
        "note": presenters.closing_note(found),
        "opened": presenters.day(found.opened_at),
        "place": presenters.place_words(found),
        "steps": presenters.steps(events),
        "answers": offers.answers_to_reader(found),
        "appointment": slot_presenters.standing(found),
        "question": presenters.open_question(found, events),
        "photos": public.own_photos(found),
        "asked": asked,
        "voices": presenters.voices(found.voices) if found.voices > 1 else "",
        "is_public": found.visibility in queries.PUBLIC,
        "parent": found.parent if found.parent and found.parent.visibility in queries.PUBLIC else None,
        "is_told": public.is_told(found),
        "reply_fields": _fields("intake/_reply_fields.html", reply_form),
        "feedback_fields": _fields("intake/_feedback_fields.html", forms.get("feedback")) if asked else "",
    }
    return places.private(render(request, "intake/tracking.html", context, status=status))
