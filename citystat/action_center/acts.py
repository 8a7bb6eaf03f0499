"""What can be done to a request from its page: each act with its form, when it is offered, and the one action it calls."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from citystat.action_center import forms, queries
from citystat.core.access import has_right
from citystat.core.errors import InputError, NotFound
from citystat.service_requests import rules
from citystat.service_requests.cases import actions, merging, work_orders
from citystat.service_requests.cases import queries as cases
from citystat.service_requests.models import ServiceRequest

Run = Callable[[Any, ServiceRequest, Any], Any]


@dataclass(frozen=True)
class Act:
    """One act. `becomes` is the status it leads to, where it leads to one; `right` is asked for beside the queue and the place."""

    name: str
    label: Any
    button: Any
    form: type[forms.ActForm]
    run: Run
    said: Any
    becomes: str = ""
    from_statuses: tuple[str, ...] = rules.CASE_STATUSES
    right: str = "work_requests"

    def is_offered(self, user: Any, request: ServiceRequest) -> bool:
        """Whether the request can take it now and the person may do it."""
        fits = request.status in self.from_statuses and (not self.becomes or self.becomes in rules.TRANSITIONS[request.status])
        return fits and (self.right == "work_requests" or has_right(user, self.right))


def chosen_person(text: str, request: ServiceRequest) -> Any:
    """The person of an id, who must be one of those the request can be given to; None for nothing."""
    if not text:
        return None
    known = {one.pk: one for one in queries.people_in(queries.scopes_of([request.department]))}
    found = known.get(int(text)) if text.isdecimal() and len(text) < 18 else None
    if found is None:
        raise InputError(str(_("That person does not work for this department.")))
    return found


def _assign(by: Any, request: ServiceRequest, form: Any) -> None:
    given = form.cleaned_data
    assignee = chosen_person(given["assignee"], request)
    actions.assign(by=by, request_id=request.pk, team=given["team"], assignee=assignee, note=given["note"])


def _comment(by: Any, request: ServiceRequest, form: Any) -> None:
    actions.comment(by=by, request_id=request.pk, text=form.cleaned_data["text"], public=form.cleaned_data["public"] == "yes")


def _close(by: Any, request: ServiceRequest, form: Any) -> None:
    given = form.cleaned_data
    actions.close(by=by, request_id=request.pk, resolution=given["resolution"], note=given["note"], pictures=given["photos"])


def _merge(by: Any, request: ServiceRequest, form: Any) -> None:
    try:
        parent = cases.by_number(form.cleaned_data["number"])
    except NotFound as error:
        raise InputError(str(error)) from None
    merging.merge(by=by, request_id=request.pk, into_id=parent.pk)


def _redact(by: Any, request: ServiceRequest, form: Any) -> None:
    what, photo_id = form.choice()
    actions.redact(by=by, request_id=request.pk, what=what, why=form.cleaned_data["why"], photo_id=photo_id)


def _simple(call: Callable[..., Any], *names: str) -> Run:
    def run(by: Any, request: ServiceRequest, form: Any) -> None:
        call(by=by, request_id=request.pk, **{name: form.cleaned_data[name] for name in names})

    return run


_ALL = (
    Act("start", _("Start work"), _("Start work"), forms.StartForm, _simple(actions.start), _("Work has started."), "started"),
    Act(
        "resume", _("Go on"), _("Go on after the wait"), forms.ResumeForm, _simple(actions.resume), _("The clock runs again."),
        from_statuses=tuple(sorted(rules.PAUSING)),
    ),
    Act(
        "assign", _("Give it to somebody"), _("Assign"), forms.AssignForm, _assign, _("The request is assigned."), "assigned",
        rules.OPEN_STATUSES,
    ),
    Act("close", _("Close"), _("Close the request"), forms.CloseForm, _close, _("The request is closed."), "closed"),
    Act("comment", _("Write a note or news"), _("Add the text"), forms.CommentForm, _comment, _("The text is added.")),
    Act("ask", _("Ask the resident"), _("Send the question"), forms.AskForm, _simple(actions.ask, "question"), _("The question is sent."),
        "asked"),
    Act("hold", _("Put on hold"), _("Put on hold"), forms.HoldForm, _simple(actions.hold, "reason"), _("The clock has stopped."), "held"),
    Act(
        "split", _("Split into work orders"), _("Make the work orders"), forms.SplitForm, _simple(work_orders.split, "titles"),
        _("The work orders are made."), from_statuses=rules.OPEN_STATUSES,
    ),
    Act(
        "refer", _("Hand to another department"), _("Hand it over"), forms.ReferForm, _simple(actions.refer, "department", "note"),
        _("The request is handed over."), from_statuses=rules.OPEN_STATUSES,
    ),
    Act("merge", _("Join with an earlier request"), _("Join them"), forms.MergeForm, _merge, _("The two requests are joined."), "closed"),
    Act(
        "escalate", _("Escalate"), _("Escalate"), forms.EscalateForm, _simple(actions.escalate, "reason"), _("The request is escalated."),
        from_statuses=rules.OPEN_STATUSES, right="supervise_requests",
    ),
    Act("cancel", _("Withdraw"), _("Withdraw the request"), forms.CancelForm, _simple(actions.cancel, "reason"),
        _("The request is withdrawn."), "cancelled"),
    Act(
        "reopen", _("Open again"), _("Open it again"), forms.ReopenForm, _simple(actions.reopen, "reason"), _("The request is open again."),
        "new", ("closed", "cancelled"),
    ),
    Act(
        "redact", _("Remove text or a photo"), _("Remove it"), forms.RedactForm, _redact,
        _("It is removed. That it was there stays on record."), right="redact_requests",
    ),
)  # fmt: skip
ACTS: Final[Mapping[str, Act]] = {act.name: act for act in _ALL}


def offered(user: Any, request: ServiceRequest) -> list[Act]:
    """What the person can do to the request as it stands, the usual next step first."""
    return [act for act in _ALL if act.is_offered(user, request)]
