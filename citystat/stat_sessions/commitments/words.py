"""Words for how commitments stand and what happened to them."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

STATE_WORDS: dict[str, str | Promise] = {
    "not_yet_due": _("Not yet due"),
    "overdue": _("Overdue"),
    "completed_on_time": _("Completed on time"),
    "completed_late": _("Completed after the due date"),
    "in_review": _("Under review"),
    "overtaken": _("Overtaken by events"),
    "merged": _("Merged"),
    "on_hold": _("On hold"),
}
EVENT_WORDS: dict[str, str | Promise] = {
    "made": _("Promised"),
    "update": _("Update"),
    "handed_in": _("Evidence handed in"),
    "closed": _("Evidence seen, closed"),
    "sent_back": _("Sent back"),
    "opened_again": _("Opened again"),
    "due_moved": _("Due date moved"),
    "held": _("On hold"),
    "goes_on": _("Goes on"),
    "overtaken": _("Overtaken by events"),
    "merged": _("Merged into another"),
    "handed_over": _("New owner"),
    "escalated": _("Went up a step"),
    "corrected": _("Words corrected"),
}
KINDS: dict[str, Promise] = {
    "email_update": _("E-mail update"),
    "memo": _("Memo"),
    "meeting": _("Meeting"),
    "project": _("New workgroup or project"),
    "agenda_item": _("Stat agenda item"),
    "report_out": _("Stat report-out"),
    "to_do": _("To-do"),
    "written_update": _("Formal written update"),
}
