"""init, serve and demo as a person meets them: through the command line, in a home of their own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from citystat.core import cities
from citystat.core.errors import InputError, NotAllowed
from citystat.ops import city_folder
from citystat.ops.demo import rebuild
from citystat.ops.management.commands import serve


def run(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in {"CITYSTAT_SECRET_KEY", "DJANGO_SETTINGS_MODULE"}}
    return subprocess.run(
        [sys.executable, "-m", "citystat", *words],
        env={**environment, "CITYSTAT_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_init_makes_a_private_home_and_a_one_time_link(tmp_path: Path) -> None:
    home = tmp_path / "var"
    done = run(home, "init", "--name", "Mill City", "--time-zone", "America/Chicago", "--admin-email", "ana@mill.example", "--json")
    result = json.loads(done.stdout)
    assert "/set-password/" in result["set_password_link"]
    assert (home / "secret.key").stat().st_mode & 0o077 == 0
    assert home.stat().st_mode & 0o077 == 0


def test_init_twice_keeps_the_city_and_the_key(tmp_path: Path) -> None:
    home = tmp_path / "var"
    run(home, "init", "--name", "Mill City", "--time-zone", "America/Chicago")
    key = (home / "secret.key").read_text()
    again = json.loads(run(home, "init", "--json").stdout)
    assert (again["city"], again["time_zone"], again["database"]) == ("Mill City", "America/Chicago", "up to date")
    assert (home / "secret.key").read_text() == key


def test_init_wrong_time_zone_says_what_to_write(tmp_path: Path) -> None:
    done = run(tmp_path / "var", "init", "--time-zone", "Chicago")
    assert done.returncode == 1
    assert "America/Chicago" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_serve_without_installation_says_what_to_run(tmp_path: Path) -> None:
    home = tmp_path / "var"
    first = run(home, "serve")
    assert first.returncode == 1
    assert "citystat init" in first.stderr
    assert not home.exists()


def test_help_needs_no_installation(tmp_path: Path) -> None:
    home = tmp_path / "var"
    done = run(home, "demo", "--help")
    assert done.returncode == 0
    assert "Example:" in done.stdout
    assert not home.exists()


def test_check_port_in_use_names_another_way() -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(InputError, match="--port"):
            serve.check_port("127.0.0.1", taken.getsockname()[1])


def test_demo_refuses_the_home_of_a_real_city(city_home: Path) -> None:
    cities.write_city(name="Mill City", time_zone="America/Chicago")
    with pytest.raises(NotAllowed, match="Mill City"):
        rebuild.check_may_overwrite()


def test_demo_may_remake_itself(city_home: Path) -> None:
    cities.write_city(name="Calder Bend", demo=True)
    rebuild.check_may_overwrite()


def test_city_folder_unknown_word_is_named(tmp_path: Path) -> None:
    (tmp_path / "places.yaml").write_text("layers:\n  - {file: a.geojson, kind: ward, colour: red}\n")
    with pytest.raises(InputError, match="colour"):
        city_folder.load(tmp_path)


def test_city_folder_missing_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "places.yaml").write_text("layers:\n  - {file: a.geojson, kind: ward, code: ID}\n")
    with pytest.raises(InputError, match=r"a\.geojson"):
        city_folder.load(tmp_path)
