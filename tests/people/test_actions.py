"""Accounts, links and roles."""

import pytest
from django.conf import settings
from django.test import Client

from citystat.core.errors import InputError, NotAllowed
from citystat.core.models import AuditEvent
from citystat.people import actions, queries
from citystat.people.models import RoleGrant, User

pytestmark = pytest.mark.django_db
PASSWORD = "stones warm river lamp"


@pytest.fixture
def administrator() -> User:
    return User.objects.create_superuser("ana@example.org", PASSWORD)


def audited() -> list[tuple[str, str]]:
    return list(AuditEvent.objects.order_by("pk").values_list("action", "target"))


def set_password(link: str, password: str = PASSWORD) -> int:
    client = Client()
    form = client.get(link, follow=True)
    address = form.redirect_chain[-1][0] if form.redirect_chain else link
    return client.post(address, {"new_password1": password, "new_password2": password}).status_code


def test_make_first_administrator_gives_a_link_that_sets_a_password() -> None:
    link = actions.make_first_administrator("Ana@Example.org")
    assert set_password(link) == 302
    user = User.objects.get(email="ana@example.org")
    assert user.check_password(PASSWORD)
    assert user.role_names() == {"administrator"}
    assert audited() == [("people.first_administrator", "ana@example.org"), ("people.password_set", "ana@example.org")]


def test_make_first_administrator_leaves_no_usable_password() -> None:
    actions.make_first_administrator("ana@example.org")
    assert not User.objects.get().has_usable_password()


def test_one_time_link_works_once() -> None:
    link = actions.make_first_administrator("ana@example.org")
    set_password(link)
    assert "no longer works" in Client().get(link, follow=True).content.decode()


def test_one_time_link_expires(monkeypatch: pytest.MonkeyPatch, settings: object) -> None:
    link = actions.make_first_administrator("ana@example.org")
    settings.PASSWORD_RESET_TIMEOUT = -1  # type: ignore[attr-defined]
    assert "no longer works" in Client().get(link, follow=True).content.decode()


def test_newer_link_voids_the_older_one() -> None:
    older = actions.make_first_administrator("ana@example.org")
    newer = actions.make_first_administrator("ana@example.org")
    assert "no longer works" in Client().get(older, follow=True).content.decode()
    assert set_password(newer) == 302


def test_make_first_administrator_is_refused_once_one_can_sign_in(administrator: User) -> None:
    with pytest.raises(InputError, match="already an administrator"):
        actions.make_first_administrator("eve@example.org")


def test_make_first_administrator_refuses_what_is_no_address() -> None:
    with pytest.raises(InputError, match="not an e-mail address"):
        actions.make_first_administrator("ana at example")


def test_short_password_is_refused() -> None:
    assert set_password(actions.make_first_administrator("ana@example.org"), "short") == 200
    assert not User.objects.get().has_usable_password()


def test_invite_makes_an_account_with_roles_and_audits(administrator: User) -> None:
    person, _link = actions.invite(by=administrator, email="bo@example.org", name="Bo", roles=["analyst", "executive"])
    assert person.role_names() == {"analyst", "executive"}
    assert audited() == [("people.invited", "bo@example.org")] + [("people.role_granted", "bo@example.org")] * 2


def test_invite_twice_is_refused(administrator: User) -> None:
    actions.invite(by=administrator, email="bo@example.org")
    with pytest.raises(InputError, match="already has an account"):
        actions.invite(by=administrator, email="BO@example.org")


def test_invite_with_an_unknown_role_makes_nothing(administrator: User) -> None:
    with pytest.raises(InputError, match="no role named"):
        actions.invite(by=administrator, email="bo@example.org", roles=["emperor"])
    assert not User.objects.filter(email="bo@example.org").exists()
    assert audited() == []


def test_invite_needs_the_right() -> None:
    analyst = User.objects.create_user("cy@example.org")
    RoleGrant.objects.create(user=analyst, role="analyst")
    with pytest.raises(NotAllowed):
        actions.invite(by=analyst, email="bo@example.org")


def test_revoke_role_keeps_the_last_administrator(administrator: User) -> None:
    actions.invite(by=administrator, email="bo@example.org", roles=["administrator"])  # cannot sign in yet
    with pytest.raises(InputError, match="only administrator"):
        actions.revoke_role(by=administrator, person=administrator, role="administrator")


def test_set_active_keeps_the_last_administrator(administrator: User) -> None:
    with pytest.raises(InputError, match="only administrator"):
        actions.set_active(by=administrator, person=administrator, is_active=False)


def test_grant_role_twice_is_audited_once(administrator: User) -> None:
    person = User.objects.create_user("bo@example.org")
    for _ in range(2):
        actions.grant_role(by=administrator, person=person, role="analyst")
    assert audited() == [("people.role_granted", "bo@example.org")]


def test_closing_an_account_ends_its_session(administrator: User) -> None:
    person = User.objects.create_user("bo@example.org", PASSWORD)
    client = Client()
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[1])
    assert client.get("/account/").status_code == 200
    actions.set_active(by=administrator, person=person, is_active=False)
    assert client.get("/account/").status_code == 302


def test_roles_name_their_rights_in_words() -> None:
    labels = {role.name: role for role in queries.roles()}
    assert str(labels["administrator"].label) == "Administrator"
    assert "Manage people, roles and city settings" in [str(right) for right in labels["administrator"].rights]
