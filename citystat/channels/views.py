"""Pages of messages that went nowhere and of those that wait, and the two webhooks."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citystat.channels import actions, files, hooks, presenters, queries
from citystat.channels.models import InboundMessage
from citystat.core.access import rule
from citystat.core.errors import UserError

PAGE_OR_FORM = ["GET", "HEAD", "POST"]


@rule("manage_311")
@require_safe
def stuck(request: HttpRequest) -> HttpResponse:
    """Messages that will not go out by themselves."""
    return render(request, "channels/stuck.html", {"lines": queries.outgoing("stuck"), "counts": queries.counts()})


@rule("manage_311")
@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Try a stuck message again, or give it up."""
    if request.POST.get("do") == "give_up":
        actions.give_up(by=request.user, message_id=pk)
        messages.success(request, _("The message will not be sent."))
    else:
        actions.try_again(by=request.user, message_id=pk)
        messages.success(request, _("The message is in the line again."))
    return redirect("channels:stuck")


@rule("manage_311")
@require_POST
def retry_all(request: HttpRequest) -> HttpResponse:
    """Try every stuck message again."""
    count = actions.try_all_again(by=request.user)
    said = ngettext("%(count)s message is in the line again.", "%(count)s messages are in the line again.", count)
    messages.success(request, said % {"count": count})
    return redirect("channels:stuck")


@rule("take_contacts")
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """What came in and waits for a call taker."""
    return render(request, "channels/inbox.html", {"page": presenters.page_of(queries.waiting(), request.GET.get("page", "1"))})


@rule("take_contacts")
@require_http_methods(PAGE_OR_FORM)
def inbound(request: HttpRequest, pk: int) -> HttpResponse:
    """One message, and what can be done with it."""
    message = queries.inbound(pk)
    forms = presenters.forms_of(message, request.POST if request.method == "POST" else None)
    if request.method == "POST" and _is_done(request, message, forms):
        return redirect("channels:inbox")
    reporter = actions.open_message(message, by=request.user)
    context = {
        "message": message, "reporter_words": presenters.reporter_words(reporter), "files": list(message.files.all()),
        **presenters.beside(message, reporter), **forms,
    }  # fmt: skip
    return render(request, "channels/inbound.html", context, status=400 if request.method == "POST" else 200)


def _is_done(request: HttpRequest, message: InboundMessage, forms: dict[str, Form]) -> bool:
    """Whether the form that was sent did its work; otherwise it says what is wrong and keeps what was typed."""
    do = request.POST.get("do", "")
    acts: dict[str, tuple[Callable[..., Any], str, str]] = {
        "file": (actions.file_message, "address", _("The request %(result)s was made.")),
        "add": (actions.add_to_request, "number", _("The message was added to request %(result)s.")),
        "discard": (actions.discard, "why", _("The message was set aside.")),
    }
    if do not in acts or not forms[do].is_valid():
        return False
    act, field, said = acts[do]
    try:
        result = act(by=request.user, message_id=message.pk, **forms[do].cleaned_data)
    except UserError as error:
        forms[do].add_error(field, str(error))
        return False
    messages.success(request, said % {"result": result} if result is not None else said)
    return True


@rule("take_contacts")
@require_safe
def inbound_file(request: HttpRequest, pk: int, token: str) -> HttpResponse:
    """A picture, a recording or a faxed page; never run, whatever it holds."""
    file = queries.file_of(pk, token)
    response = HttpResponse(files.read(file), content_type=file.media_type)
    way = "attachment" if file.kind == "document" else "inline"
    response["Content-Disposition"] = f'{way}; filename="message-{pk}-{file.pk}"'
    response["Cache-Control"] = "private, no-store"
    return response


@rule("public")
@csrf_exempt
@require_POST
def text_hook(request: HttpRequest) -> HttpResponse:
    """A text message, from the service that signs with our secret; answered in its own form."""
    url = f"{settings.CITYSTAT_BASE_URL.rstrip('/')}{request.get_full_path()}"
    try:
        hooks.check_text(url, dict(request.POST.lists()), request.headers.get("X-Twilio-Signature", ""))
        answer = hooks.take_text(request.POST.dict())
    except UserError as error:
        return HttpResponse(str(error), status=error.http_status, content_type="text/plain; charset=utf-8")
    return HttpResponse(presenters.twiml(answer), content_type="text/xml; charset=utf-8")


@rule("public")
@csrf_exempt
@require_POST
def inbound_hook(request: HttpRequest) -> HttpResponse:
    """A message of social media or chat, signed by its source; a second time the same one is refused."""
    if hooks.is_too_large(request.headers.get("Content-Length", "")):
        return JsonResponse({"error": f"The body is larger than {hooks.MOST_BYTES >> 10} KB."}, status=413)
    name, timestamp, signature = (request.headers.get(f"X-CityStat-{part}", "") for part in ("Source", "Timestamp", "Signature"))
    try:
        source = hooks.check_hook(name, timestamp, signature, request.body)
        received = hooks.take_hook(source, request.body)
    except UserError as error:
        return JsonResponse({"error": str(error)}, status=error.http_status)
    return JsonResponse(presenters.hook_answer(received), status=409 if received.is_replay else 200)
