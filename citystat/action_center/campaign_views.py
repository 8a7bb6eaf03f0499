"""Pages on which campaigns are entered: days, services, area; reach with its source; news for those who follow."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citystat.action_center import queries
from citystat.action_center.campaign_forms import CampaignForm, NewsForm, ReachForm, values_of
from citystat.core import formats
from citystat.core.access import rule
from citystat.core.errors import InputError
from citystat.service_requests.cases import campaigns
from citystat.service_requests.models import Campaign


@rule("manage_311")
@never_cache
@require_safe
def campaign_table(request: HttpRequest) -> HttpResponse:
    """Every campaign."""
    rows = [
        {"pk": one.pk, "title": campaigns.words(one)["title"], "first": formats.day(one.starts_on), "last": formats.day(one.ends_on),
         "is_public": one.is_public}
        for one in campaigns.every()
    ]  # fmt: skip
    return render(request, "action_center/campaigns.html", {"rows": rows})


@rule("manage_311")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_campaign(request: HttpRequest) -> HttpResponse:
    """Enter a campaign."""
    return edit_page(request, None)


@rule("manage_311")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def edit_campaign(request: HttpRequest, number: int) -> HttpResponse:
    """Change a campaign."""
    return edit_page(request, campaigns.one_of(number))


def edit_page(request: HttpRequest, one: Campaign | None) -> HttpResponse:
    """The form; what was typed stays, with the reason beside it."""
    form = CampaignForm(request.POST) if request.method == "POST" else CampaignForm(initial=values_of(one) if one else {"is_public": True})
    if form.is_bound and form.is_valid():
        try:
            written = campaigns.write(by=request.user, content=form.content(), pk=one.pk if one else None)
            return redirect("action:campaign", written.pk)
        except InputError as error:
            form.add_error(None, str(error))
    context = {"form": form, "one": one, "map": queries.map_of_the_city()}
    return render(request, "action_center/campaign_form.html", context, status=400 if form.is_bound else 200)


@rule("manage_311")
@never_cache
@require_safe
def campaign(request: HttpRequest, number: int) -> HttpResponse:
    """One campaign with its reach and news."""
    return render(request, "action_center/campaign.html", page(campaigns.one_of(number), ReachForm(), NewsForm()))


def page(one: Campaign, reach_form: ReachForm, news_form: NewsForm) -> dict[str, Any]:
    """The context of one campaign."""
    return {
        "one": one, "title": campaigns.words(one)["title"], "reach": campaigns.reach_of(one), "news":
        [(formats.day(row.at.date()), campaigns.news_words(row)) for row in campaigns.news_of(one)], "followers":
        len(campaigns.followers(one)), "reach_form": reach_form, "news_form": news_form,
    }  # fmt: skip


@rule("manage_311")
@require_POST
def add_to_campaign(request: HttpRequest, number: int, what: str) -> HttpResponse:
    """Enter a number of reach or a piece of news; a refusal keeps what was typed."""
    one = campaigns.one_of(number)
    reach_form = ReachForm(request.POST if what == "reach" else None)
    news_form = NewsForm(request.POST if what == "news" else None)
    form: ReachForm | NewsForm = reach_form if what == "reach" else news_form
    if form.is_valid():
        try:
            if what == "reach":
                campaigns.add_reach(by=request.user, pk=number, **form.cleaned_data)
            else:
                campaigns.add_news(by=request.user, pk=number, texts=news_form.texts())
                messages.success(request, _("The news is on the page and on its way to those who follow."))
            return redirect("action:campaign", number)
        except InputError as error:
            form.add_error(None, str(error))
    return render(request, "action_center/campaign.html", page(one, reach_form, news_form), status=400)


@rule("manage_311")
@require_POST
def remove_reach(request: HttpRequest, number: int, reach: int) -> HttpResponse:
    """Take a wrong number out."""
    campaigns.remove_reach(by=request.user, pk=number, reach=reach)
    messages.success(request, _("The number is taken out; the record keeps it."))
    return redirect("action:campaign", number)
