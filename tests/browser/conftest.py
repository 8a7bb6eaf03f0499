"""A demo city served by the real command, and a real headless Chromium to look at it. Skipped, with a notice, where there is none."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = Path(os.environ.get("CITYSTAT_TEST_CHROMIUM", "/usr/bin/chromium"))
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
OFFLINE = ("--disable-component-update", "--disable-sync")
WEBGL = ("--enable-unsafe-swiftshader",)
REQUESTS = 8_000
PASSWORD = "stones warm river lamp"
ADMINISTRATOR = "ana@example.org"
SECONDS_TO_START = 90
PATIENCE_MS = 120_000


@dataclass(frozen=True)
class Site:
    """A served demo city."""

    address: str
    home: Path
    administrator_link: str

    def url(self, path: str) -> str:
        """Full address of a path."""
        return self.address + path


@dataclass
class Visit:
    """A page being looked at, and everything that went wrong on it."""

    page: Any
    site: Site
    problems: list[str] = field(default_factory=list)

    def open(self, path: str) -> int:
        """Go there; return the status."""
        response = self.page.goto(self.site.url(path), wait_until="load")
        return int(response.status)


def run(home: Path, *words: str) -> str:
    """Run one command of the product in the demo's home and return what it printed."""
    command = [sys.executable, "-m", "citystat", *words]
    done = subprocess.run(command, env=environment(home), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def environment(home: Path) -> dict[str, str]:
    """Variables of the served product: its own home and settings, not those of the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CITYSTAT_", "DJANGO_"))}
    return {**kept, "CITYSTAT_HOME": str(home), "DJANGO_SETTINGS_MODULE": "citystat.config.settings"}


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_served(address: str, process: subprocess.Popen[bytes]) -> None:
    """Return once the home page answers."""
    for _ in range(SECONDS_TO_START * 4):
        assert process.poll() is None, "citystat serve ended before it answered"
        try:
            urllib.request.urlopen(address + "/how-to-read/", timeout=30).close()
            return
        except OSError:
            time.sleep(0.25)
    raise AssertionError(f"citystat serve did not answer within {SECONDS_TO_START} seconds")


@pytest.fixture(scope="session")
def site(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demo city, with one packet released and an administrator who has a link, served by `citystat serve`."""
    home = tmp_path_factory.mktemp("browser-home") / "var"
    made = json.loads(run(home, "demo", "--requests", str(REQUESTS), "--json").splitlines()[-1])
    link = make_link(home)
    month = last_whole_month(str(made["as_of"]))
    run(home, "packet", "--month", month, "--out", str(home / "out"), "--release", "--json")
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "citystat", "serve", "--port", str(port)],
        env=environment(home),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until_served(f"http://127.0.0.1:{port}", process)
        yield Site(f"http://127.0.0.1:{port}", home, link)
    finally:
        process.terminate()
        process.wait(timeout=20)


def make_link(home: Path) -> str:
    """Path of a link that sets an administrator's password."""
    code = (
        "from citystat.people.models import User; from citystat.people import actions; "
        f"user = User.objects.create_superuser('{ADMINISTRATOR}'); print(actions.make_link(by=user, person=user))"
    )
    return run(home, "shell", "--no-imports", "-c", code).strip().splitlines()[-1]


def last_whole_month(as_of: str) -> str:
    """`2026-10-31` -> `2026-09`: a month that has had time to settle."""
    year, month = int(as_of[:4]), int(as_of[5:7]) - 1
    return f"{year - (month == 0):04d}-{month or 12:02d}"


@pytest.fixture(scope="session")
def signed_in_state(site: Site, chromium: Any) -> dict[str, Any]:
    """Cookies of the administrator, who has set a password through the one-time link and signed in, as a person does."""
    context = chromium.new_context()
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(site.url(site.administrator_link))
    page.fill("input[name=new_password1]", PASSWORD)
    page.fill("input[name=new_password2]", PASSWORD)
    page.click("main button[type=submit]")
    page.fill("input[name=login]", ADMINISTRATOR)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(site.url("/"))
    state: dict[str, Any] = context.storage_state()
    context.close()
    return state


@pytest.fixture
def visit(site: Site, chromium: Any) -> Iterator[Visit]:
    """A resident's phone."""
    yield from watched(site, chromium.new_context(viewport={"width": 390, "height": 844}))


@pytest.fixture
def staff_visit(site: Site, chromium: Any, signed_in_state: dict[str, Any]) -> Iterator[Visit]:
    """The administrator's phone."""
    yield from watched(site, chromium.new_context(viewport={"width": 390, "height": 844}, storage_state=signed_in_state))


def watched(site: Site, context: Any) -> Iterator[Visit]:
    """A page whose console errors, failures and requests to elsewhere are written down."""
    visit = Visit(context.new_page(), site)
    page = visit.page
    page.set_default_timeout(PATIENCE_MS)
    page.on("console", lambda message: visit.problems.append(f"console: {message.text}") if is_trouble(message) else None)
    page.on("pageerror", lambda error: visit.problems.append(f"script: {error}"))
    page.on("request", lambda request: visit.problems.append(f"elsewhere: {request.url}") if is_elsewhere(request.url, site) else None)
    yield visit
    context.close()


def is_trouble(message: Any) -> bool:
    """Errors and warnings of the page, not the software renderer's remarks about its own speed."""
    return message.type in {"error", "warning"} and "GL Driver Message" not in message.text


def is_elsewhere(url: str, site: Site) -> bool:
    """Whether a request leaves the site."""
    return not url.startswith((site.address + "/", "data:", "blob:"))
