"""Campaigns for everyone: the list, one with its numbers, being told of news."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from citystat.core.access import rule
from citystat.core.errors import InputError, NotFound
from citystat.intake import campaign_presenters as presenters
from citystat.intake import limits
from citystat.intake.forms import FollowForm
from citystat.service_requests.cases import campaign_counts, campaigns, follow_requests
from citystat.service_requests.models import Campaign
from citystat.warehouse.connections import open_build


@rule("public")
@require_safe
def campaign_list(request: HttpRequest) -> HttpResponse:
    """Every public campaign."""
    return render(request, "intake/campaigns.html", {"rows": [presenters.line(one) for one in campaigns.public()]})


@rule("public")
@require_safe
def campaign(request: HttpRequest, slug: str) -> HttpResponse:
    """One campaign: what it says, whom it reached, requests before, during and after."""
    return _page(request, campaigns.by_slug(slug, user=request.user), FollowForm())


@rule("public")
@require_POST
def follow_campaign(request: HttpRequest, slug: str) -> HttpResponse:
    """Be told of news of a campaign."""
    one, form = campaigns.by_slug(slug), FollowForm(request.POST)
    if not form.is_valid():
        return _page(request, one, form, 400)
    try:
        limits.check(request)
        follow_requests.ask(reporter=form.details(), place_kind=campaigns.FOLLOWED_AS, place_code=one.slug)
    except (InputError, limits.TooMany) as error:
        form.add_error(None, str(error))
        return _page(request, one, form, error.http_status)
    messages.success(request, _("You get a message with a link: use it once, and you are told of news of this campaign."))
    return redirect("intake:campaign", slug=one.slug)


def _page(request: HttpRequest, one: Campaign, form: FollowForm, status: int = 200) -> HttpResponse:
    try:
        found = campaign_counts.counts(open_build(), one)
    except NotFound:
        found = None
    return render(request, "intake/campaign.html", {**presenters.page(one, found), "form": form}, status=status)
