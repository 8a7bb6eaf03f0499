"""What must hold before CityStat starts. Each check raises Unsafe with what to do; settings run them all."""

import stat
from collections.abc import Sequence
from pathlib import Path

from citystat.core.errors import Unsafe

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]", "::1"})
MINIMUM_DIFFERENT_CHARACTERS = 8


def is_public(hosts: Sequence[str]) -> bool:
    """Whether any host name is more than this machine talking to itself."""
    return any(host not in LOOPBACK for host in hosts)


def check_hosts(hosts: Sequence[str]) -> None:
    """Host names must be named one by one."""
    if "*" in hosts:
        raise Unsafe("CITYSTAT_HOSTS must name your host names; `*` would accept any.")
    if not hosts:
        raise Unsafe("CITYSTAT_HOSTS is empty: name at least one host, or leave it unset for this machine only.")


def check_debug(debug: bool, hosts: Sequence[str]) -> None:
    """Debug pages show settings and data: for this machine only."""
    if debug and is_public(hosts):
        raise Unsafe(
            "CITYSTAT_DEBUG shows private data to anyone who meets an error: turn it off before CITYSTAT_HOSTS names a public host."
        )


def check_https(https: bool, plain_http_allowed: bool, hosts: Sequence[str]) -> None:
    """Passwords do not travel in the clear unless somebody says so."""
    if is_public(hosts) and not https and not plain_http_allowed:
        raise Unsafe(
            "Passwords would travel unencrypted: set CITYSTAT_HTTPS=on behind your HTTPS proxy, "
            "or CITYSTAT_ALLOW_PLAIN_HTTP=on for a closed network."
        )


def check_key(key: str) -> None:
    """A key somebody typed by leaning on the keyboard is no key."""
    if len(set(key)) < MINIMUM_DIFFERENT_CHARACTERS:
        raise Unsafe("The secret key repeats the same few characters: set CITYSTAT_SECRET_KEY to a long random value.")


def check_home(folder: Path, hosts: Sequence[str]) -> None:
    """Nobody else may write to the home folder; once the host is public, nobody else may read it either."""
    if not folder.exists():
        return
    mode = folder.stat().st_mode
    if mode & stat.S_IWOTH:
        raise Unsafe(f"Every user of this machine can write to the CityStat home: run `chmod 700 {folder}`.")
    if is_public(hosts) and mode & (stat.S_IROTH | stat.S_IXOTH):
        raise Unsafe(f"Every user of this machine can read the CityStat home: run `chmod 700 {folder}`.")
