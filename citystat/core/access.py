"""Deny by default: every URL declares its rule, every act asks for a right."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from citystat.core.errors import NotAllowed, NotFound, UserError

PUBLIC = "public"
SIGNED_IN = "signed_in"
CLOSED = "closed"
View = TypeVar("View", bound=Callable[..., Any])


def rule(name: str) -> Callable[[View], View]:
    """Declare what a view asks for: `public`, `signed_in`, or a right of the roles matrix."""

    def declare(view: View) -> View:
        view.rule = name  # type: ignore[attr-defined]
        return view

    return declare


def rights_of(user: Any) -> frozenset[str]:
    """Every right the person's roles give; nothing for somebody not signed in or not active."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return frozenset()
    matrix: Mapping[str, frozenset[str]] = import_string(settings.CITYSTAT_ROLES)
    return frozenset().union(*(matrix.get(role, frozenset()) for role in user.role_names()))


def has_right(user: Any, right: str) -> bool:
    """Whether the person may; `public` is for everyone, `signed_in` for every active account."""
    if right == PUBLIC:
        return True
    if right == SIGNED_IN:
        return bool(getattr(user, "is_authenticated", False) and user.is_active)
    return right in rights_of(user)


def check_right(user: Any, right: str) -> None:
    """Raise NotAllowed, in a sentence, unless the person has the right."""
    if not has_right(user, right):
        raise NotAllowed(_("Your account does not give you access to this. Ask the person who manages CityStat in your city."))


class RuleMiddleware:
    """Refuse every view that declares no rule, and everyone without the right it asks for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; the work is in process_view."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any) -> HttpResponse | None:
        """None lets the view run; people not signed in are sent to sign in, others get the sentence."""
        asked = rule_of(request, view)
        if asked is not None and has_right(request.user, asked):
            return None
        if may_help_to_sign_in(request, asked):
            return redirect_to_login(request.get_full_path())
        respond: Callable[[HttpRequest, UserError], HttpResponse] = import_string(settings.CITYSTAT_ERROR_RESPONSE)
        return respond(request, refusal(asked))


def may_help_to_sign_in(request: HttpRequest, asked: str | None) -> bool:
    """Whether signing in could open the page: a reader not signed in, a page with a rule, no program asking."""
    if asked in {None, CLOSED} or request.user.is_authenticated:
        return False
    return not request.path.startswith("/api/")


def refusal(asked: str | None) -> UserError:
    """Why the page stays shut."""
    if asked is None:
        return NotAllowed(_("This page declares no access rule, so it is closed."))
    if asked == CLOSED:
        return NotFound(_("The address may be mistyped, or the page has moved. Start again from the home page."))
    return NotAllowed(_("Your account does not give you access to this. Ask the person who manages CityStat in your city."))


def rule_of(request: HttpRequest, view: Callable[..., Any]) -> str | None:
    """The rule a view declares, or the one the settings give for a view of a library, by its URL name."""
    declared = getattr(view, "rule", None)
    if declared is not None:
        return str(declared)
    match = request.resolver_match
    external: Mapping[str, str] = import_string(settings.CITYSTAT_EXTERNAL_RULES)
    return external.get(match.view_name) if match else None
