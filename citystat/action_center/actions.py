"""Writes of the call taker's screen by the actions of live requests: the request or the voice, and its contact, together."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from citystat.core import audit
from citystat.core.errors import InputError
from citystat.service_requests import access as request_access
from citystat.service_requests.cases import actions, contact_records, contacts, offers
from citystat.service_requests.cases.actions import Report
from citystat.service_requests.cases.contacts import Details
from citystat.service_requests.models import ContactRecord, ServiceRequest


def find_caller(*, by: Any, phone: str = "", email: str = "") -> list[ServiceRequest]:
    """Earlier requests of a caller; the look is logged without the number itself."""
    request_access.check_can_take_contacts(by)
    request_access.check_can_see_contacts(by)
    if not (phone.strip() or email.strip()):
        return []
    found = contacts.requests_of(phone=phone, email=email)
    audit.record(by=by, action="find caller", details={"by": "phone" if phone.strip() else "email", "found": len(found)})
    return found


def file_for_caller(
    *, by: Any, report: Report, channel: str, is_internal: bool = False, via_office: str = "", call_key: str = ""
) -> ServiceRequest:
    """File for somebody and log the contact. The same `call_key` files once, however often the button is pressed."""
    request_access.check_can_take_contacts(by)
    if not report.service:
        raise InputError(_("Choose a service first."))
    offer = offers.offer(report.service)
    if offer.form.outside_agency:
        raise InputError(
            _("%(service)s is handled by %(agency)s: hand the caller over and log the transfer.")
            % {"service": offer.name, "agency": offer.form.outside_agency}
        )
    key = f"call-{by.pk}-{call_key}" if call_key else ""
    earlier = ServiceRequest.objects.filter(client__isnull=True, idempotency_key=key).first() if key else None
    if earlier is not None:
        return earlier
    with transaction.atomic():
        origin = "internal" if is_internal else "resident"
        made = actions.file_request(by=by, report=report, channel=channel, origin=origin, idempotency_key=key)
        contact_records.record(by=by, channel=channel, outcome=ContactRecord.Outcome.REQUEST, request=made, via_office=via_office)
    return made


def join_for_caller(
    *, by: Any, request: ServiceRequest, caller: Details, channel: str, text: str = "", via_office: str = "", call_key: str = ""
) -> ServiceRequest:
    """Add the caller to a request that is there already and log the contact: an inquiry joins a request, it makes no other."""
    request_access.check_can_take_contacts(by)
    with transaction.atomic():
        locked = ServiceRequest.objects.select_for_update().get(pk=request.pk)
        mark = f"call {call_key}" if call_key else ""
        if mark and ContactRecord.objects.filter(request=locked, by=by, note=mark).exists():
            return locked
        actions.join(request_id=request.pk, reporter=caller, channel=channel, text=text)
        contact_records.record(
            by=by, channel=channel, outcome=ContactRecord.Outcome.REQUEST, request=request, via_office=via_office, note=mark
        )
    return request
