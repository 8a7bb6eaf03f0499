"""What came in becomes a request, a reply, a question back, or a message for a call taker, or is ignored for a reason. Each counts once."""

import hashlib
import json
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from citystat.channels import access, configuration, files, rules
from citystat.channels.letters import Enclosure
from citystat.channels.models import InboundMessage, StoppedNumber
from citystat.core import audit, outbox, vault
from citystat.core.cities import current_city
from citystat.core.errors import InputError, UserError
from citystat.core.models import OutboxMessage
from citystat.service_requests import rules as request_rules
from citystat.service_requests.cases import actions as case_actions
from citystat.service_requests.cases import finding, queries
from citystat.service_requests.cases.actions import Report
from citystat.service_requests.cases.contacts import Details
from citystat.service_requests.models import ServiceRequest

CONVERSATION = timedelta(days=30)
ANSWER_EXPECTED = timedelta(days=7)
# A person picks from suggestions; without one a request is filed only under a service that is rather sure.
SURE_SCORE = 0.55
ASKED_ONCE_IN = timedelta(days=1)
Outcome = InboundMessage.Outcome


@dataclass(frozen=True)
class Incoming:
    """A message of any channel in one shape. `sender` is what rate limits and conversations go by."""

    source: str
    message_id: str
    channel: str
    sender: str
    text: str
    subject: str = ""
    reporter: Details = field(default_factory=Details)
    reply_tokens: tuple[str, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    address: str = ""
    point: tuple[float, float] | None = None
    ignored: str = ""
    is_machine: bool = False
    starts_anew: bool = False
    left_out: int = 0


@dataclass(frozen=True)
class Received:
    """What became of a message. `answer` is a sentence to say back at once, where the channel can."""

    message: InboundMessage
    is_replay: bool = False
    answer: str = ""


def receive(incoming: Incoming) -> Received:
    """Take one message in, in one transaction; one that was taken before is left as it is."""
    kept, broken = files.checked(incoming.enclosures) if not incoming.ignored else ([], 0)
    incoming = replace(incoming, enclosures=tuple(kept), left_out=incoming.left_out + broken)
    key = hashlib.sha256(f"{incoming.source}\0{incoming.message_id}".encode()).hexdigest()
    with transaction.atomic():
        message, is_new = InboundMessage.objects.select_for_update(of=("self",)).get_or_create(key=key, defaults=_row(incoming))
        if not is_new:
            return Received(message, is_replay=True)
        files.keep(message, incoming.enclosures)
        with translation.override(message.language):
            answer = _act(message, incoming)
        message.save()
    return Received(message, answer=answer)


def _row(incoming: Incoming) -> dict[str, Any]:
    reporter = incoming.reporter
    return {
        "source": incoming.source[:40],
        "message_id": incoming.message_id[:250],
        "channel": incoming.channel,
        "received_at": timezone.now(),
        "sender_sealed": vault.encrypt(incoming.sender),
        "sender_index": vault.index_of("sender", f"{incoming.source}:{incoming.sender.casefold()}"),
        "reporter_sealed": "" if reporter.is_empty else vault.encrypt(json.dumps(asdict(reporter))),
        "language": reporter.language,
        "subject": incoming.subject[:200],
        "text": incoming.text[: case_actions.LONGEST_DESCRIPTION],
        "left_out": min(incoming.left_out, 1000),
    }


def _act(message: InboundMessage, incoming: Incoming) -> str:
    """Decide and do; the row is filled in and saved by the caller. Gives the sentence to say back."""
    reason = incoming.ignored or _too_many(message, incoming)
    if reason:
        return _settle(message, Outcome.IGNORED, reason)
    request = _request_meant(message, incoming)
    if request is not None:
        return _reply(message, request)
    waiting = _question_answered(message, incoming)
    if waiting is not None:
        place = incoming.address or rules.place_as_answer(message.text)
        return _complete(message, waiting, place, incoming)
    return _begin(message, incoming)


def _settle(message: InboundMessage, outcome: str, reason: str = "", request: ServiceRequest | None = None) -> str:
    message.outcome, message.reason, message.request = outcome, reason[:200], request
    return ""


def _too_many(message: InboundMessage, incoming: Incoming) -> str:
    if incoming.is_machine:
        return ""
    since = timezone.now() - timedelta(hours=1)
    earlier = InboundMessage.objects.filter(sender_index=message.sender_index, received_at__gte=since).count()
    most = configuration.most_an_hour()
    return f"The sender wrote more than {most} messages in an hour." if earlier > most else ""


def _request_meant(message: InboundMessage, incoming: Incoming) -> ServiceRequest | None:
    """The request a reply belongs to: by its token, or in a text message conversation by the number."""
    if incoming.reply_tokens:
        found = ServiceRequest.objects.filter(tracking_token__in=incoming.reply_tokens).first()
        asked = InboundMessage.objects.filter(token__in=incoming.reply_tokens, request__isnull=False).select_related("request").first()
        return found or (asked.request if asked else None)
    if incoming.source != "sms" or incoming.starts_anew or _is_waiting_for_place(message, incoming):
        return None
    return (
        ServiceRequest.objects.filter(
            Q(reporter__phone_index=vault.index_of("phone", incoming.sender)),
            status__in=request_rules.OPEN_STATUSES,
            opened_at__gte=timezone.now() - CONVERSATION,
        )
        .order_by("-opened_at", "-id")
        .first()
    )


def _is_waiting_for_place(message: InboundMessage, incoming: Incoming) -> bool:
    return bool(rules.place_as_answer(incoming.text)) and _last_question(message) is not None


def _last_question(message: InboundMessage) -> InboundMessage | None:
    """The sender's latest message that still waits for its place."""
    return (
        InboundMessage.objects.filter(
            sender_index=message.sender_index, outcome=Outcome.WAITING, asked_at__gte=timezone.now() - ANSWER_EXPECTED
        )
        .exclude(pk=message.pk)
        .order_by("-received_at", "-id")
        .first()
    )


def _question_answered(message: InboundMessage, incoming: Incoming) -> InboundMessage | None:
    """The waiting message this one answers: by its token in e-mail, by the sender elsewhere."""
    if incoming.source == "email":
        return InboundMessage.objects.filter(token__in=incoming.reply_tokens, outcome=Outcome.WAITING).exclude(pk=message.pk).first()
    return None if incoming.starts_anew else _last_question(message)


def _reply(message: InboundMessage, request: ServiceRequest) -> str:
    if not (message.text or message.left_out or message.files.exists()):
        return _settle(message, Outcome.IGNORED, "It says nothing new.")
    case_actions.add_reply(request_id=request.pk, text=message.text, channel=message.channel, pictures=files.pictures_of(message))
    files.remove_pictures(message)
    _settle(message, Outcome.REPLY, "", request)
    return _("Thank you. Your message was added to request %(number)s.") % {"number": request.number}


def _complete(message: InboundMessage, waiting: InboundMessage, place: str, incoming: Incoming) -> str:
    """The answer to "where is it?": with a place the waiting message becomes a request, without one a call taker looks."""
    if not place and incoming.point is None:
        waiting.text = f"{waiting.text}\n\n{message.text}".strip()[: case_actions.LONGEST_DESCRIPTION]
        waiting.save()
        _settle(message, Outcome.DISCARDED, f"Added to message {waiting.pk}, which waits for a call taker.")
        return _("Thank you. Somebody will read your message.")
    if rules.says_more(message.text, place):
        waiting.text = f"{waiting.text}\n\n{message.text}".strip()[: case_actions.LONGEST_DESCRIPTION]
    answer = _file(waiting, place, incoming.point, files.pictures_of(message))
    if waiting.request is None and place not in waiting.text:
        waiting.text = f"{waiting.text}\n\n{place}".strip()[: case_actions.LONGEST_DESCRIPTION]
    waiting.save()
    if waiting.request is None:
        _settle(message, Outcome.DISCARDED, f"It gave the place of message {waiting.pk}, which waits for a call taker.")
    else:
        _settle(message, Outcome.REPLY, "", waiting.request)
    return answer


def _begin(message: InboundMessage, incoming: Incoming) -> str:
    """A message about something new."""
    if incoming.reply_tokens:
        return _settle(message, Outcome.WAITING, "It answers a message the city does not know.")
    if not (message.text or message.subject or message.files.exists()):
        return _settle(message, Outcome.IGNORED, "It is empty.")
    place = incoming.address or rules.place_in(f"{message.subject}\n{message.text}")
    if place or incoming.point is not None:
        return _file(message, place, incoming.point)
    if incoming.is_machine:
        return _settle(message, Outcome.WAITING, "A recording or fax is read by a person.")
    return _ask_for_place(message, incoming)


def service_for(text: str, least: float = SURE_SCORE) -> str:
    """Slug of the service a text means when that is clear, else the general one; empty where there is none."""
    found = finding.suggest(text, 1)
    if found and found[0][1] >= least:
        return found[0][0].slug
    return configuration.general_service()


def _file(message: InboundMessage, place: str, point: tuple[float, float] | None, more: list[bytes] | None = None) -> str:
    """Make the request; what keeps it from being one becomes the reason it waits for."""
    service = service_for(f"{message.subject}\n{message.text}")
    if not service:
        return _settle(message, Outcome.WAITING, "Which service it means is not clear.")
    report = Report(
        service=service, description=description_of(message), address=place, reporter=reporter_of(message),
        longitude=point[0] if point else None, latitude=point[1] if point else None,
    )  # fmt: skip
    pictures = [*files.pictures_of(message), *(more or [])]
    try:
        with transaction.atomic():
            request = case_actions.file_request(by=None, report=report, channel=message.channel, pictures=pictures, strict_answers=False)
            files.remove_pictures(message)
    except UserError as error:
        _settle(message, Outcome.WAITING, str(error))
        return _("Thank you. Somebody will read your message.")
    _settle(message, Outcome.REQUEST, "", request)
    if message.source == "sms":
        return ""  # The outbox sends the same by text.
    return _("The city has received your request. Its number is %(number)s.") % {"number": request.number}


def description_of(message: InboundMessage) -> str:
    """Subject and text, as the description of a request."""
    subject = message.subject.strip()
    parts = [subject if subject and subject.casefold() not in message.text.casefold() else "", message.text.strip()]
    return "\n\n".join(part for part in parts if part)[: case_actions.LONGEST_DESCRIPTION]


def reporter_of(message: InboundMessage) -> Details:
    """Whom to answer; nobody where the channel says none."""
    sealed = vault.decrypt(message.reporter_sealed)
    return Details(**json.loads(sealed)) if sealed else Details(language=message.language)


def _ask_for_place(message: InboundMessage, incoming: Incoming) -> str:
    """Ask once; by e-mail at most once a day, so that two machines never write to each other."""
    _settle(message, Outcome.WAITING, "It does not say where.")
    question = _("Thank you for writing to %(city)s. Where is it? Answer with an address or two streets that cross.") % {
        "city": current_city().name
    }
    since = timezone.now() - ASKED_ONCE_IN
    if InboundMessage.objects.filter(sender_index=message.sender_index, asked_at__gte=since).exists():
        return _("Thank you. Somebody will read your message.")
    if incoming.source == "email":
        subject = f"Re: {message.subject}" if message.subject else _("Your message to the city")
        text = f"{question}\n\n> " + message.text[:500].replace("\n", "\n> ")
        outbox.put([outbox.Draft("email", incoming.sender, text, f"where:{message.pk}", subject, message.token)])
    message.asked_at = timezone.now()
    return question


def stop_texts(number: str) -> str:
    """No more text messages to a number; gives the sentence carriers ask for."""
    StoppedNumber.objects.get_or_create(phone_index=vault.index_of("phone", number))
    return _("You will get no more text messages from %(city)s 311. Send START to get them again.") % {"city": current_city().name}


def start_texts(number: str) -> str:
    """Text messages again."""
    StoppedNumber.objects.filter(phone_index=vault.index_of("phone", number)).delete()
    return _("You will get text messages from %(city)s 311 again. Send STOP to end them.") % {"city": current_city().name}


def help_with_texts() -> str:
    """What a number that asks for help is told."""
    return _(
        "%(city)s 311: say what is wrong and where. A text about an open request is added to it; begin with NEW for something else. "
        "STOP ends messages."
    ) % {"city": current_city().name}


def open_message(message: InboundMessage, *, by: Any) -> Details:
    """Who wrote a message, for a call taker; the look is logged."""
    access.check_can_read_messages(by)
    audit.record(by=by, action="see contact", target=f"message {message.pk}")
    reporter = reporter_of(message)
    return reporter if not reporter.is_empty else Details(name=message.sender)


@transaction.atomic
def file_message(*, by: Any, message_id: int, service: str, address: str, description: str) -> ServiceRequest:
    """A call taker makes the request of a waiting message, with its pictures and its reporter."""
    message = _waiting(by, message_id)
    report = Report(service=service, description=description, address=address, reporter=reporter_of(message))
    pictures = files.pictures_of(message)
    request = case_actions.file_request(by=by, report=report, channel=message.channel, pictures=pictures, strict_answers=False)
    _handled(message, by, Outcome.REQUEST, request)
    return request


@transaction.atomic
def add_to_request(*, by: Any, message_id: int, number: str) -> ServiceRequest:
    """A call taker adds a waiting message to the request it belongs to."""
    message = _waiting(by, message_id)
    request = queries.by_number(number)
    case_actions.add_reply(
        request_id=request.pk, text=description_of(message), channel=message.channel, pictures=files.pictures_of(message)
    )
    _handled(message, by, Outcome.REPLY, request)
    return request


@transaction.atomic
def discard(*, by: Any, message_id: int, why: str) -> None:
    """A call taker says that nothing is to be done; the reason stays."""
    message = _waiting(by, message_id)
    if not why.strip():
        raise InputError(_("Say why nothing is to be done."))
    message.reason = why.strip()[:200]
    _handled(message, by, Outcome.DISCARDED, None)
    files.remove(message)


def _waiting(by: Any, message_id: int) -> InboundMessage:
    access.check_can_read_messages(by)
    message = InboundMessage.objects.select_for_update(of=("self",)).filter(pk=message_id).first()
    if message is None or message.outcome != Outcome.WAITING:
        raise InputError(_("Somebody has dealt with this message already."))
    return message


def _handled(message: InboundMessage, by: Any, outcome: str, request: ServiceRequest | None) -> None:
    message.outcome, message.request, message.handled_by, message.handled_at = outcome, request, by, timezone.now()
    message.save()
    files.remove_pictures(message)
    audit.record(by=by, action=f"message {outcome}", target=f"message {message.pk}", details={"request": str(request or "")})


def tidy(*, before: datetime) -> int:
    """Wipe words, senders and files of messages dealt with before an instant; the rows stay, so that a replay still counts once.

    A request keeps what was filed with it. Messages that wait for a call taker are left alone.
    """
    done = 0
    old = InboundMessage.objects.filter(received_at__lt=before).exclude(outcome=Outcome.WAITING).exclude(sender_sealed="")
    for message in old.order_by("id").iterator(chunk_size=200):
        with transaction.atomic():
            files.remove(message)
            message.sender_sealed = message.reporter_sealed = message.sender_index = message.subject = message.text = ""
            message.save()
        done += 1
    return done


def try_again(*, by: Any, message_id: int) -> None:
    """Put a stuck message back into the line; None is the command line."""
    access.check_can_manage_messages(by)
    found = OutboxMessage.objects.filter(pk=message_id, status=OutboxMessage.Status.STUCK).first()
    if found is None:
        raise InputError(_("There is no stuck message %(number)s.") % {"number": message_id})
    with transaction.atomic():
        outbox.try_again(found.pk)
        audit.record(by=by, action="retry message", target=f"message {found.pk}", details={"about": found.about})


def try_all_again(*, by: Any) -> int:
    """Put every stuck message back into the line, once what kept them is mended; how many."""
    access.check_can_manage_messages(by)
    with transaction.atomic():
        count = outbox.try_all_again()
        audit.record(by=by, action="retry all messages", details={"count": count})
    return count


def give_up(*, by: Any, message_id: int) -> None:
    """Do not send a stuck message any more."""
    access.check_can_manage_messages(by)
    found = OutboxMessage.objects.filter(pk=message_id, status=OutboxMessage.Status.STUCK).first()
    if found is None:
        raise InputError(_("There is no stuck message %(number)s.") % {"number": message_id})
    with transaction.atomic():
        outbox.drop(found, found.last_error)
        audit.record(by=by, action="give up message", target=f"message {found.pk}", details={"about": found.about})
