"""The addresses of GeoReport v2. Each view reads, asks or files once, and answers; refusals are arrays of errors in the same format."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from citystat.core.access import PUBLIC, rule
from citystat.core.errors import NotFound, UserError
from citystat.open311 import bulk_files, formats, limits, openapi, parameters, presenters, queries, submissions
from citystat.open311.errors import TooMany, WrongMethod
from citystat.open311.parameters import Given, Search
from citystat.service_requests.cases import actions, offers

READ = ("GET", "HEAD")
# Programs add headers of their own; the star does not stand for `Authorization`, and older browsers do not know it.
HEADERS = "Accept, Accept-Language, Authorization, Cache-Control, Content-Type, Idempotency-Key, If-None-Match, X-Requested-With, *"
# How long a browser need not ask again whether another site may call.
SECONDS_ALLOWED = 86_400
UNREADABLE = (SuspiciousOperation, MultiPartParserError, BadRequest, UnreadablePostError)
View = Callable[..., HttpResponse | StreamingHttpResponse]


def endpoint(*methods: str) -> Callable[[View], View]:
    """Declare a view programs call: open to all, answering every refusal in the standard's own form."""

    def declare(view: View) -> View:
        @wraps(view)
        def respond(request: HttpRequest, suffix: str = "", **kwargs: Any) -> HttpResponse | StreamingHttpResponse:
            fmt = formats.wanted(request, suffix)
            response = _open_to_pages(_answered(view, request, fmt, methods, kwargs), methods)
            if not suffix:
                patch_vary_headers(response, ["Accept"])
            return response

        # A program proves itself by its key, never by a cookie, so there is no form to forge.
        return rule(PUBLIC)(csrf_exempt(respond))

    return declare


def _answered(
    view: View, request: HttpRequest, fmt: str, methods: tuple[str, ...], kwargs: dict[str, Any]
) -> HttpResponse | StreamingHttpResponse:
    try:
        if request.method == "OPTIONS":
            return HttpResponse(status=204)
        if request.method not in methods:
            raise WrongMethod(_("This address takes %(methods)s only.") % {"methods": ", ".join(methods)})
        limits.check_address(request)
        return view(request, fmt, **kwargs)
    except UserError as error:
        response = formats.failure(fmt, error.http_status, str(error))
        if isinstance(error, TooMany):
            response["Retry-After"] = str(error.seconds)
        return response
    except UNREADABLE:
        return formats.failure(fmt, 400, _("The form cannot be read: it is too large, cut off, or not what its header says."))


def _open_to_pages(response: HttpResponse | StreamingHttpResponse, methods: tuple[str, ...]) -> HttpResponse | StreamingHttpResponse:
    """Pages of other sites may call: everything here is public or needs a key."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Allow-Headers"] = HEADERS
    response["Access-Control-Expose-Headers"] = "X-Result-Count, X-Page-Count, X-Next-Page-URL, Retry-After"
    response["Access-Control-Allow-Methods"] = ", ".join(methods)
    if response.status_code in {204, 405}:
        response["Allow"] = ", ".join((*methods, "OPTIONS"))
    if response.status_code == 204:
        response["Access-Control-Max-Age"] = str(SECONDS_ALLOWED)
    return response


@endpoint(*READ)
def discovery(request: HttpRequest, fmt: str) -> HttpResponse:
    """Where the interface is and when its services last changed."""
    return formats.answer(fmt, "discovery", presenters.discovery(queries.changeset()))


@endpoint(*READ)
def services(request: HttpRequest, fmt: str) -> HttpResponse:
    """Everything the city may be asked for."""
    parameters.check_jurisdiction(Given((request.GET,)))
    return formats.answer(fmt, "services", [presenters.service(offer) for offer in offers.offered()])


@endpoint(*READ)
def service(request: HttpRequest, fmt: str, code: str) -> HttpResponse:
    """The questions of one service: the one answer that is an object."""
    given = Given((request.GET,))
    parameters.check_jurisdiction(given)
    return formats.answer(fmt, "service_definition", presenters.definition(queries.offered(code), extended=given.is_on("extensions")))


@endpoint(*READ, "POST")
def requests(request: HttpRequest, fmt: str) -> HttpResponse:
    """The list of requests, or a new one."""
    return _file(request, fmt) if request.method == "POST" else _list(request, fmt)


def _list(request: HttpRequest, fmt: str) -> HttpResponse:
    given = Given((request.GET,))
    parameters.check_jurisdiction(given)
    search = parameters.search_of(given)
    rows, has_more = queries.find(search)
    response = _records(fmt, rows, search)
    if has_more:
        response["X-Next-Page-URL"] = _next_page(request, search)
    if search.counted:
        total = queries.count(search)
        response["X-Result-Count"], response["X-Page-Count"] = str(total), str(-(-total // search.page_size))
    return response


def _records(fmt: str, rows: list[queries.Row], search: Search) -> HttpResponse:
    extras = queries.extras(rows, notes=search.extended)
    if not search.extended:
        return formats.answer_of(fmt, "service_requests", presenters.written(fmt, rows, extras, queries.service_names()))
    records = presenters.records(rows, extras, queries.service_names(), extended=search.extended)
    return formats.answer(fmt, "service_requests", records)


def _next_page(request: HttpRequest, search: Search) -> str:
    asked = request.GET.copy()
    asked["page"], asked["page_size"] = str(search.page + 1), str(search.page_size)
    return request.build_absolute_uri(f"{request.path}?{asked.urlencode()}")


def _file(request: HttpRequest, fmt: str) -> HttpResponse:
    submissions.check_form(request)
    given = Given((request.POST, request.GET))
    parameters.check_jurisdiction(given)
    client = submissions.client_of(given)
    limits.check_key(client.pk, client.a_minute)
    sent = submissions.read(request, Given((request.POST,)), client)
    now = timezone.now()
    made = actions.file_request(
        by=None, report=sent.report, channel=client.channel, client=client, idempotency_key=sent.idempotency_key,
        pictures=sent.pictures, opened_at=now,
    )  # fmt: skip
    # The same key gives the request made before, which was opened at another instant.
    status = 201 if made.opened_at == now else 200
    record = presenters.received(made, get_language() or "en")
    if given.is_on("extensions"):
        record |= presenters.duplicates(queries.probable_duplicates(made))
    return formats.answer(fmt, "service_requests", [record], status)


@endpoint(*READ)
def one_request(request: HttpRequest, fmt: str, number: str) -> HttpResponse:
    """One request, as an array of one."""
    given = Given((request.GET,))
    parameters.check_jurisdiction(given)
    return _records(fmt, [queries.one(number)], Search(extended=given.is_on("extensions")))


@endpoint(*READ)
def token(request: HttpRequest, fmt: str, text: str) -> HttpResponse:
    """The number behind a token. Numbers are given at once, so a token here is the one of a request's private page."""
    parameters.check_jurisdiction(Given((request.GET,)))
    found = queries.of_token(text)
    return formats.answer(fmt, "service_requests", [{"service_request_id": found.number, "token": text}])


@endpoint(*READ)
def bulk(request: HttpRequest, fmt: str, kind: str) -> StreamingHttpResponse:
    """Every public request in one file, sent while it is read."""
    given = Given((request.GET,))
    parameters.check_jurisdiction(given)
    parts = queries.every(parameters.bulk_search_of(given))
    lines = bulk_files.csv_lines(parts) if kind == "csv" else bulk_files.json_lines(parts)
    response = StreamingHttpResponse(lines, content_type=bulk_files.CONTENT_TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="requests.{kind}"'
    return response


@endpoint(*READ)
def openapi_document(request: HttpRequest, fmt: str) -> HttpResponse:
    """The interface as an OpenAPI document."""
    return formats.answer("json", "openapi", openapi.document())


@endpoint(*READ)
def unknown(request: HttpRequest, fmt: str, rest: str) -> HttpResponse:
    """Any other address below the interface."""
    raise NotFound(_("There is nothing at this address: see discovery.json for where the services and requests are."))
