"""Signing in with the city's own accounts, against a real provider on this machine."""

import os
import subprocess
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client

from citystat.config import sign_in
from citystat.core.errors import Unsafe
from citystat.core.models import AuditEvent
from citystat.people import actions, queries
from citystat.people.models import User
from citystat.people.rules import CityProvider
from tests.people.provider import FakeProvider

pytestmark = pytest.mark.django_db
PASSWORD = "stones warm river lamp"


@pytest.fixture
def provider(settings: Any) -> Iterator[FakeProvider]:
    with FakeProvider() as found:
        settings.CITYSTAT_OIDC = CityProvider(found.issuer, "citystat", "shh", name="Calder Bend accounts")
        yield found


@pytest.fixture
def ana() -> User:
    return User.objects.create_superuser("ana@city.example", PASSWORD)


def come_back(client: Client, provider: FakeProvider, **changes: str) -> Any:
    """Go to the provider, sign in there, come back."""
    sent = client.get("/sign-in/city/?next=/people/")
    return client.get("/sign-in/city/back/", provider.sign_in(sent["Location"]) | changes)


def sentence(client: Client, response: Any) -> str:
    """What the sign-in page says after a refusal; nobody is signed in."""
    assert response["Location"] == "/accounts/login/"
    text = unescape(client.get("/accounts/login/").content.decode())
    assert client.get("/account/").status_code == 302
    return text


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def test_start_asks_for_code_with_state_nonce_and_pkce(client: Client, provider: FakeProvider) -> None:
    sent = urlsplit(client.get("/sign-in/city/")["Location"])
    asked = parse_qs(sent.query)
    assert f"{sent.scheme}://{sent.netloc}{sent.path}" == f"{provider.issuer}/authorize"
    assert {name: asked[name] for name in ("client_id", "response_type", "code_challenge_method")} == {
        "client_id": ["citystat"], "response_type": ["code"], "code_challenge_method": ["S256"],
    }  # fmt: skip
    assert len(asked["state"][0]) >= 16
    assert len(asked["nonce"][0]) >= 32
    assert asked["redirect_uri"] == ["http://testserver/sign-in/city/back/"]
    assert "client_secret" not in asked


def test_invited_person_gets_in_and_lands_where_they_wanted(client: Client, provider: FakeProvider, ana: User) -> None:
    response = come_back(client, provider)
    assert response["Location"] == "/people/"
    assert is_in(client)
    assert SocialAccount.objects.get().uid == "ana-1"
    assert AuditEvent.objects.get(action="people.city_account_linked").by == ana
    assert ana.check_password(PASSWORD)


def test_person_without_a_password_gets_in(client: Client, provider: FakeProvider) -> None:
    User.objects.create_user("ana@city.example")
    come_back(client, provider)
    assert is_in(client)


def test_second_time_makes_no_second_link(client: Client, provider: FakeProvider, ana: User) -> None:
    come_back(client, provider)
    come_back(Client(), provider)
    assert SocialAccount.objects.count() == 1


def test_second_factor_is_the_providers(client: Client, provider: FakeProvider, ana: User) -> None:
    TOTP.activate(ana, generate_totp_secret())
    come_back(client, provider)
    assert is_in(client)


def test_other_state_is_refused(client: Client, provider: FakeProvider, ana: User) -> None:
    assert "could not be trusted" in sentence(client, come_back(client, provider, state="another"))


def test_answer_of_another_browser_is_refused(client: Client, provider: FakeProvider, ana: User) -> None:
    brought = provider.sign_in(Client().get("/sign-in/city/")["Location"])
    assert "could not be trusted" in sentence(client, client.get("/sign-in/city/back/", brought))


def test_same_answer_twice_is_refused(client: Client, provider: FakeProvider, ana: User) -> None:
    brought = provider.sign_in(client.get("/sign-in/city/")["Location"])
    client.get("/sign-in/city/back/", brought)
    client.post("/accounts/logout/")
    assert "could not be trusted" in sentence(client, client.get("/sign-in/city/back/", brought))


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "of another attempt"}, {"nonce": None}, {"aud": "another program"}, {"aud": ["citystat", "x"], "azp": "x"},
        {"iss": "https://evil.example"}, {"exp": 1}, {"sub": None}, {"iat": None},
    ],
)  # fmt: skip
def test_token_that_is_not_ours_or_not_now_is_refused(client: Client, provider: FakeProvider, ana: User, claims: dict[str, Any]) -> None:
    provider.claims = claims
    assert "could not be trusted" in sentence(client, come_back(client, provider))
    assert not SocialAccount.objects.exists()


@pytest.mark.slow
def test_token_signed_by_another_key_is_refused(client: Client, provider: FakeProvider, ana: User) -> None:
    provider.signs_with = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    assert "could not be trusted" in sentence(client, come_back(client, provider))


@pytest.mark.parametrize(("algorithm", "key"), [("HS256", "shh" * 20), ("none", None)])
def test_token_signed_by_a_shared_key_or_not_at_all_is_refused(
    client: Client, provider: FakeProvider, ana: User, algorithm: str, key: str | None
) -> None:
    provider.algorithm, provider.signs_with = algorithm, key
    assert "could not be trusted" in sentence(client, come_back(client, provider))


def test_provider_that_calls_itself_otherwise_is_refused(client: Client, provider: FakeProvider, ana: User) -> None:
    provider.issuer_told = "https://evil.example"
    assert "does not answer as it should" in sentence(client, client.get("/sign-in/city/"))


@pytest.mark.parametrize("verified", [False, None, "false"])
def test_unverified_address_is_refused(client: Client, provider: FakeProvider, ana: User, verified: Any) -> None:
    provider.claims = {"email_verified": verified}
    assert "not verified there" in sentence(client, come_back(client, provider))


def test_provider_that_vouches_for_its_addresses_may_say_nothing_but_not_no(
    client: Client, provider: FakeProvider, ana: User, settings: Any
) -> None:
    settings.CITYSTAT_OIDC = CityProvider(provider.issuer, "citystat", "shh", trusts_emails=True)
    provider.claims = {"email_verified": False}
    assert "not verified there" in sentence(client, come_back(client, provider))
    provider.claims = {"email_verified": None}
    come_back(client, provider)
    assert is_in(client)


def test_unknown_address_is_refused_and_makes_no_account(client: Client, provider: FakeProvider, ana: User) -> None:
    provider.claims = {"email": "bo@city.example"}
    assert "There is no account for bo@city.example." in sentence(client, come_back(client, provider))
    assert User.objects.count() == 1


def test_closed_account_is_refused(client: Client, provider: FakeProvider, ana: User) -> None:
    User.objects.update(is_active=False)
    assert "is closed" in sentence(client, come_back(client, provider))


@pytest.mark.slow
def test_address_given_to_somebody_else_does_not_open_the_old_account(client: Client, provider: FakeProvider, ana: User) -> None:
    come_back(Client(), provider)
    provider.claims = {"sub": "another-ana"}
    assert "another city account than before" in sentence(client, come_back(client, provider))


@pytest.mark.slow
def test_account_closed_and_opened_again_is_bound_anew(client: Client, provider: FakeProvider, ana: User) -> None:
    come_back(Client(), provider)
    boss = User.objects.create_superuser("boss@city.example", PASSWORD)
    actions.set_active(by=boss, person=ana, is_active=False)
    actions.set_active(by=boss, person=ana, is_active=True)
    provider.claims = {"sub": "another-ana"}
    come_back(client, provider)
    assert is_in(client)


@pytest.mark.slow
def test_address_comes_from_the_user_information_where_the_token_has_none(client: Client, provider: FakeProvider, ana: User) -> None:
    provider.claims = {"email": None, "email_verified": None}
    provider.userinfo = {"sub": "somebody else", "email": "ana@city.example", "email_verified": True}
    assert "could not be trusted" in sentence(client, come_back(client, provider))
    provider.userinfo["sub"] = "ana-1"
    come_back(client, provider)
    assert is_in(client)


def test_provider_that_is_down_is_one_sentence_before_and_after(client: Client, provider: FakeProvider, ana: User) -> None:
    brought = provider.sign_in(client.get("/sign-in/city/")["Location"])
    provider.stop()
    assert "does not answer as it should" in sentence(client, client.get("/sign-in/city/back/", brought))
    assert "does not answer as it should" in sentence(client, client.get("/sign-in/city/"))


def test_cancelled_sign_in_says_so(client: Client, provider: FakeProvider) -> None:
    brought = provider.sign_in(client.get("/sign-in/city/")["Location"])
    response = client.get("/sign-in/city/back/", {"state": brought["state"], "error": "access_denied"})
    assert "was cancelled" in sentence(client, response)


def test_way_back_leads_to_no_other_site(client: Client, provider: FakeProvider, ana: User) -> None:
    sent = client.get("/sign-in/city/?next=https://evil.example/")
    assert client.get("/sign-in/city/back/", provider.sign_in(sent["Location"]))["Location"] == "/"


def test_sign_in_page_offers_the_provider_by_name(client: Client, provider: FakeProvider) -> None:
    page = client.get("/accounts/login/").content.decode()
    assert "Sign in with Calder Bend accounts" in page
    assert 'name="password"' in page


def test_without_a_provider_there_is_no_such_way(client: Client) -> None:
    assert "/sign-in/city/" not in client.get("/accounts/login/").content.decode()
    assert client.get("/sign-in/city/").status_code == 404
    assert client.get("/sign-in/city/back/").status_code == 404


def test_only_way_takes_no_password_and_shows_no_field(client: Client, provider: FakeProvider, ana: User, settings: Any) -> None:
    settings.CITYSTAT_OIDC = CityProvider(provider.issuer, "citystat", "shh", is_only_way=True)
    response = client.post("/accounts/login/", {"login": "ana@city.example", "password": PASSWORD})
    assert "passwords are not used here" in response.content.decode()
    assert not is_in(client)
    assert 'name="password"' not in client.get("/accounts/login/").content.decode()
    come_back(client, provider)
    assert "changed there" in client.get("/account/").content.decode()


def test_administrators_who_can_sign_in_counts_the_ways_that_are_open(provider: FakeProvider, ana: User, settings: Any) -> None:
    assert queries.administrators_who_can_sign_in() == 1
    settings.CITYSTAT_OIDC = CityProvider(provider.issuer, "citystat", "shh", is_only_way=True)
    assert queries.administrators_who_can_sign_in() == 0
    come_back(Client(), provider)
    assert queries.administrators_who_can_sign_in() == 1


WHOLE = {"CITYSTAT_OIDC_ISSUER": "https://login.city.example", "CITYSTAT_OIDC_CLIENT_ID": "citystat", "CITYSTAT_OIDC_CLIENT_SECRET": "shh"}


@pytest.mark.parametrize("missing", list(WHOLE))
def test_half_a_set_up_is_refused(missing: str) -> None:
    with pytest.raises(Unsafe, match=f"half set up: set {missing} as well"):
        sign_in.provider({name: value for name, value in WHOLE.items() if name != missing}, trusts_emails=False, is_only_way=False)


def test_only_way_without_a_provider_is_refused() -> None:
    with pytest.raises(Unsafe, match="half set up"):
        sign_in.provider({}, trusts_emails=False, is_only_way=True)
    assert sign_in.provider({}, trusts_emails=False, is_only_way=False) is None


@pytest.mark.parametrize("issuer", ["http://login.city.example", "login.city.example", "https://", "https://a.example/?x=1"])
def test_issuer_that_is_not_safe_is_refused(issuer: str) -> None:
    with pytest.raises(Unsafe, match="CITYSTAT_OIDC_ISSUER"):
        sign_in.provider(WHOLE | {"CITYSTAT_OIDC_ISSUER": issuer}, trusts_emails=False, is_only_way=False)


@pytest.mark.slow
def test_start_is_refused_in_one_sentence(tmp_path: Path) -> None:
    environment = os.environ | {"CITYSTAT_HOME": str(tmp_path / "var"), "CITYSTAT_NO_SECRET": "on", "CITYSTAT_OIDC_CLIENT_ID": "citystat"}
    done = subprocess.run([sys.executable, "-m", "citystat", "init", "--help"], env=environment, capture_output=True, text=True)
    assert done.returncode != 0
    assert "half set up: set CITYSTAT_OIDC_ISSUER, CITYSTAT_OIDC_CLIENT_SECRET as well" in done.stderr
    assert "Traceback" not in done.stderr
