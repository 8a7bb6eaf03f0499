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
    "take_contacts": _("File requests for others and log calls"),
    "see_contacts": _("See who reported a request"),
    "work_requests": _("Work on requests of one's departments and districts"),
    "do_field_work": _("Do work orders in the field"),
    "supervise_requests": _("Assign, escalate and follow up requests"),
    "redact_requests": _("Remove text and photos from requests"),
    "answer_privacy": _("Give out, delete and hold personal data of residents"),
    "see_areas": _("Keep lists of outstanding requests of an area"),
    "manage_311": _("Manage services, routing, notices, articles and programs"),
    "switch_emergency": _("Switch the light emergency form on and off"),
    "edit_plan": _("Write plans, goals, themes and processes"),
    "adopt_plan": _("Record that the council adopted a plan"),
    "edit_measures": _("Define measures, give values and set targets"),
    "validate_measures": _("Validate or return definitions, and correct public figures"),
    "run_sessions": _("Prepare, release and record Stat sessions"),
    "close_commitments": _("Close commitments of others after looking at the evidence"),
    "manage_accounts": _("Manage people, roles and city settings"),
}

_STAFF = frozenset({"see_staff_pages"})
_ANALYST = _STAFF | {"trace_rows", "see_reality_check", "see_quarantine", "save_analysis"}

_PERFORMANCE = frozenset({"edit_plan", "edit_measures", "run_sessions", "close_commitments"})
_WORK = _STAFF | {"work_requests", "see_contacts"}
_CALLS = _STAFF | {"take_contacts", "see_contacts"}

MATRIX: Final[dict[str, frozenset[str]]] = {
    "call_taker": _CALLS,
    "crew": _STAFF | {"do_field_work"},
    "department_worker": _WORK,
    "supervisor": _WORK | {"supervise_requests", "trace_rows", "redact_requests", "switch_emergency"},
    "manager_311": _CALLS | _WORK | {"supervise_requests", "redact_requests", "manage_311", "switch_emergency", "see_areas", "trace_rows"},
    "council_office": _STAFF | {"see_areas"},
    "community_group": frozenset({"see_areas"}),
    "department_head": _STAFF | {"trace_rows", "see_reality_check", "edit_measures"},
    "executive": _STAFF | {"see_reality_check", "close_commitments"},
    "quality_analyst": _ANALYST | {"review_quality"},
    "analyst": _ANALYST | _PERFORMANCE | {"review_quality", "release_packet"},
    "performance_officer": _ANALYST | _PERFORMANCE | {"review_quality", "release_packet", "adopt_plan", "validate_measures"},
    "data_officer": _ANALYST | {"answer_privacy", "release_packet", "edit_measures", "validate_measures"},
    "administrator": frozenset(RIGHTS),
}

ROLE_LABELS: Final[dict[str, str | Promise]] = {
    "call_taker": _("Call taker"),
    "crew": _("Crew"),
    "department_worker": _("Department staff"),
    "supervisor": _("Supervisor"),
    "manager_311": _("311 manager"),
    "council_office": _("Council office"),
    "community_group": _("Community group"),
    "department_head": _("Department head"),
    "executive": _("Mayor, manager or council"),
    "quality_analyst": _("Quality analyst"),
    "analyst": _("Performance analyst"),
    "performance_officer": _("Performance officer"),
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
