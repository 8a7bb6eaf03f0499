"""The key of contact data: read from its file, private, and read again when the file is another."""

import os

import pytest

from citystat.core import vault
from citystat.core.errors import Unsafe

FIRST, SECOND = "first-" + "a1b2c3d4e5" * 5, "second-" + "f6g7h8i9j0" * 5


@pytest.fixture
def key_file(city_home, monkeypatch):
    monkeypatch.delenv("CITYSTAT_CONTACT_KEY", raising=False)
    city_home.mkdir()
    path = city_home / vault.KEY_FILE
    path.write_text(FIRST)
    path.chmod(0o600)
    return path


def test_contact_key_is_read_again_when_the_file_changed(key_file):
    assert vault.contact_key() == FIRST
    other = key_file.with_name("other")
    other.write_text(SECOND)
    other.chmod(0o600)
    os.replace(other, key_file)
    assert vault.contact_key() == SECOND


def test_contact_key_others_may_read_is_refused_even_after_it_was_read(key_file):
    assert vault.decrypt(vault.encrypt("ana@example.org")) == "ana@example.org"
    key_file.chmod(0o644)
    with pytest.raises(Unsafe, match="chmod 600"):
        vault.contact_key()


def test_contact_key_that_is_not_there_says_what_to_do(key_file):
    key_file.unlink()
    with pytest.raises(Unsafe, match="citystat init"):
        vault.contact_key()
