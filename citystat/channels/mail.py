"""A letter becomes an incoming message: ignored, a reply, or something new. The one way in of the SMTP server and the mailbox."""

import phonenumbers

from citystat.channels import actions, composing, configuration, letters, rules
from citystat.channels.actions import Incoming, Received
from citystat.channels.letters import Letter
from citystat.core.errors import InputError
from citystat.service_requests.cases.contacts import Details


def take_in(raw: bytes, envelope_from: str | None = None, recipients: tuple[str, ...] = ()) -> Received:
    """Parse one message, decide, and store what came of it; raises InputError when nothing can be read from it."""
    return actions.receive(incoming_of(letters.parse(raw, envelope_from, recipients)))


def incoming_of(letter: Letter) -> Incoming:
    """The letter in the shape of every channel."""
    channel = configuration.channel_of_machine(letter.sender)
    around = rules.Surroundings(_own_addresses(), configuration.mail_domain(), is_machine=channel is not None)
    ignored = rules.why_ignored(letter, around)
    return Incoming(
        source="email",
        message_id=letter.message_id,
        channel=channel or "email",
        sender=letter.sender,
        text=letter.text,
        subject=rules.without_marks(letter.subject),
        reporter=_reporter(letter, is_machine=channel is not None),
        reply_tokens=() if ignored else tuple(_tokens(letter)),
        enclosures=letter.enclosures,
        ignored=ignored,
        is_machine=channel is not None,
        left_out=letter.left_out,
    )


def _own_addresses() -> set[str]:
    try:
        return {composing.sender_address()}
    except InputError:
        return set()


def _tokens(letter: Letter) -> list[str]:
    """Tokens of the addresses and the subject; where there are none, of the messages of ours it answers."""
    found = rules.reply_tokens(letter.recipients, letter.subject)
    if found:
        return found
    return [token for token in (composing.token_answered(one) for one in letter.references) if token]


def _reporter(letter: Letter, *, is_machine: bool) -> Details:
    """Whom to answer. A voicemail names its caller's number in the subject or the text; its own address is nobody's."""
    language = rules.language_of(f"{letter.subject}\n{letter.text}")
    if not is_machine:
        return Details(name=letter.sender_name, email=letter.sender, language=language)
    found = phonenumbers.PhoneNumberMatcher(f"{letter.subject}\n{letter.text}"[:2000], "US")
    match = next(iter(found), None)
    number = phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164) if match else ""
    return Details(phone=number, language=language, prefers="none")
