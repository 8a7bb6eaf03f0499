"""Pages of the room: search, one answer, and what those who keep the answers need."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citystat.core.access import rule
from citystat.core.cities import current_city
from citystat.core.errors import InputError
from citystat.knowledge import access, actions, presenters, queries
from citystat.knowledge.forms import ArticleForm, FeedbackForm, SearchForm, values_of

PAGE_OR_FORM = ["GET", "HEAD", "POST"]
DAYS_A_VOTE_STANDS = 30


@rule("public")
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Search answers; a search that finds none is kept for those who write them."""
    form, language, internal = SearchForm(request.GET), _language(), access.can_see_internal(request.user)
    words = form.cleaned_data["q"].strip() if form.is_valid() else ""
    found = queries.search(words, language, include_internal=internal) if words else []
    if words and not found and request.method == "GET":
        actions.remember_unanswered(text=words, language=language)
    context = {"form": form, "words": words, "found": found, "all": [] if found else queries.answers(language, include_internal=internal)}
    return render(request, "knowledge/search.html", context | {"can_edit": access.can_edit(request.user)})


@rule("public")
@require_safe
def answer(request: HttpRequest, slug: str) -> HttpResponse:
    """One answer; call takers log that it answered a caller."""
    found = queries.answer(slug, _language(), include_internal=access.can_see_internal(request.user))
    context = presenters.answer_page(found, request.user, today=timezone.now().astimezone(current_city().zone).date())
    return render(request, "knowledge/answer.html", context | {"has_voted": _vote(slug) in request.COOKIES})


@rule("public")
@require_POST
def helpful(request: HttpRequest, slug: str) -> HttpResponse:
    """Whether the answer helped; once for each reader and month."""
    found = queries.answer(slug, _language(), include_internal=access.can_see_internal(request.user))
    form, response = FeedbackForm(request.POST), redirect("answers:answer", slug)
    if not form.is_valid():
        raise InputError(_("Say yes or no, and keep the comment under a thousand characters."))
    if _vote(slug) not in request.COOKIES:
        given = form.cleaned_data
        actions.give_feedback(slug=slug, language=found.language, is_helpful=given["helpful"] == "yes", comment=given["comment"])
    messages.success(request, _("Thank you. Those who write the answers will see it."))
    response.set_cookie(_vote(slug), "1", max_age=DAYS_A_VOTE_STANDS * 86_400, httponly=True, samesite="Lax", secure=request.is_secure())
    return response


@rule("take_contacts")
@require_POST
def log(request: HttpRequest, slug: str) -> HttpResponse:
    """Log a contact this answer has answered."""
    actions.log_answer(by=request.user, slug=slug, channel=request.POST.get("channel", "phone"))
    messages.success(request, _("The answer is logged as one contact."))
    return redirect("answers:answer", slug)


@rule("manage_311")
@require_safe
def manage(request: HttpRequest) -> HttpResponse:
    """Every article with what needs work."""
    today = timezone.now().astimezone(current_city().zone).date()
    return render(request, "knowledge/manage.html", {"rows": presenters.rows(queries.articles(), today)})


@rule("manage_311")
@require_http_methods(PAGE_OR_FORM)
def new(request: HttpRequest) -> HttpResponse:
    """Write an article."""
    return _edit(
        request, "", ArticleForm(request.POST or None, initial={"is_public": True, f"title_{_language()}": request.GET.get("title", "")})
    )


@rule("manage_311")
@require_http_methods(PAGE_OR_FORM)
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Change an article."""
    return _edit(request, slug, ArticleForm(request.POST or None, initial=values_of(queries.article(slug))))


def _edit(request: HttpRequest, slug: str, form: ArticleForm) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            saved = actions.save(by=request.user, content=form.content(), slug=slug)
        except InputError as error:
            form.add_error(None, str(error))
        else:
            settled = actions.settle_answered(by=request.user)
            messages.success(request, _("The answer is saved."))
            if settled:
                messages.success(request, presenters.settled_words(settled))
            return redirect("answers:answer", saved.slug)
    return render(request, "knowledge/edit.html", {"form": form, "slug": slug}, status=400 if request.method == "POST" else 200)


@rule("manage_311")
@require_safe
def unanswered(request: HttpRequest) -> HttpResponse:
    """Searches nobody found an answer for."""
    return render(request, "knowledge/unanswered.html", {"page": presenters.page_of(queries.unanswered(), request.GET.get("page", "1"))})


@rule("manage_311")
@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a search off the list."""
    actions.settle(by=request.user, search_id=pk)
    messages.success(request, _("The search is off the list. It comes back if somebody looks for it in vain again."))
    return redirect("answers:unanswered")


def _language() -> str:
    return (translation.get_language() or "en").partition("-")[0]


def _vote(slug: str) -> str:
    return f"helped-{slug}"[:100]
