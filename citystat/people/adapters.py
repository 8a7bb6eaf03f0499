"""How signing in behaves: closed to strangers, failures counted under the e-mail address."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest
from django.utils.translation import gettext as _


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by an administrator, never by signing up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up by themselves."""
        return False


def name_above(form: Form) -> None:
    """A field's name stands above it alone: inside it would be gone with the first letter."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)


class ChangeForm(ChangePasswordForm):  # type: ignore[misc]
    """A new password beside the old one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_above(self)


class AgainForm(ReauthenticateForm):  # type: ignore[misc]
    """The password once more, before something is changed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_above(self)


class SignInForm(LoginForm):  # type: ignore[misc]
    """The sign-in form, naming the account for the lock-out count as axes expects it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Passwords are renewed by an administrator's link, so the form must not offer another way; labels stand above, not inside.
        self.fields["password"].help_text = ""
        name_above(self)

    def clean(self) -> Any:
        """Passwords open nothing where the city's accounts are the only way in."""
        if settings.CITYSTAT_OIDC and settings.CITYSTAT_OIDC.is_only_way:
            raise ValidationError(_("Sign in with your city account: passwords are not used here."))
        return super().clean()

    def user_credentials(self) -> dict[str, Any]:
        """Credentials for the authentication backends."""
        credentials: dict[str, Any] = super().user_credentials()
        credentials["login"] = credentials.get("email", "")
        return credentials
