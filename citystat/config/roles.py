"""The whole matrix of roles and rights, in one place.

Public pages need no right. A role is granted to a person in the administration pages; a person may hold several.
"""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

RIGHTS: Final[dict[str, str | Promise]] = {
    "see_staff_pages": _("See pages meant for staff"),
    "trace_rows": _("See the rows behind a number, with addresses"),
    "see_reality_check": _("See the reality check"),
    "see_quarantine": _("See rows that could not be loaded"),
    "save_analysis": _("Save analyses for others to open"),
    "review_quality": _("Pass or return sampled closings"),
    "release_packet": _("Release the monthly packet"),
    "manage_accounts": _("Manage people, roles and city settings"),
}

_STAFF = frozenset({"see_staff_pages"})
_ANALYST = _STAFF | {"trace_rows", "see_reality_check", "see_quarantine", "save_analysis"}

MATRIX: Final[dict[str, frozenset[str]]] = {
    "department_head": _STAFF | {"trace_rows", "see_reality_check"},
    "executive": _STAFF | {"see_reality_check"},
    "quality_analyst": _ANALYST | {"review_quality"},
    "analyst": _ANALYST | {"review_quality", "release_packet"},
    "data_officer": _ANALYST | {"release_packet"},
    "administrator": frozenset(RIGHTS),
}

ROLE_LABELS: Final[dict[str, str | Promise]] = {
    "department_head": _("Department head"),
    "executive": _("Mayor, manager or council"),
    "quality_analyst": _("Quality analyst"),
    "analyst": _("Performance analyst"),
    "data_officer": _("Chief data officer"),
    "administrator": _("Administrator"),
}

# Views of libraries cannot carry our decorator: their rule stands here by URL name.
# `closed` answers "not found" to everyone: ways of signing in that CityStat does not offer.
EXTERNAL_RULES: Final[dict[str, str]] = {
    "account_login": "public",
    "account_logout": "public",
    "account_inactive": "public",
    "account_reauthenticate": "signed_in",
    "account_change_password": "signed_in",
    "account_signup": "closed",
    "account_email": "closed",
    "account_email_verification_sent": "closed",
    "account_confirm_email": "closed",
    "account_set_password": "closed",
    "account_reset_password": "closed",
    "account_reset_password_done": "closed",
    "account_reset_password_from_key": "closed",
    "account_reset_password_from_key_done": "closed",
    "account_confirm_login_code": "closed",
    "mfa_index": "signed_in",
    "mfa_authenticate": "public",
    "mfa_reauthenticate": "signed_in",
    "mfa_activate_totp": "signed_in",
    "mfa_deactivate_totp": "signed_in",
    "mfa_view_recovery_codes": "signed_in",
    "mfa_generate_recovery_codes": "signed_in",
    "mfa_download_recovery_codes": "signed_in",
}
