"""Signing in with the city's own accounts, as the environment sets it. Half a set-up is refused, because it would look like a whole one."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from citystat.config.safety import LOOPBACK
from citystat.core.errors import Unsafe
from citystat.people.rules import CityProvider

NEEDED = ("CITYSTAT_OIDC_ISSUER", "CITYSTAT_OIDC_CLIENT_ID", "CITYSTAT_OIDC_CLIENT_SECRET")


def provider(environment: Mapping[str, str], *, trusts_emails: bool, is_only_way: bool) -> CityProvider | None:
    """The provider, or None where nothing of it is set; raises Unsafe for half a set-up and for an issuer not reached by HTTPS."""
    given = {name: environment.get(name, "").strip() for name in NEEDED}
    missing = [name for name, value in given.items() if not value]
    name = environment.get("CITYSTAT_OIDC_NAME", "").strip()
    if len(missing) == len(NEEDED):
        if name or trusts_emails or is_only_way:
            raise Unsafe(f"Signing in with the city's accounts is half set up: set {', '.join(NEEDED)} as well.")
        return None
    if missing:
        raise Unsafe(f"Signing in with the city's accounts is half set up: set {', '.join(missing)} as well.")
    issuer = given["CITYSTAT_OIDC_ISSUER"]
    check_issuer(issuer)
    return CityProvider(issuer, given["CITYSTAT_OIDC_CLIENT_ID"], given["CITYSTAT_OIDC_CLIENT_SECRET"], name, trusts_emails, is_only_way)


def check_issuer(issuer: str) -> None:
    """An address with HTTPS, or on this machine."""
    parts = urlsplit(issuer)
    if not parts.hostname or parts.query or parts.fragment:
        raise Unsafe(f"CITYSTAT_OIDC_ISSUER must be the issuer's address, such as https://login.city.example, not {issuer!r}.")
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise Unsafe("CITYSTAT_OIDC_ISSUER must begin with https://: who signs in would otherwise be told in the clear.")
