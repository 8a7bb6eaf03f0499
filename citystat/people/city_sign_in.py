"""Pages of signing in with the city's accounts: to the provider, and back."""

import logging

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from citystat.core.access import rule
from citystat.core.errors import NotFound, UserError
from citystat.people import actions, city_accounts
from citystat.people.rules import CityProvider

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
logger = logging.getLogger("citystat.people")


@rule("public")
@never_cache
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """To the provider."""
    try:
        return redirect(city_accounts.begin(request, _provider()))
    except NotFound:
        raise
    except UserError as error:
        return _refused(request, error)


@rule("public")
@never_cache
@require_safe
def back(request: HttpRequest) -> HttpResponse:
    """Back from it: signed in as the person an administrator invited, or sent to the sign-in page with one sentence."""
    provider = _provider()
    try:
        claims, following = city_accounts.finish(request, provider)
        person = actions.account_of_the_city(email=city_accounts.verified_email(claims, provider), subject=str(claims["sub"]))
    except UserError as error:
        return _refused(request, error)
    # The provider has asked for its second factor: ours is not asked for again.
    login(request, person, backend=BACKEND)
    is_ours = url_has_allowed_host_and_scheme(following, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return redirect(following if following and is_ours else settings.LOGIN_REDIRECT_URL)


def _provider() -> CityProvider:
    found: CityProvider | None = settings.CITYSTAT_OIDC
    if found is None:
        raise NotFound(_("Signing in with the city's accounts is not set up here."))
    return found


def _refused(request: HttpRequest, error: UserError) -> HttpResponse:
    logger.warning("Signing in with a city account failed: %s (%r)", error, error.__cause__)
    messages.error(request, str(error))
    return redirect("account_login")
