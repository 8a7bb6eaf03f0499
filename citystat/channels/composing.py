"""An outbox message as an e-mail: one thread for each request and reader, a reply address, nothing a header could be broken by."""

import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from citystat.channels import configuration
from citystat.channels.letters import MESSAGE_ID
from citystat.channels.models import InboundMessage
from citystat.core import vault
from citystat.core.cities import current_city
from citystat.core.errors import InputError
from citystat.core.models import OutboxMessage
from citystat.service_requests.cases import messages

MARK_LENGTH = 20
STOP_LINK = re.compile(r"/follow/stop/[A-Za-z0-9_-]+/")


def email_of(message: OutboxMessage, to: str) -> EmailMessage:
    """The e-mail; raises InputError for an address no mail can go to."""
    domain = domain_of_mail()
    found = EmailMessage(policy=SMTP)
    found["From"] = Address(one_line(f"{current_city().name} 311"), addr_spec=sender_address())
    found["To"] = Address(addr_spec=_checked(to))
    found["Subject"] = subject_of(message)
    found["Date"] = format_datetime(timezone.now())
    found["Message-ID"] = message_id(message)
    parents = parents_of(message)
    if parents:
        found["In-Reply-To"] = parents[-1]
        found["References"] = " ".join(parents)
    if message.reply_token and configuration.mail_domain():
        found["Reply-To"] = Address(addr_spec=reply_address(message.reply_token))
    if stop := stop_link(message):
        found["List-Unsubscribe"] = f"<{stop}>"
        found["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    found["Auto-Submitted"] = "auto-generated"
    found["X-Auto-Response-Suppress"] = "All"
    found["X-Loop"] = f"citystat@{domain}"
    found.set_content(message.text, cte="quoted-printable")
    return found


def stop_link(message: OutboxMessage) -> str:
    """The link of a follower's message that ends them, which mail programs offer as a button (RFC 8058); empty for other messages."""
    found = STOP_LINK.search(message.text)
    return messages.link(found[0]) if found else ""


def subject_of(message: OutboxMessage) -> str:
    """The subject in one line; it carries the token where no reply address can."""
    subject = one_line(message.subject) or f"{current_city().name} 311"
    has_token = message.reply_token and not configuration.mail_domain()
    return f"{subject} [ref:{message.reply_token}]" if has_token else subject


def sender_address() -> str:
    """The address mail is sent from; raises InputError where none is set."""
    address = parseaddr(configuration.mail_from())[1]
    if not address:
        raise InputError("Set CITYSTAT_MAIL_FROM to the address the city's mail comes from.")
    return _checked(address)


def reply_address(token: str) -> str:
    """Where an answer to a message with this token goes."""
    return f"reply+{token}@{configuration.mail_domain()}"


def domain_of_mail() -> str:
    """The domain our message ids stand under."""
    return configuration.mail_domain() or sender_address().rpartition("@")[2]


def message_id(message: OutboxMessage) -> str:
    """The same for each try of a message; its mark cannot be guessed, so an answer to it proves that somebody got it."""
    return f"<{message.pk}.{_mark('message', str(message.pk))}@{domain_of_mail()}>"


def token_answered(reference: str) -> str:
    """The reply token of the message of ours a reference names; empty for all others. `-` stands for one that takes no answers."""
    local, _, domain = reference.strip("<>").partition("@")
    number, _, mark = local.partition(".")
    if not (domain and number.isascii() and number.isdigit() and len(number) < 18 and mark == _mark("message", number)):
        return ""
    found = OutboxMessage.objects.filter(pk=int(number)).values_list("reply_token", flat=True).first()
    return "" if found is None else found or "-"


def parents_of(message: OutboxMessage) -> list[str]:
    """Ids of the messages it continues: the root of the thread, then the letter that began it."""
    about = message.about or message.reply_token
    if not about:
        return []
    roots = [f"<{_mark('thread', f'{about}:{message.reply_token}')}@{domain_of_mail()}>"]
    return roots + [one for one in _letters_before(message) if MESSAGE_ID.fullmatch(one)]


def _letters_before(message: OutboxMessage) -> list[str]:
    """The sender's own letter, for whoever has the token."""
    if not message.reply_token:
        return []
    letters = InboundMessage.objects.filter(source="email").order_by("id")
    asked = letters.filter(token=message.reply_token)
    began = letters.filter(request__tracking_token=message.reply_token, outcome=InboundMessage.Outcome.REQUEST)
    return list(asked.values_list("message_id", flat=True)[:1]) or list(began.values_list("message_id", flat=True)[:1])


def one_line(text: str) -> str:
    """A text without line ends or other control characters, so that it can be a header."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _mark(kind: str, value: str) -> str:
    return vault.index_of(kind, value)[:MARK_LENGTH]


def _checked(address: str) -> str:
    try:
        validate_email(address)
    except ValidationError:
        raise InputError("The address is not one that mail can go to.") from None
    return address
