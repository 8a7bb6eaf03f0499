"""Staff sign in with the city's own accounts by OpenID Connect: authorization code with PKCE, state, nonce and a signed ID token.

The provider says who somebody is and asks for its second factor; CityStat says what they may do. Accounts are never made here: only a
person an administrator invited, known by a verified e-mail address, gets in, and from then on by the provider's own identifier as well.
"""

import hmac
from typing import Any, Final

import jwt
import requests
from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.internal import statekit
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.utils import generate_code_challenge
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from citystat.core.errors import NotAllowed, UserError
from citystat.people.rules import PROVIDER_ID, CityProvider

SCOPE: Final = "openid email profile"
# Signed by a key only the provider has; one shared with us, or none at all, proves nothing.
ALGORITHMS: Final = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"})
CLOCKS_APART_SECONDS: Final = 60


class Unreachable(UserError):
    """The provider does not answer."""

    http_status = 502


class CityAdapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """The library's protocol, with the provider of the settings."""

    def __init__(self, request: HttpRequest, provider: CityProvider) -> None:
        super().__init__(request, PROVIDER_ID)
        self.city = provider

    def get_provider(self) -> Any:
        """The library's provider object."""
        from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider

        app = SocialApp(
            provider="openid_connect", provider_id=PROVIDER_ID, name=self.city.name or PROVIDER_ID, client_id=self.city.client_id,
            secret=self.city.client_secret, settings={"server_url": self.city.issuer.rstrip("/")},
        )  # fmt: skip
        return OpenIDConnectProvider(self.request, app=app)

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        """Where the provider sends people back to."""
        return request.build_absolute_uri(reverse("people:city_sign_in_back"))


def begin(request: HttpRequest, provider: CityProvider) -> str:
    """The provider's address to send somebody to; what must come back is kept in their session."""
    try:
        adapter = CityAdapter(request, provider)
        _check_issuer(adapter)
        pkce = generate_code_challenge()
        state = {"process": "login", "next": get_next_redirect_url(request), "pkce_code_verifier": pkce.pop("code_verifier")}
        state_id = statekit.stash_state(request, provider_id=PROVIDER_ID, state=state)
        asked = {
            "client_id": provider.client_id, "redirect_uri": adapter.get_callback_url(request, None), "scope": SCOPE,
            "response_type": "code", "state": state_id, "nonce": _nonce(state_id), **pkce,
        }  # fmt: skip
        return f"{adapter.authorize_url}?{urlencode(asked)}"
    except (requests.RequestException, KeyError, TypeError, AttributeError) as error:
        raise _unreachable() from error


def finish(request: HttpRequest, provider: CityProvider) -> tuple[dict[str, Any], str]:
    """What the provider says of whoever came back, checked, and where they wanted to go."""
    state_id = request.GET.get("state", "")
    state = statekit.unstash_state(request, provider_id=PROVIDER_ID, state_id=state_id)
    if state is None:
        raise _untrusted()
    if request.GET.get("error") == "access_denied":
        raise NotAllowed(_("Signing in was cancelled at the city's sign-in service."))
    if not request.GET.get("code"):
        raise _untrusted()
    adapter = CityAdapter(request, provider)
    try:
        _check_issuer(adapter)
        client = adapter.get_client(request, adapter.get_provider().app)
        tokens = client.get_access_token(request.GET["code"], pkce_code_verifier=state["pkce_code_verifier"])
        claims = _checked_claims(adapter, str(tokens["id_token"]), _nonce(state_id))
        return _with_email(adapter, claims, str(tokens["access_token"])), state.get("next") or ""
    except requests.RequestException as error:
        raise _unreachable() from error
    except (OAuth2Error, jwt.PyJWTError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise _untrusted() from error


def _nonce(state_id: str) -> str:
    """Made of the state, which the session holds: an ID token of another attempt has another one."""
    return salted_hmac("citystat.people.nonce", state_id, algorithm="sha256").hexdigest()


def _check_issuer(adapter: CityAdapter) -> None:
    if str(adapter.openid_config["issuer"]).rstrip("/") != adapter.city.issuer.rstrip("/"):
        raise KeyError("issuer")


def _checked_claims(adapter: CityAdapter, token: str, nonce: str) -> dict[str, Any]:
    """The claims of the ID token; raises PyJWTError unless it is signed by the provider, for us, now, and for this attempt."""
    header = jwt.get_unverified_header(token)
    if header["alg"] not in ALGORITHMS:
        raise jwt.InvalidAlgorithmError(header["alg"])
    config = adapter.openid_config
    claims: dict[str, Any] = jwt.decode(
        token, key=_key(config["jwks_uri"], header.get("kid")), algorithms=[header["alg"]], audience=adapter.city.client_id,
        issuer=config["issuer"], leeway=CLOCKS_APART_SECONDS, options={"require": ["exp", "iat", "iss", "aud", "sub"]},
    )  # fmt: skip
    if claims.get("azp", adapter.city.client_id) != adapter.city.client_id:
        raise jwt.InvalidAudienceError("azp")
    if not hmac.compare_digest(str(claims.get("nonce", "")), nonce):
        raise jwt.InvalidTokenError("nonce")
    return claims


def _key(address: str, key_id: str | None) -> Any:
    """The provider's key of this name; the only one where the token names none."""
    response = requests.get(address, timeout=5)
    response.raise_for_status()
    keys = [one for one in jwt.PyJWKSet.from_dict(response.json()).keys if key_id is None or one.key_id == key_id]
    if len(keys) != 1:
        raise jwt.InvalidKeyError(str(key_id))
    return keys[0]


def _with_email(adapter: CityAdapter, claims: dict[str, Any], access_token: str) -> dict[str, Any]:
    """The claims, with the e-mail address of the user information where the token has none; both must be of the same person."""
    if claims.get("email") or "userinfo_endpoint" not in adapter.openid_config:
        return claims
    told = adapter._fetch_user_info(access_token)
    if told.get("sub") != claims["sub"]:
        raise jwt.InvalidTokenError("sub")
    return claims | {name: told[name] for name in ("email", "email_verified") if name in told}


def verified_email(claims: dict[str, Any], provider: CityProvider) -> str:
    """The e-mail address in one spelling; raises NotAllowed when there is none or nobody vouches for it."""
    email = str(claims.get("email") or "").strip().lower()
    if not email:
        raise NotAllowed(_("Your city account has no e-mail address, so CityStat cannot find your account here."))
    # Some providers say nothing of it and vouch for all their addresses: then the setting says so. One that says no is believed.
    said = claims.get("email_verified")
    if said is True or str(said).lower() == "true" or (said is None and provider.trusts_emails):
        return email
    raise NotAllowed(_("Your city account's e-mail address is not verified there. Verify it, then sign in again."))


def _unreachable() -> Unreachable:
    return Unreachable(_("The city's sign-in service does not answer as it should. Try again in a few minutes."))


def _untrusted() -> NotAllowed:
    return NotAllowed(_("The answer of the city's sign-in service could not be trusted. Start signing in again."))
