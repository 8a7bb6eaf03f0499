"""The main menu. A page that this installation does not have is left out."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from django.urls import Resolver404, resolve
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from citystat.core.access import rights_of


@dataclass(frozen=True)
class Item:
    """One entry: its label, its address, the right it needs."""

    label: str | Promise
    path: str
    right: str = "public"

    def is_current(self, path: str) -> bool:
        """Whether the page at `path` belongs under this entry."""
        return path == self.path if self.path in {"/", "/messages/"} else path.startswith(self.path)


PUBLIC_ITEMS = (
    Item(_("Home"), "/"),
    Item(_("Report a problem"), "/report/"),
    Item(_("Requests"), "/requests/"),
    Item(_("Answers"), "/answers/"),
    Item(_("Plan"), "/plan/"),
    Item(_("Stat sessions"), "/stat/"),
    Item(_("Measures"), "/measures/"),
    Item(_("Explore 311"), "/explore/"),
    Item(_("Districts"), "/districts/"),
    Item(_("Departments"), "/departments/"),
    Item(_("Monthly reports"), "/packets/"),
)


@dataclass(frozen=True)
class Group:
    """Entries of one job, under one word that opens them."""

    label: str | Promise
    items: tuple[Item, ...]


# By the job a person does; the words differ from those of the public entries beside them.
STAFF_GROUPS = (
    Group(
        _("Work on requests"),
        (
            Item(_("Queue"), "/queue/", "work_requests"),
            Item(_("Take a call"), "/calls/", "take_contacts"),
            Item(_("Messages in"), "/messages/in/", "take_contacts"),
            Item(_("Today's work"), "/crew/", "do_field_work"),
            Item(_("Supervise"), "/supervise/", "supervise_requests"),
            Item(_("Live"), "/live/", "see_staff_pages"),
            Item(_("Contact center"), "/center/", "see_staff_pages"),
            Item(_("Addresses"), "/addresses/", "see_staff_pages"),
            Item(_("Area lists"), "/areas/", "see_areas"),
        ),
    ),
    Group(
        _("Tell residents"),
        (
            Item(_("Notices"), "/notices/manage/", "manage_311"),
            Item(_("Campaigns"), "/outreach/", "manage_311"),
            Item(_("Messages out"), "/messages/", "manage_311"),
        ),
    ),
    Group(
        _("Check the figures"),
        (
            Item(_("Values asked for"), "/values/", "see_staff_pages"),
            Item(_("Saved analyses"), "/analyses/", "see_staff_pages"),
            Item(_("Reality check"), "/reality-check/", "see_reality_check"),
            Item(_("Quality review"), "/quality-review/", "review_quality"),
        ),
    ),
    Group(
        _("Improve"),
        (
            Item(_("Weak points"), "/weak-points/", "see_staff_pages"),
            Item(_("Commitments"), "/commitments/", "see_staff_pages"),
            Item(_("Processes"), "/plan/processes/", "see_staff_pages"),
        ),
    ),
    Group(
        _("City set-up"),
        (
            Item(_("Emergency form"), "/emergency/", "switch_emergency"),
            Item(_("Privacy requests"), "/privacy/", "answer_privacy"),
            Item(_("People"), "/people/", "manage_accounts"),
        ),
    ),
)
STAFF_ITEMS = tuple(item for group in STAFF_GROUPS for item in group.items)
# So many entries stand in one line of a desk's screen; more of them are opened by group.
FLAT_AT_MOST = 10

# The foot of every page: where a newcomer finds what the menu has no room for.
FOOT = (
    (
        _("Report and follow"),
        (
            Item(_("Report a problem"), "/report/"),
            Item(_("Requests to the city"), "/requests/"),
            Item(_("Be told of new requests"), "/follow/"),
            Item(_("Answers"), "/answers/"),
            Item(_("Notices"), "/notices/"),
            Item(_("Campaigns"), "/campaigns/"),
            Item(_("Get or delete your data"), "/my-data/"),
        ),
    ),
    (
        _("How the city is doing"),
        (
            Item(_("Plan"), "/plan/"),
            Item(_("Measures"), "/measures/"),
            Item(_("Countdowns"), "/countdowns/"),
            Item(_("Districts"), "/districts/"),
            Item(_("Departments"), "/departments/"),
            Item(_("Services"), "/services/"),
            Item(_("Programs"), "/programs/"),
        ),
    ),
    (
        _("Promises and decisions"),
        (
            Item(_("Stat sessions"), "/stat/"),
            Item(_("What the city decided"), "/stat/decisions/"),
            Item(_("Commitments"), "/commitments/"),
            Item(_("What we celebrate"), "/celebrations/"),
            Item(_("Monthly reports"), "/packets/"),
            Item(_("Reports of departments, quarter and year"), "/reports/"),
            Item(_("Corrections"), "/corrections/"),
        ),
    ),
    (
        _("Data"),
        (
            Item(_("Explore every request"), "/explore/"),
            Item(_("Performance data"), "/data/performance/"),
            Item(_("Data notes"), "/data-notes/"),
            Item(_("How to read these pages"), "/how-to-read/"),
        ),
    ),
)


@cache
def exists(path: str) -> bool:
    """Whether an address of the menu has a page."""
    try:
        resolve(path)
    except Resolver404:
        return False
    return True


def items_for(user: object) -> tuple[list[Item], list[Item]]:
    """The public entries and the staff entries this person may open."""
    public = [item for item in PUBLIC_ITEMS if exists(item.path)]
    rights = rights_of(user)
    staff = [item for item in STAFF_ITEMS if item.right in rights and exists(item.path)]
    return public, staff


def grouped(staff: Sequence[Item]) -> list[Item | Group]:
    """Few entries as they are; many by their groups, where a group of one is that entry."""
    if len(staff) <= FLAT_AT_MOST:
        return list(staff)
    groups = [Group(group.label, tuple(item for item in group.items if item in staff)) for group in STAFF_GROUPS]
    return [group if len(group.items) > 1 else group.items[0] for group in groups if group.items]


def foot() -> list[tuple[str | Promise, list[Item]]]:
    """The groups of links at the foot of a page, without the pages this installation does not have."""
    groups = [(heading, [item for item in items if exists(item.path)]) for heading, items in FOOT]
    return [(heading, items) for heading, items in groups if items]
