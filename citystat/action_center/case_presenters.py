"""What the page of one request shows: facts, why it is here, the promise, everything that happened, what can be done."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from citystat.action_center import access, acts, forms, queries, queue_rows, slot_presenters, words
from citystat.core import formats, texts
from citystat.service_requests import rules
from citystat.service_requests.cases import appointment_queries, appointment_words, photos
from citystat.service_requests.cases import queries as cases
from citystat.service_requests.cases.contacts import Details
from citystat.service_requests.models import Event, Photo, ServiceRequest, WorkOrder
from citystat.service_requests.words import UNIT_WORDS, kind_word

# The latest steps are what the next one is decided by; older ones are folded away, unless they are too few to be worth it.
LATEST_STEPS, FEW_STEPS = 8, 4


@dataclass(frozen=True)
class Step:
    """One line of the timeline."""

    title: str
    at: str
    who: str
    text: str
    details: str
    is_public: bool


@dataclass(frozen=True)
class Picture:
    """A photo with what is known of it."""

    url: str
    words: str
    note: str


@dataclass(frozen=True)
class Offer:
    """An act with the form to show for it."""

    act: acts.Act
    form: forms.ActForm
    url: str
    is_open: bool


def case_page(user: Any, request: ServiceRequest, tried: str = "", form: Any = None, contact: Details | None = None) -> dict[str, Any]:
    """The context of the page; `tried` and `form` bring back an act that was refused with what was typed."""
    steps = cases.timeline(request, public_only=False)
    pictures = cases.photos_of(request, public_only=False)
    now = timezone.now()
    history = [step_of(one) for one in steps]
    folded = len(history) - LATEST_STEPS if len(history) > LATEST_STEPS + FEW_STEPS else 0
    return {
        "case": request,
        "title": f"{request.number}: {request.service.name}",
        "status": words.word(words.STATUS_WORDS, request.status),
        "due": words.due(request.due_at, now) if request.status in rules.OPEN_STATUSES else "",
        "is_overdue": bool(request.status in rules.OPEN_STATUSES and request.due_at and request.due_at < now),
        "flags": queue_rows.flags_of(request),
        "facts": facts(request, steps),
        "takes_appointments": request.status in rules.OPEN_STATUSES and appointment_queries.takes_appointments(request.service_slug),
        "why": why_here(steps),
        "answers": [(one["question"], ", ".join(one.get("words") or one["values"])) for one in request.answers],
        "pictures": [picture_of(one) for one in pictures if photos_exist(one)],
        "earlier": history[:folded],
        "timeline": history[folded:],
        "orders": [order_line(one) for one in queries.orders_of(request)],
        "near": near(request),
        "offers": offered(user, request, pictures, tried, form),
        "contact": contact,
        "has_contact": request.reporter_id is not None,
        "is_contact_removed": request.reporter is not None and request.reporter.removed_at is not None,
        "can_see_contact": access.can_see_contacts(user),
    }


def facts(request: ServiceRequest, steps: list[Event]) -> list[tuple[str, str]]:
    """Names and values, the most asked for first."""
    found = [
        (_("Place"), queue_rows.place_of(request)),
        (_("Lies in"), lies_in(request)),
        (_("Department"), ", ".join(one for one in (request.department, request.team) if one)),
        (_("Given to"), str(request.assignee) if request.assignee else _("Nobody yet")),
        (_("Promise"), promise(steps)),
        (_("Due"), words.at(request.due_at) if request.due_at else _("No promise")),
        (_("Appointment"), slot_presenters.fact(request)),
        (_("Time on hold"), hold_time(request)),
        (_("Reported"), f"{words.at(request.opened_at)}, {words.word(words.CHANNEL_WORDS, request.channel)}"),
        (_("Reported by"), _("city staff") if request.origin == "internal" else voices(request.voices)),
        (_("First answer"), words.at(request.first_response_at) if request.first_response_at else _("none yet")),
        (_("Closed"), words.at(request.closed_at) if request.closed_at else ""),
        (_("How it ended"), words.word(words.RESOLUTION_WORDS, request.resolution) if request.resolution else ""),
        (_("Belongs to"), case_link(request.parent.number) if request.parent else ""),
        (_("Handed over"), times(request.transfers)),
        (_("Reopened"), times(request.reopened)),
        (_("Escalated"), times(request.escalation_level)),
        (_("Who sees it"), visibility(request)),
    ]
    return [(name, value) for name, value in found if value]


def lies_in(request: ServiceRequest) -> str:
    """The places it lies in, by their names where they have one."""
    known = queries.places()
    return ", ".join(known.get(kind, {}).get(code) or f"{kind_word(kind)} {code}" for kind, code in sorted(request.places.items()))


def times(count: int) -> str:
    """`twice` as `2 times`; nothing for never."""
    return ngettext("%(count)s time", "%(count)s times", count) % {"count": count} if count else ""


def voices(count: int) -> str:
    """How many residents report it."""
    return ngettext("%(count)s resident", "%(count)s residents", count) % {"count": formats.number(count)}


def visibility(request: ServiceRequest) -> str:
    """Who may see the request."""
    found = {"public": _("everyone"), "no_place": _("everyone, without its place"), "private": _("only the resident and staff")}
    return found.get(request.visibility, request.visibility)


def hold_time(request: ServiceRequest) -> str:
    """Time the clock stood still, the hold that lasts included."""
    seconds = request.held_seconds
    if request.held_since:
        return _("%(time)s so far; the clock stands still") % {
            "time": words.span(seconds + (timezone.now() - request.held_since).total_seconds())
        }
    return words.span(seconds) if seconds else ""


def promise(steps: list[Event]) -> str:
    """The promise the request was made under, as the event of its opening keeps it."""
    made = next((str(one.data.get("promise", "")) for one in steps if one.kind == "opened"), "")
    value, _space, unit = made.partition(" ")
    return f"{value} {UNIT_WORDS.get(unit, unit)}" if made else ""


def why_here(steps: list[Event]) -> list[str]:
    """Why the request is with this department: the rule that routed it, then each time it was handed over."""
    found = []
    for one in steps:
        if one.kind == "opened" and one.data.get("route"):
            found.append(rules.route_words(str(one.data["route"])))
        if one.kind == "referred":
            parts = {"before": one.data.get("from") or _("nobody"), "after": one.data.get("to", ""), "day": words.at(one.at)}
            found.append(texts.one_dot(_("Handed from %(before)s to %(after)s on %(day)s.") % parts))
    return found


def step_of(one: Event) -> Step:
    """One event in words."""
    who = str(one.by) if one.by else words.word(words.CHANNEL_WORDS, one.channel) if one.channel else _("the system")
    # Kept in the language it was answered in; who reads it may have another.
    text = _("The resident says it is not fixed.") if one.kind == "reopened" and one.by_id is None else one.text
    return Step(words.word(words.EVENT_WORDS, one.kind), words.at(one.at), who, text, details_of(one), one.public)


def _referral(data: dict[str, Any]) -> str:
    """From where to where, and the crews that had unfinished work which went along."""
    moved = f"{data.get('from') or '–'} → {data.get('to', '')}"
    crews = sorted({one["crew"] for one in data.get("along", ()) if one["status"] == "started" and one["crew"]})
    return f"{moved}. {_('Work that had begun went along; it was with %(crews)s') % {'crews': ', '.join(crews)}}" if crews else moved


def details_of(one: Event) -> str:
    """What the event's data say, in words."""
    data = one.data
    if one.kind == "assigned":
        return str(data.get("to", ""))
    if one.kind.startswith("slot_"):
        return appointment_words.words(data)
    if one.kind == "referred":
        return _referral(data)
    if one.kind == "split":
        return "; ".join(data.get("orders", ()))
    if one.kind == "closed":
        crew = ", ".join(data.get("crew") or ())
        return " · ".join(part for part in (words.word(words.RESOLUTION_WORDS, data.get("resolution", "")), crew) if part)
    if one.kind == "redacted":
        return f"{words.word(words.REMOVED_WORDS, data.get('what', ''))} ({data.get('why', '')})"
    if one.kind == "feedback":
        return feedback_words(data)
    if one.kind in {"contact_removed", "photos_removed", "text_removed"}:
        return str(data.get("why", ""))
    for name in ("parent", "request"):
        if data.get(name):
            return case_link(str(data[name]))
    if data.get("title"):
        return str(data["title"])
    return _("step %(level)s") % {"level": data["level"]} if "level" in data else ""


def case_link(number: str) -> SafeString:
    """The number of another request, which opens its page."""
    return format_html('<a href="{}">{}</a>', reverse("action:case", args=[number]), number)


def feedback_words(data: dict[str, Any]) -> str:
    """`Not fixed · 2 of 5`."""
    fixed = {True: _("fixed"), False: _("not fixed")}.get(bool(data["is_fixed"]), "") if data.get("is_fixed") is not None else ""
    score = _("%(score)s of 5") % {"score": data["score"]} if data.get("score") else ""
    return " · ".join(part for part in (fixed, score, _("with thanks") if data.get("thanks") else "") if part)


def photos_exist(one: Photo) -> bool:
    """Whether the picture is still there to be shown."""
    return photos.path_of(one).exists()


def picture_of(one: Photo) -> Picture:
    """A photo with when and where it was taken."""
    kinds = {"report": _("From the report"), "completion": _("Of the finished work"), "inspection": _("Of the inspection")}
    label = kinds.get(one.kind, one.kind)
    place = f", {one.latitude:.5f}, {one.longitude:.5f}" if one.latitude is not None and one.longitude is not None else ""
    return Picture(reverse("action:photo", args=[one.token]), label, f"{words.at(one.taken_at or one.added_at)}{place}")


def order_line(one: WorkOrder) -> dict[str, Any]:
    """A work order in words."""
    states = {"waiting": _("waiting"), "started": _("started"), "done": _("done"), "cancelled": _("cancelled")}
    return {
        "title": one.title or _("Work order %(number)s") % {"number": one.pk},
        "state": states[one.status],
        "who": str(one.assignee) if one.assignee else one.team or _("Nobody yet"),
        "done_at": words.at(one.done_at) if one.done_at else "",
        "checklist": [(item.get("text", ""), item.get("answer") or "–") for item in one.checklist],
    }


def near(request: ServiceRequest) -> list[dict[str, Any]]:
    """Other open reports of the same kind nearby, with the link staff use."""
    if request.longitude is None or request.latitude is None:
        return []
    found = cases.near(request.service_slug, request.longitude, request.latitude, limit=6)
    return [
        {"number": one.request.number, "url": reverse("action:case", args=[one.request.number]), "meters": one.meters,
         "place": queue_rows.place_of(one.request)}
        for one in found if one.request.pk != request.pk
    ]  # fmt: skip


def offered(user: Any, request: ServiceRequest, pictures: list[Photo], tried: str, form: Any) -> list[Offer]:
    """Every act the request can take now with its form; the one that was refused stands open with what was typed."""
    lists = act_lists(request, pictures)
    found = []
    for act in acts.offered(user, request):
        is_tried = act.name == tried and form is not None
        shown = form if is_tried else act.form(**lists)
        found.append(Offer(act, shown, reverse("action:act", args=[request.number, act.name]), is_tried))
    if tried and form is not None and tried not in {one.act.name for one in found}:
        # The request moved on while the form was open: it is shown once more so that nothing typed is lost.
        found.insert(0, Offer(acts.ACTS[tried], form, reverse("action:act", args=[request.number, tried]), True))
    return found


def act_lists(request: ServiceRequest, pictures: list[Photo]) -> dict[str, list[tuple[str, Any]]]:
    """What the forms of the acts offer to choose from."""
    scopes = queries.scopes_of([request.department])
    removable = [("description", _("The description"))] if request.description else []
    removable += [("address", _("The address"))] if request.address else []
    removable += [(f"photo-{one.pk}", picture_of(one).words + f" ({one.pk})") for one in pictures]
    return {
        "team": [(name, name) for name in queries.teams_in(scopes)],
        "assignee": [(str(one.pk), str(one)) for one in queries.people_in(scopes)],
        "department": [(name, name) for name in queries.departments() if name != request.department],
        "what": removable,
    }
