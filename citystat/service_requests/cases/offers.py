"""Services as they can be asked for now: the promise in force and the form, kept in memory for a few seconds.

The catalog changes a few times a year and is read with every request, so a process looks again after ten seconds, or at once when
the change was made in it.
"""

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.db import connections
from django.db.models.signals import post_delete, post_save
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from citystat.core import texts
from citystat.core.cities import current_city
from citystat.core.errors import NotFound
from citystat.core.home import home
from citystat.service_requests import calendars, catalog, translations
from citystat.service_requests.models import ApiClient, Calendar, CatalogTranslation, RoutingRule, Service, ServiceForm, ServiceRequest
from citystat.service_requests.translations import Words

SECONDS_KEPT = 10.0
Kept = TypeVar("Kept")


class Briefly(Generic[Kept]):
    """A value read from the database and kept for a few seconds, or until the process itself changes one of its tables."""

    def __init__(self, read: Callable[[], Kept], *tables: Any) -> None:
        self._read = read
        self._kept: dict[str, tuple[float, Kept]] = {}
        self._lock = threading.Lock()
        for table in tables:
            for signal in (post_save, post_delete):
                signal.connect(self.forget, sender=table, weak=False)

    def get(self) -> Kept:
        """The value, read again when it is old."""
        key = f"{home()} {connections.databases['default']['NAME']}"
        now = time.monotonic()
        with self._lock:
            found = self._kept.get(key)
        if found and now - found[0] < getattr(settings, "CITYSTAT_SECONDS_KEPT", SECONDS_KEPT):
            return found[1]
        value = self._read()
        with self._lock:
            self._kept[key] = (now, value)
        return value

    def forget(self, *args: Any, **kwargs: Any) -> None:
        """Read again the next time."""
        with self._lock:
            self._kept.clear()


@dataclass(frozen=True)
class Offer:
    """A service with the promise in force today and its form; `code` is what programs call it, `words` are those of a language chosen."""

    service: Service
    form: ServiceForm
    translations: Mapping[str, Words] = field(default_factory=dict)
    words: Words = field(default_factory=dict)

    def told_in(self, language: str) -> "Offer":
        """The same service with its words in a language, where it has such; codes and answers' keys stay."""
        return replace(self, words=self.translations.get(language, {}))

    @property
    def slug(self) -> str:
        """Key of the service."""
        return self.service.slug

    @property
    def code(self) -> str:
        """The city's code, or the slug where there is none."""
        return self.service.code or self.service.slug

    @property
    def name(self) -> str:
        """What people call it."""
        return self.words.get("name") or self.service.name

    @property
    def group(self) -> str:
        """The category it stands under."""
        return self.words.get("group") or self.service.category

    @property
    def description(self) -> str:
        """What it is, in a sentence."""
        return self.words.get("description") or self.form.description

    @property
    def questions(self) -> list[dict[str, Any]]:
        """Questions of the form in order."""
        return translations.questions_in(self.form.questions, self.words) if self.words else list(self.form.questions)

    @property
    def is_private(self) -> bool:
        """Whether its requests are shown to the resident and staff alone."""
        return bool(self.form.visibility == ServiceForm.Visibility.PRIVATE)


@dataclass(frozen=True)
class Offers:
    """Every service of the catalog, by slug and by code; `day` is the day the promises are of."""

    day: date
    by_slug: dict[str, Offer]
    by_code: dict[str, Offer]


def _read_offers() -> Offers:
    today = timezone.now().astimezone(current_city().zone).date()
    forms = {form.slug: form for form in ServiceForm.objects.all()}
    translated = list(CatalogTranslation.objects.all())
    found = {}
    for service in catalog.services(today):
        visibility = ServiceForm.Visibility.NO_PLACE if service.sensitive else ServiceForm.Visibility.PUBLIC
        form = forms.get(service.slug) or ServiceForm(slug=service.slug, visibility=visibility)
        found[service.slug] = Offer(service, form, {one.language: _words(service, one) for one in translated})
    return Offers(today, found, {offer.code: offer for offer in found.values()})


def _words(service: Service, translated: CatalogTranslation) -> Words:
    group = {"group": translated.groups[service.category]} if service.category in translated.groups else {}
    return {**translated.services.get(service.slug, {}), **group}


_words_version: Briefly[int] = Briefly(
    lambda: hash(repr(list(CatalogTranslation.objects.values_list("language", "groups", "services")))), CatalogTranslation
)
_offers: Briefly[Offers] = Briefly(_read_offers, Service, ServiceForm, CatalogTranslation)
_rules: Briefly[tuple[RoutingRule, ...]] = Briefly(lambda: tuple(RoutingRule.objects.filter(is_active=True)), RoutingRule)
_clients: Briefly[dict[str, ApiClient]] = Briefly(
    lambda: {client.key_sha256: client for client in ApiClient.objects.filter(is_active=True)}, ApiClient
)
_calendar: Briefly[Any] = Briefly(calendars.business_calendar, Calendar)


def all_offers() -> list[Offer]:
    """Every service, by group and name."""
    return sorted(_offers.get().by_slug.values(), key=_group_and_name)


def _group_and_name(offer: Offer) -> tuple[str, str]:
    return texts.folded(offer.group), texts.folded(offer.name)


def offered() -> list[Offer]:
    """Services residents and programs may ask for, by group and name."""
    return [offer for offer in all_offers() if offer.form.is_offered]


def offered_to_reader() -> list[Offer]:
    """The same in the language the page or message is written in, in its order."""
    return sorted(map(to_reader, offered()), key=_group_and_name)


def to_reader(found: Offer) -> Offer:
    """The service in the language the page or message is written in."""
    return found.told_in((get_language() or "").partition("-")[0])


def name_to_reader(request: ServiceRequest) -> str:
    """What the service of a request is called in the language the page or message is written in."""
    return _words_to_reader(request).get("name") or request.service.name


def told_names(labels: Iterable[str]) -> dict[str, str]:
    """Names of services in the data -> what they are called in the language the page is written in; the same where it has no other."""
    known = _offers.get().by_slug
    found = {label: known.get(catalog.service_slug(label)) for label in labels}
    return {label: (to_reader(one).words.get("name") if one else None) or label for label, one in found.items()}


def answers_to_reader(request: ServiceRequest) -> list[tuple[str, str]]:
    """Questions with their answers, in the language the page is written in; in the words of then where it has none."""
    return translations.answers_in(request.answers, _words_to_reader(request))


def _words_to_reader(request: ServiceRequest) -> Words:
    known = _offers.get().by_slug.get(request.service_slug)
    return to_reader(known).words if known else {}


def words_version() -> int:
    """Changes when the catalog reads otherwise in some language: pages that are kept are kept for it."""
    return _words_version.get()


def is_any_offered() -> bool:
    """Whether residents may report anything here."""
    return bool(offered())


def offer(key: str) -> Offer:
    """The service of a slug or a code; raises NotFound."""
    found = _offers.get().by_slug.get(key) or _offers.get().by_code.get(key)
    if found is None:
        raise NotFound(_("The city offers no service “%(code)s”.") % {"code": key[:80]})
    return found


def with_service(request: ServiceRequest) -> ServiceRequest:
    """The request with its service at hand, where that is the one in force: no other reading is needed then."""
    known = _offers.get().by_slug.get(request.service_slug)
    if known is not None and known.service.pk == request.service_id:
        request.service = known.service
    return request


def routing_rules() -> tuple[RoutingRule, ...]:
    """Active routing rules in order."""
    return _rules.get()


def client_of(key_sha256: str) -> ApiClient | None:
    """The active program with this key."""
    return _clients.get().get(key_sha256)


def business_calendar() -> Any:
    """The calendar promises are read by."""
    return _calendar.get()
