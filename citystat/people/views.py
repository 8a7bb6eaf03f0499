"""Pages about people: one's own account, the list, inviting, roles, setting a password by link."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import PasswordResetConfirmView
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citystat.core import audit
from citystat.core.access import rule
from citystat.core.errors import UserError
from citystat.people import actions, presenters, queries
from citystat.people.forms import InviteForm, NewPasswordForm, ScopeForm


@rule("signed_in")
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """One's own account: roles and what they allow, password, second factor, signing out."""
    held = request.user.role_names()  # type: ignore[union-attr]
    return render(request, "people/account.html", {"roles": [role for role in queries.roles() if role.name in held]})


@rule("manage_accounts")
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Everyone with an account."""
    labels = queries.role_labels()
    rows = [(person, [labels.get(grant.role, grant.role) for grant in person.role_grants.all()]) for person in queries.people()]
    return render(request, "people/people.html", {"rows": rows})


@rule("manage_accounts")
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """Make an account; the link is shown once."""
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person, path = actions.invite(by=request.user, **form.cleaned_data)
        except UserError as error:
            form.add_error("email", str(error))
        else:
            return _show_link(request, person, path)
    return render(request, "people/invite.html", {"form": form})


@rule("manage_accounts")
@require_safe
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: roles, link, closing the account."""
    found = queries.person(pk)
    return _person_page(request, found, ScopeForm())


def _person_page(request: HttpRequest, found: Any, form: ScopeForm) -> HttpResponse:
    queues = presenters.queues(found.scopes())
    context = {"person": found, "held": found.role_names(), "roles": queries.roles(), "queues": queues, "scope_form": form}
    return render(request, "people/person.html", context)


@rule("manage_accounts")
@require_POST
def add_scope(request: HttpRequest, pk: int) -> HttpResponse:
    """Give one queue."""
    found = queries.person(pk)
    form = ScopeForm(request.POST)
    if not form.is_valid():
        return _person_page(request, found, form)
    try:
        actions.add_scope(by=request.user, person=found, **form.cleaned_data)
    except UserError as error:
        form.add_error(None, str(error))
        return _person_page(request, found, form)
    return redirect("people:person", pk=pk)


@rule("manage_accounts")
@require_POST
def remove_scope(request: HttpRequest, pk: int, scope: int) -> HttpResponse:
    """Take one queue away."""
    actions.remove_scope(by=request.user, person=queries.person(pk), scope_id=scope)
    return redirect("people:person", pk=pk)


@rule("manage_accounts")
@require_POST
def change_role(request: HttpRequest, pk: int) -> HttpResponse:
    """Give or take one role."""
    found = queries.person(pk)
    change = actions.grant_role if request.POST.get("do") == "grant" else actions.revoke_role
    change(by=request.user, person=found, role=request.POST.get("role", ""))
    messages.success(request, _("The roles of %(person)s were changed.") % {"person": found})
    return redirect("people:person", pk=pk)


@rule("manage_accounts")
@require_POST
def make_link(request: HttpRequest, pk: int) -> HttpResponse:
    """A new one-time link, shown once."""
    found = queries.person(pk)
    return _show_link(request, found, actions.make_link(by=request.user, person=found))


@rule("manage_accounts")
@require_POST
def set_active(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the account or open it again."""
    found = queries.person(pk)
    actions.set_active(by=request.user, person=found, is_active=request.POST.get("do") == "open")
    messages.success(request, _("The account of %(person)s was changed.") % {"person": found})
    return redirect("people:person", pk=pk)


def _show_link(request: HttpRequest, person: Any, path: str) -> HttpResponse:
    response = render(request, "people/link.html", {"person": person, "link": request.build_absolute_uri(path)})
    response["Cache-Control"] = "no-store"
    return response


class SetPassword(PasswordResetConfirmView):
    """Set a password by a one-time link. Django moves the token from the address into the session before showing the form."""

    form_class = NewPasswordForm
    template_name = "people/set_password.html"
    success_url = reverse_lazy("account_login")

    def form_valid(self, form: Form) -> HttpResponse:
        """Save, note it in the audit, go to sign in."""
        response = super().form_valid(form)  # type: ignore[arg-type]
        audit.record(by=self.user, action="people.password_set", target=getattr(self.user, "email", ""))
        messages.success(self.request, _("Your password is set. Sign in with it now."))
        return response


set_password = rule("public")(SetPassword.as_view())
