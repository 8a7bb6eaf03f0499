"""A posted request, read from the form of the standard: key, service, place, answers, pictures, and the key that keeps it single."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.http import HttpRequest, QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from citystat.core import pictures
from citystat.core.errors import InputError, NotAllowed
from citystat.open311 import actions, queries
from citystat.open311.parameters import Given, clean
from citystat.service_requests.cases import offers, photos
from citystat.service_requests.cases.actions import Report
from citystat.service_requests.cases.contacts import Details
from citystat.service_requests.models import ApiClient

ATTRIBUTE = re.compile(r"^attribute\[([^\[\]]+)\](?:\[\w*\])?$")
UTF_8 = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})
FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
LONGEST_KEY = 100
MOST_BYTES = 5 * pictures.MOST_BYTES
_is_web_address = URLValidator(schemes=["http", "https"])


@dataclass(frozen=True)
class Submission:
    """What a program sent."""

    client: ApiClient
    report: Report
    idempotency_key: str
    pictures: tuple[bytes, ...]


def check_form(request: HttpRequest) -> None:
    """Raise InputError for a body that is no form, or larger than anybody's pictures, before any of it is read."""
    length = str(request.META.get("CONTENT_LENGTH") or "")
    if length.isdecimal() and int(length) > MOST_BYTES:
        raise InputError(_("The request is larger than %(size)s MB: send fewer or smaller pictures.") % {"size": MOST_BYTES >> 20})
    charset = (request.content_params or {}).get("charset", "utf-8")
    if request.content_type in FORMS and charset.casefold().strip("\"'") not in UTF_8:
        raise InputError(_("Send the form in UTF-8: the standard knows no other character set."))
    if request.content_type not in FORMS:
        raise InputError(_("Send the request as a form: application/x-www-form-urlencoded, or multipart/form-data with pictures."))


def client_of(given: Given) -> ApiClient:
    """The program the key belongs to; raises NotAllowed for a wrong or missing key."""
    key = given.one("api_key")
    client = offers.client_of(actions.checksum(key)) if key else None
    if client is None:
        raise NotAllowed(_("The api_key is wrong.") if key else _("Filing a request needs an api_key: ask the city for one."))
    return client


def read(request: HttpRequest, given: Given, client: ApiClient) -> Submission:
    """Everything else of the form; raises NotFound for an unknown service and InputError for what cannot be read."""
    code = given.one("service_code")
    if not code and request.GET.get("service_code"):
        # What a person tells the city belongs in no log of addresses.
        raise InputError(_("Send what the request says in the form, not in the address."))
    if not code:
        raise InputError(_("Say which service: service_code is missing."))
    offer = queries.offered(code)
    return Submission(client, _report(request.POST, given, offer.slug), _idempotency_key(request, given), _pictures(request))


def _report(form: QueryDict, given: Given, slug: str) -> Report:
    return Report(
        service=slug, description=given.one("description"), longitude=given.number("long"), latitude=given.number("lat"),
        address=given.one("address_string") or given.one("address"), address_id=given.one("address_id"), zipcode=given.one("zipcode"),
        answers=_answers(form), reporter=_reporter(given), media_url=_media_url(given.one("media_url")),
    )  # fmt: skip


def _reporter(given: Given) -> Details:
    name = f"{given.one('first_name')} {given.one('last_name')}".strip()
    return Details(name=name, email=given.one("email"), phone=given.one("phone"), language=(get_language() or "en")[:2])


def _answers(form: QueryDict) -> Mapping[str, Any]:
    found: dict[str, list[str]] = {}
    for name in form:
        code = ATTRIBUTE.match(name)
        if code:
            found.setdefault(clean(code[1]), []).extend(clean(value) for value in form.getlist(name))
    return {code: values[0] if len(values) == 1 else values for code, values in found.items()}


def _media_url(text: str) -> str:
    try:
        if text:
            _is_web_address(text)
    except ValidationError:
        raise InputError(_("media_url must be the web address of a picture, starting with https://.")) from None
    if len(text) > 500:
        raise InputError(_("media_url is longer than 500 characters."))
    return text


def _idempotency_key(request: HttpRequest, given: Given) -> str:
    key = clean(request.headers.get("idempotency-key", "")).strip() or given.one("client_request_id")
    if len(key) > LONGEST_KEY:
        raise InputError(_("The idempotency key is longer than %(most)s characters.") % {"most": LONGEST_KEY})
    return key


def _pictures(request: HttpRequest) -> tuple[bytes, ...]:
    """Uploaded pictures, whatever their parts are called, read only when they are few and small enough."""
    files = [file for name in request.FILES for file in request.FILES.getlist(name) if file.size]
    if len(files) > photos.MOST_OF_A_REQUEST:
        raise InputError(_("A request holds at most %(count)s photos.") % {"count": photos.MOST_OF_A_REQUEST})
    for file in files:
        pictures.check_size(file.size or 0)
    return tuple(file.read() for file in files)
