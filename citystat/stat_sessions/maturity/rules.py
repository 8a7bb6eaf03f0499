"""The five steps and what each asks for, from counts alone. No reads here."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from citystat.core import formats
from citystat.stat_sessions import words

DAYS: Final = 90
MONTHS: Final = 12
FRESH_DAYS: Final = 35
TOLD_SHARE: Final = 0.8
CHANNELS: Final = 2


@dataclass(frozen=True)
class Use:
    """What was counted: of the last 90 days, unless the name says otherwise."""

    requests: int = 0
    services: int = 0
    orphans: tuple[str, ...] = ()
    channels: dict[str, int] = field(default_factory=dict)
    closed_with_contact: int = 0
    told: int = 0
    answers: int = 0
    public_articles: int = 0
    notices: int = 0
    campaigns: int = 0
    asked: int = 0
    judged: int = 0
    build_age_days: int | None = None
    live_in_build: int = 0
    packets_in_year: int = 0


@dataclass(frozen=True)
class Check:
    """One thing asked for: whether it holds, what was found, and where to see or do it."""

    code: str
    label: str
    found: str
    met: bool
    path: str = ""


@dataclass(frozen=True)
class Step:
    """One of the five."""

    number: int
    name: str
    meaning: str
    checks: tuple[Check, ...]

    @property
    def holds(self) -> bool:
        """Whether every check does."""
        return all(one.met for one in self.checks)


@dataclass(frozen=True)
class Maturity:
    """The step reached (0 to 5), the five with their checks, and the next one."""

    reached: int
    steps: tuple[Step, ...]

    @property
    def next(self) -> Step | None:
        """The step to take next; None on the last."""
        return self.steps[self.reached] if self.reached < len(self.steps) else None


def judge(use: Use) -> Maturity:
    """The highest step of which every check holds, and of every step before it."""
    steps = (_intake(use), _channels(use), _inform(use), _awareness(use), _repository(use))
    return Maturity(_reached(steps), steps)


def _reached(steps: Sequence[Step]) -> int:
    return next((index for index, step in enumerate(steps) if not step.holds), len(steps))


def _intake(use: Use) -> Step:
    owned = use.services - len(use.orphans)
    found = _("%(owned)s of %(n)s services have one owner.") % {"owned": formats.number(owned), "n": formats.number(use.services)}
    if use.orphans:
        found += " " + _("Without one: %(names)s.") % {"names": ", ".join(use.orphans)}
    return Step(
        1,
        _("Intake"),
        _("Requests are taken in at one place, and each service has one department that answers for it."),
        (
            Check("requests", _("Requests are taken in"), _requests(use.requests), use.requests > 0, "/queue/"),
            Check("owners", _("Every service has an owner"), found, use.services > 0 and not use.orphans, "/supervise/"),
        ),
    )


def _requests(count: int) -> str:
    return ngettext("%(n)s request in the last 90 days.", "%(n)s requests in the last 90 days.", count) % {"n": formats.number(count)}


def _channels(use: Use) -> Step:
    names = ", ".join(f"{words.channel(code)} {formats.number(count)}" for code, count in use.channels.items())
    found = _("None.")
    if names:
        found = ngettext(
            "%(n)s channel brought requests in the last 90 days: %(names)s.",
            "%(n)s channels brought requests in the last 90 days: %(names)s.",
            len(use.channels),
        ) % {"n": formats.number(len(use.channels)), "names": names}
    label = _("Two channels or more bring requests")
    return Step(
        2,
        _("Many channels"),
        _("Residents reach the city the way they like, and it is one case whatever the way."),
        (Check("channels", label, found, len(use.channels) >= CHANNELS, "/live/"),),
    )


def _inform(use: Use) -> Step:
    share = use.told / use.closed_with_contact if use.closed_with_contact else None
    said = {"told": formats.number(use.told), "n": formats.number(use.closed_with_contact), "need": formats.percent(TOLD_SHARE)}
    told = _("No request of a resident who can be reached was closed in the last 90 days.")
    if share is not None:
        told = _("%(told)s of %(n)s residents whose request was closed were written to (asked for: %(need)s).") % said
    contacts = ngettext("%(n)s contact", "%(n)s contacts", use.answers) % {"n": formats.number(use.answers)}
    articles = ngettext("%(n)s public article", "%(n)s public articles", use.public_articles) % {"n": formats.number(use.public_articles)}
    answers = _("Answered on the spot in the last 90 days: %(contacts)s. To read: %(articles)s.")
    return Step(
        3,
        _("Inform"),
        _("Residents are told what became of their request, and get answers without making one."),
        (
            Check("told", _("Residents are told"), told, share is not None and share >= TOLD_SHARE, "/messages/"),
            Check(
                "answers",
                _("Questions are answered from articles or on the spot"),
                answers % {"contacts": contacts, "articles": articles},
                use.answers > 0 and use.public_articles > 0,
                "/answers/",
            ),
        ),
    )


def _awareness(use: Use) -> Step:
    notices = ngettext("%(n)s notice", "%(n)s notices", use.notices) % {"n": formats.number(use.notices)}
    campaigns = ngettext("%(n)s campaign", "%(n)s campaigns", use.campaigns) % {"n": formats.number(use.campaigns)}
    told = _("In force in the last 90 days: %(notices)s, %(campaigns)s.") % {"notices": notices, "campaigns": campaigns}
    judged = _("%(n)s of %(asked)s residents asked said whether it was fixed.") % {
        "n": formats.number(use.judged),
        "asked": formats.number(use.asked),
    }
    return Step(
        4,
        _("Awareness"),
        _("The city speaks before it is asked, and knows what residents think of the result."),
        (
            Check("notices", _("Notices and campaigns are used"), told, use.notices + use.campaigns > 0, "/notices/"),
            Check("judged", _("Residents judge the result"), judged, use.judged > 0, "/supervise/"),
        ),
    )


def _repository(use: Use) -> Step:
    age = _("There is no data build.")
    if use.build_age_days is not None:
        age = ngettext("The data are %(n)s day old.", "The data are %(n)s days old.", use.build_age_days) % {
            "n": formats.number(use.build_age_days)
        }
    live = ngettext("%(n)s live request is in them.", "%(n)s live requests are in them.", use.live_in_build) % {
        "n": formats.number(use.live_in_build)
    }
    packets = ngettext("%(n)s packet released in twelve months.", "%(n)s packets released in twelve months.", use.packets_in_year)
    is_fresh = use.build_age_days is not None and use.build_age_days <= FRESH_DAYS
    return Step(
        5,
        _("Repository feeding performance"),
        _("What residents ask and what was done is the data that decisions are made from."),
        (
            Check(
                "build",
                _("The center's requests are in the data, no older than five weeks"),
                f"{age} {live}",
                is_fresh and use.live_in_build > 0,
                "/data-notes/",
            ),
            Check(
                "packets",
                _("Packets go to the mayor"),
                packets % {"n": formats.number(use.packets_in_year)},
                use.packets_in_year > 0,
                "/packets/",
            ),
        ),
    )
