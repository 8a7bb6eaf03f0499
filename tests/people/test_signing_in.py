"""Signing in: by e-mail address, locked after failures, with a second factor, in our look."""

import re
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, hotp_value, yield_hotp_counters_from_time
from django.test import Client

from citystat.people.models import User

pytestmark = pytest.mark.django_db
PASSWORD = "stones warm river lamp"


@pytest.fixture
def person() -> User:
    return User.objects.create_superuser("ana@example.org", PASSWORD)


def sign_in(client: Client, password: str = PASSWORD, email: str = "ana@example.org") -> Any:
    return client.post("/accounts/login/", {"login": email, "password": password})


def test_sign_in_by_address_and_password(client: Client, person: User) -> None:
    assert sign_in(client, email="Ana@Example.org")["Location"] == "/"
    assert "ana@example.org" in client.get("/account/").content.decode()


def test_sign_in_offers_no_way_that_is_closed(client: Client) -> None:
    page = client.get("/accounts/login/").content.decode()
    assert "/accounts/password/reset/" not in page
    assert "/accounts/signup/" not in page


def test_sign_in_with_a_wrong_password_says_so_in_the_page(client: Client, person: User) -> None:
    response = sign_in(client, "wrong")
    assert response.status_code == 200
    assert 'role="alert"' in response.content.decode()


@pytest.mark.slow
def test_sign_in_is_locked_after_five_failures_even_with_the_right_password(client: Client, person: User) -> None:
    statuses = [sign_in(client, "wrong").status_code for _ in range(5)]
    locked = sign_in(client)
    assert statuses[-1] == locked.status_code == 429
    assert "Wait 30 minutes" in locked.content.decode()


def test_lock_is_for_one_address_only(client: Client, person: User) -> None:
    for _ in range(5):
        sign_in(client, "wrong")
    User.objects.create_user("bo@example.org", PASSWORD)
    assert sign_in(client, email="bo@example.org").status_code == 302


def test_sign_out_asks_first_and_then_signs_out(client: Client, person: User) -> None:
    sign_in(client)
    assert "Sign out" in client.get("/accounts/logout/").content.decode()
    client.post("/accounts/logout/")
    assert client.get("/account/").status_code == 302


def current_code(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return f"{hotp_value(secret, counter):06d}"


def test_second_factor_is_asked_for_once_turned_on(client: Client, person: User) -> None:
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    assert sign_in(client)["Location"].startswith("/accounts/2fa/authenticate/")
    assert client.get("/account/").status_code == 302
    assert "six digits" in client.get("/accounts/2fa/authenticate/").content.decode()
    client.post("/accounts/2fa/authenticate/", {"code": current_code(secret)})
    assert client.get("/account/").status_code == 200


@pytest.mark.slow
def test_second_factor_can_be_turned_on_from_the_pages(client: Client, person: User) -> None:
    sign_in(client)
    activate = "/accounts/2fa/totp/activate/"
    asked = client.get(activate)
    assert asked["Location"].startswith("/accounts/reauthenticate/")
    client.post(asked["Location"], {"password": PASSWORD})
    page = client.get(activate).content.decode()
    secret = re.search(r"<code>([A-Z2-7]+)</code>", page)
    assert secret
    done = client.post(activate, {"code": current_code(secret[1])})
    assert done["Location"] == "/accounts/2fa/recovery-codes/"
    assert len(re.findall(r"<code>[^<]+</code>", client.get(done["Location"]).content.decode())) == 10


@pytest.mark.parametrize("path", ["/accounts/password/change/", "/accounts/reauthenticate/", "/accounts/login/"])
def test_password_forms_name_their_fields_above_alone(client: Client, person: User, path: str) -> None:
    if "login" not in path:
        sign_in(client)
    page = client.get(path).content.decode()
    assert 'type="password"' in page
    assert "placeholder" not in page


def test_password_can_be_changed(client: Client, person: User) -> None:
    sign_in(client)
    new = "another quiet harbor bell"
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    person.refresh_from_db()
    assert person.check_password(new)


@pytest.mark.slow
def test_sign_out_tells_the_browser_to_clear_what_pages_stored(client: Client, person: User) -> None:
    sign_in(client)
    assert not client.get("/account/").has_header("Clear-Site-Data")

    assert client.post("/accounts/logout/")["Clear-Site-Data"] == '"storage"'
    assert not client.get("/").has_header("Clear-Site-Data")
