"""A small city that can be written to, and the outside systems it talks with."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

from tests.channels.servers import Mailbox, MailSink, TextService
from tests.factories import cases

HOOK_SECRET = "a long secret of the chat program"
SMS_TOKEN = "a long secret of the text service"


@pytest.fixture(autouse=True)
def english() -> None:
    """A page read in Spanish leaves its language in the process."""
    translation.activate("en")


@pytest.fixture
def city(city_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cases.make_districts()
    cases.make_service(form={"keywords": ["hole in the road", "bache"]})
    for name, value in {
        "CITYSTAT_MAIL_DOMAIN": "mail.city.example",
        "CITYSTAT_MAIL_FROM": "311@city.example",
        "CITYSTAT_MAIL_CHANNELS": "voicemail@pbx.city.example=phone,fax*@pbx.city.example=mail",
        "CITYSTAT_HOOK_SECRETS": f"chat={HOOK_SECRET}",
        "CITYSTAT_SMS_TOKEN": SMS_TOKEN,
    }.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def mail_sink(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailSink]:
    """A real SMTP server that keeps what it is given."""
    with MailSink() as sink:
        monkeypatch.setenv("CITYSTAT_SMTP_HOST", "127.0.0.1")
        monkeypatch.setenv("CITYSTAT_SMTP_PORT", str(sink.port))
        monkeypatch.setenv("CITYSTAT_SMTP_TLS", "off")
        yield sink


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    """A real IMAP server with one folder."""
    with Mailbox() as found:
        for name, value in {"HOST": "127.0.0.1", "PORT": str(found.port), "USER": "city", "PASSWORD": "pass word", "TLS": "off"}.items():
            monkeypatch.setenv(f"CITYSTAT_IMAP_{name}", value)
        yield found


@pytest.fixture
def text_service(monkeypatch: pytest.MonkeyPatch) -> Iterator[TextService]:
    """A real HTTP server that answers as the text message service does."""
    with TextService() as found:
        for name, value in {"URL": f"http://127.0.0.1:{found.port}", "ACCOUNT": "AC1", "FROM": "+18165550199"}.items():
            monkeypatch.setenv(f"CITYSTAT_SMS_{name}", value)
        monkeypatch.setenv("CITYSTAT_SMS_TOKEN", SMS_TOKEN)
        yield found
