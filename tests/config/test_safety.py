"""CityStat does not start where it would be unsafe, and says what to do."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from citystat.config import safety
from citystat.core.errors import Unsafe

LOCAL = ["127.0.0.1", "localhost"]
PUBLIC = ["stat.example.gov"]


def test_check_hosts_refuses_any_host() -> None:
    with pytest.raises(Unsafe, match="would accept any"):
        safety.check_hosts(["*"])


def test_check_hosts_refuses_none() -> None:
    with pytest.raises(Unsafe, match="name at least one host"):
        safety.check_hosts([])


def test_check_debug_is_for_this_machine_only() -> None:
    safety.check_debug(True, LOCAL)
    with pytest.raises(Unsafe, match="CITYSTAT_DEBUG"):
        safety.check_debug(True, PUBLIC)


@pytest.mark.parametrize(("https", "allowed"), [(True, False), (False, True)])
def test_check_https_accepts_either_choice(https: bool, allowed: bool) -> None:
    safety.check_https(https, allowed, PUBLIC)


def test_check_https_refuses_passwords_in_the_clear() -> None:
    with pytest.raises(Unsafe, match="unencrypted"):
        safety.check_https(False, False, PUBLIC)


def test_check_key_refuses_a_leaned_on_keyboard() -> None:
    with pytest.raises(Unsafe, match="repeats"):
        safety.check_key("abc" * 20)


@pytest.mark.parametrize(("mode", "hosts", "sentence"), [(0o707, LOCAL, "can write"), (0o755, PUBLIC, "can read")])
def test_check_home_refuses_strangers(tmp_path: Path, mode: int, hosts: list[str], sentence: str) -> None:
    tmp_path.chmod(mode)
    with pytest.raises(Unsafe, match=sentence):
        safety.check_home(tmp_path, hosts)


def test_check_home_lets_a_readable_folder_serve_this_machine(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    safety.check_home(tmp_path, LOCAL)


def start(home: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "CITYSTAT_HOME": str(home), "DJANGO_SETTINGS_MODULE": "citystat.config.settings", **variables}
    return subprocess.run([sys.executable, "-m", "citystat", "check"], env=environment, capture_output=True, text=True, timeout=60)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"CITYSTAT_DEBUG": "on", "CITYSTAT_HOSTS": "stat.example.gov"}, "CITYSTAT_DEBUG"),
        ({"CITYSTAT_HOSTS": "stat.example.gov"}, "unencrypted"),
        ({"CITYSTAT_SECRET_KEY": "short"}, "shorter than 40"),
        ({"CITYSTAT_DEBUG": "perhaps"}, "must be on or off"),
    ],
)
def test_start_is_refused_in_one_sentence(tmp_path: Path, variables: dict[str, str], sentence: str) -> None:
    tried = start(tmp_path, **variables)
    assert tried.returncode == 1
    assert sentence in tried.stderr
    assert "Traceback" not in tried.stderr


@pytest.mark.slow
def test_pages_are_never_served_without_a_real_key(tmp_path: Path) -> None:
    environment = {**os.environ, "CITYSTAT_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "citystat.config.settings"}
    environment |= {"CITYSTAT_NO_SECRET": "on"}
    command = [sys.executable, "-c", "import citystat.config.wsgi"]
    tried = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert tried.returncode == 1
    assert "Unsafe: The secret key repeats" in tried.stderr
