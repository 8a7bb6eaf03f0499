"""E-mails as people's programs write them."""

from email.message import EmailMessage
from email.policy import SMTP
from itertools import count
from typing import Any

from citystat.channels import mail
from citystat.channels.actions import Received

NUMBERS = count(1)


def letter(
    text: str = "", *, sender: str = "Ana Ruiz <ana@example.org>", to: str = "311@mail.city.example", subject: str = "Pothole",
    message_id: str = "", html: str = "", pictures: tuple[bytes, ...] = (), files: tuple[tuple[str, bytes], ...] = (), **headers: str,
) -> bytes:  # fmt: skip
    found = EmailMessage(policy=SMTP)
    found["From"], found["To"], found["Subject"] = sender, to, subject
    found["Message-ID"] = message_id or f"<{next(NUMBERS)}@example.org>"
    for name, value in headers.items():
        found[name.replace("_", "-")] = value
    if text or not html:
        found.set_content(text)
    if html and text:
        found.add_alternative(html, subtype="html")
    elif html:
        found.set_content(html, subtype="html")
    for picture in pictures:
        found.add_attachment(picture, maintype="image", subtype="jpeg", filename="IMG_1.jpg")
    for name, content in files:
        found.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return found.as_bytes()


def take_in(text: str = "", envelope_from: str | None = None, recipients: tuple[str, ...] = (), **values: Any) -> Received:
    return mail.take_in(letter(text, **values), envelope_from, recipients)
