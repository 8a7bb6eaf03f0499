"""The menu of staff: few entries as they are, many by the job they belong to."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.urls import resolve

from citystat.config.roles import MATRIX
from citystat.web import context, navigation
from citystat.web.navigation import FLAT_AT_MOST, PUBLIC_ITEMS, STAFF_GROUPS, STAFF_ITEMS, Group, Item, grouped


def entries_of(role: str) -> list[Item]:
    return [item for item in STAFF_ITEMS if item.right in MATRIX[role]]


def shown(menu: list[Item | Group]) -> set[str]:
    return {item.path for one in menu for item in (one.items if isinstance(one, Group) else (one,))}


@pytest.mark.parametrize("role", sorted(MATRIX))
def test_grouped_shows_each_entry_of_a_role_and_no_other(role: str) -> None:
    assert shown(grouped(entries_of(role))) == {item.path for item in entries_of(role)}


@pytest.mark.parametrize("role", ["call_taker", "crew", "department_worker", "council_office", "community_group"])
def test_grouped_leaves_a_short_menu_flat(role: str) -> None:
    assert grouped(entries_of(role)) == entries_of(role)


@pytest.mark.parametrize("role", sorted(MATRIX))
def test_grouped_menu_is_short(role: str) -> None:
    menu = grouped(entries_of(role))
    assert len(menu) <= (FLAT_AT_MOST if len(entries_of(role)) <= FLAT_AT_MOST else len(STAFF_GROUPS))


def test_grouped_shows_a_group_of_one_as_its_entry() -> None:
    menu = grouped(entries_of("supervisor"))
    assert "/emergency/" in {one.path for one in menu if isinstance(one, Item)}
    assert all(len(one.items) > 1 for one in menu if isinstance(one, Group))


def test_groups_name_each_address_once() -> None:
    paths = [item.path for item in (*PUBLIC_ITEMS, *STAFF_ITEMS)]
    assert len(paths) == len(set(paths))


def test_groups_have_words_no_entry_has() -> None:
    assert {str(group.label) for group in STAFF_GROUPS}.isdisjoint({str(item.label) for item in (*PUBLIC_ITEMS, *STAFF_ITEMS)})


@pytest.mark.parametrize("item", STAFF_ITEMS, ids=lambda item: item.path)
def test_entry_asks_for_what_its_page_asks_for(item: Item) -> None:
    assert navigation.exists(item.path)
    assert getattr(resolve(item.path).func, "rule", None) in {item.right, "public"}


def test_menu_tells_the_group_of_the_page() -> None:
    page = context.menu_of(PUBLIC_ITEMS, STAFF_ITEMS, "/people/invite/")
    assert page.count('<summary aria-current="true">City set-up</summary>') == page.count('<summary aria-current="true"') == 1


def test_menu_without_groups_brings_no_script() -> None:
    public, staff = navigation.items_for(AnonymousUser())
    assert "<script" not in context.menu_of(public, staff, RequestFactory().get("/").path)
