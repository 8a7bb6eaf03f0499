"""The whole matrix of roles and rights, in one place.

Public pages need no right. A role is granted to a person in the administration pages; a person may hold several.
"""

from typing import Final

RIGHTS: Final[dict[str, str]] = {
    "see_staff_pages": "See pages meant for staff",
    "trace_rows": "See the rows behind a number, with addresses",
    "see_reality_check": "See the reality check",
    "see_quarantine": "See rows that could not be loaded",
    "save_analysis": "Save analyses for others to open",
    "review_quality": "Pass or return sampled closings",
    "release_packet": "Release the monthly packet",
    "manage_accounts": "Manage people, roles and city settings",
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

ROLE_LABELS: Final[dict[str, str]] = {
    "department_head": "Department head",
    "executive": "Mayor, manager or council",
    "quality_analyst": "Quality analyst",
    "analyst": "Performance analyst",
    "data_officer": "Chief data officer",
    "administrator": "Administrator",
}

# Views of libraries cannot carry our decorator: their rule stands here by URL name.
EXTERNAL_RULES: Final[dict[str, str]] = {}
