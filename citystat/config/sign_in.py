"""Signing in with the city's own accounts, as the environment sets it. Half a set-up is refused, because it would look like a whole one."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from citystat.config.safety import LOOPBACK
from citystat.core.errors import Unsafe
from citystat.people.rules import CityProvider


def provider(environ: Mapping[str, str], *, trusts_emails: bool, is_only_way: bool) -> CityProvider | None:
    """The provider, or None where nothing of it is set; raises Unsafe for half a set-up and for an issuer not reached by HTTPS."""
    issuer = environ.get("CITYSTAT_OIDC_ISSUER", "").strip()
    client_id = environ.get("CITYSTAT_OIDC_CLIENT_ID", "").strip()
    client_secret = environ.get("CITYSTAT_OIDC_CLIENT_SECRET", "").strip()
    name = environ.get("CITYSTAT_OIDC_NAME", "").strip()
    needed = {"ISSUER": issuer, "CLIENT_ID": client_id, "CLIENT_SECRET": client_secret}
    missing = [f"CITYSTAT_OIDC_{one}" for one, value in needed.items() if not value]
    if len(missing) == len(needed) and not (name or trusts_emails or is_only_way):
        return None
    if missing:
        raise Unsafe(f"Signing in with the city's accounts is half set up: set {', '.join(missing)} as well.")
    check_issuer(issuer)
    return CityProvider(issuer, client_id, client_secret, name, trusts_emails, is_only_way)


def check_issuer(issuer: str) -> None:
    """An address with HTTPS, or on this machine."""
    parts = urlsplit(issuer)
    if not parts.hostname or parts.query or parts.fragment:
        raise Unsafe(f"CITYSTAT_OIDC_ISSUER must be the issuer's address, such as https://login.city.example, not {issuer!r}.")
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise Unsafe("CITYSTAT_OIDC_ISSUER must begin with https://: who signs in would otherwise be told in the clear.")
