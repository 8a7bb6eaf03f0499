"""init, serve and demo as a person meets them: through the command line, in a home of their own."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from citystat.core import cities
from citystat.core.errors import InputError, NotAllowed
from citystat.core.locks import exclusive
from citystat.ops import city_folder, set_up
from citystat.ops.demo import rebuild
from citystat.ops.management.commands import serve
from citystat.warehouse import connections, landing


def run(home: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    left_out = {"CITYSTAT_SECRET_KEY", "DJANGO_SETTINGS_MODULE", "CITYSTAT_BASE_URL"}
    environment = {name: value for name, value in os.environ.items() if name not in left_out} | variables
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


def test_init_link_leads_to_the_port_the_pages_will_have(tmp_path: Path) -> None:
    done = run(tmp_path / "var", "init", "--admin-email", "ana@mill.example", "--port", "8123", "--json")
    assert json.loads(done.stdout)["set_password_link"].startswith("http://127.0.0.1:8123/set-password/")


def test_init_link_leads_to_the_address_the_city_says(tmp_path: Path) -> None:
    done = run(tmp_path / "var", "init", "--admin-email", "ana@mill.example", "--json", CITYSTAT_BASE_URL="https://stat.mill.example/")
    assert json.loads(done.stdout)["set_password_link"].startswith("https://stat.mill.example/set-password/")


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


def test_links_lead_here_names_the_port_served(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITYSTAT_BASE_URL", "")
    serve.links_lead_here(8123)
    assert f"http://{settings.ALLOWED_HOSTS[0]}:8123" == settings.CITYSTAT_BASE_URL


def test_links_lead_here_leaves_the_address_the_city_says(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.CITYSTAT_BASE_URL = "https://stat.mill.example"
    monkeypatch.setenv("CITYSTAT_BASE_URL", settings.CITYSTAT_BASE_URL)
    serve.links_lead_here(8123)
    assert settings.CITYSTAT_BASE_URL == "https://stat.mill.example"


@pytest.mark.django_db
def test_sign_in_links_are_for_those_without_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CITYSTAT_BASE_URL", raising=False)
    calls = rebuild.live.make_people()["calls@calderbend.example"]
    calls.set_password("stones warm river lamp")
    calls.save()
    links = rebuild.sign_in_links(8123)["links"]
    assert "calls@calderbend.example" not in links
    assert links["manager@calderbend.example"].startswith("http://127.0.0.1:8123/set-password/")


def test_demo_refuses_the_home_of_a_real_city(city_home: Path) -> None:
    cities.write_city(name="Mill City", time_zone="America/Chicago")
    with pytest.raises(NotAllowed, match="Mill City"):
        rebuild.check_may_overwrite()


def test_init_refuses_the_home_of_the_demo(city_home: Path) -> None:
    cities.write_city(name="Calder Bend", demo=True)
    with pytest.raises(NotAllowed, match="CITYSTAT_HOME"):
        set_up.initialize(name="Mill City")
    assert cities.current_city().name == "Calder Bend"


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


EXPORT = "request_id,service,opened_at,closed_at\n1,Pothole,2026-01-05 10:00,2026-01-07 09:00\n2,Pothole,2026-01-06 10:00,\n"


def load_with_build(folder: Path) -> dict[str, Any]:
    export = folder / "export.csv"
    export.write_text(EXPORT)
    call_command(
        "load", "requests", str(export), "--as-of", "2026-01-31", "--layout", "citystat", "--build", "--json", stdout=(out := io.StringIO())
    )
    return dict(json.loads(out.getvalue()))


@pytest.mark.django_db
def test_load_with_build_counts_at_once(city_home: Path, tmp_path: Path) -> None:
    found = load_with_build(tmp_path)
    assert (found["loaded"], found["build"], found["built"]["requests"]) == (2, 1, 2)
    assert connections.current_number() == 1


@pytest.mark.django_db
def test_load_with_build_that_fails_keeps_the_load_and_says_what_to_run(city_home: Path, tmp_path: Path) -> None:
    with exclusive("build"), pytest.raises(InputError, match=r"The requests are loaded, but not counted yet: .* run `citystat build`"):
        load_with_build(tmp_path)
    assert [load.facts["loaded"] for load in landing.loads("requests")] == [2]
