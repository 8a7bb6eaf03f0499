"""Contact data at rest: encrypted, and findable only through a keyed index.

The key comes from the environment (`CITYSTAT_CONTACT_KEY`), else from a private file that `citystat init` makes beside the secret key.
Losing it loses the contact data; nothing else depends on it.
"""

import base64
import hashlib
import hmac
import os
import secrets as random_source
import stat
from functools import lru_cache
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from citystat.core.errors import InputError, Unsafe
from citystat.core.home import home

KEY_FILE = "contact.key"
VARIABLE = "CITYSTAT_CONTACT_KEY"
MINIMUM_LENGTH = 40
INDEX_LENGTH = 32


def make_contact_key() -> None:
    """Write a new key file, readable by its owner only, unless one exists or the environment has a key."""
    path = home() / KEY_FILE
    if path.exists() or os.environ.get("CITYSTAT_CONTACT_KEY"):
        return
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(random_source.token_urlsafe(64))


def contact_key() -> str:
    """The key; raises Unsafe, with what to do, when there is none, when it is short, or when others may read the file."""
    key = os.environ.get("CITYSTAT_CONTACT_KEY", "").strip() or _from_file()
    if len(key) < MINIMUM_LENGTH:
        raise Unsafe(f"The key of contact data is shorter than {MINIMUM_LENGTH} characters: set {VARIABLE} to a long random value.")
    return key


def encrypt(text: str) -> str:
    """The text as a token only the key opens; empty stays empty."""
    return _cipher(contact_key()).encrypt(text.encode()).decode() if text else ""


def decrypt(token: str) -> str:
    """The text of a token; raises InputError when the key is not the one it was made with."""
    if not token:
        return ""
    try:
        return _cipher(contact_key()).decrypt(token.encode()).decode()
    except InvalidToken:
        raise InputError(f"Contact data cannot be read: {VARIABLE} is not the key they were stored with.") from None


def index_of(kind: str, value: str) -> str:
    """A keyed checksum of an address or number, equal for equal values of a kind; empty for nothing."""
    if not value:
        return ""
    return hmac.new(_part(contact_key(), b"index"), f"{kind}:{value}".encode(), hashlib.sha256).hexdigest()[:INDEX_LENGTH]


@lru_cache(maxsize=4)
def _cipher(key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(_part(key, b"cipher")))


@lru_cache(maxsize=8)
def _part(key: str, purpose: bytes) -> bytes:
    return hmac.new(key.encode(), purpose, hashlib.sha256).digest()


def _from_file() -> str:
    path = home() / KEY_FILE
    try:
        found = path.stat()
    except FileNotFoundError:
        raise Unsafe(f"CityStat has no key for contact data yet: run `citystat init`, or set {VARIABLE}.") from None
    if found.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise Unsafe(f"Other users of this machine can read {path.name} in the CityStat home: run `chmod 600` on it.")
    return _read(path, (found.st_ino, found.st_mtime_ns, found.st_size))


@lru_cache(maxsize=4)
def _read(path: Path, version: tuple[int, ...]) -> str:
    """The key of one version of the file, which every request that is filed asks for several times."""
    return path.read_text().strip()
