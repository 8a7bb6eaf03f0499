"""Change the service catalog and the calendar. Each load is all or nothing; the audit row is inside it."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db import transaction

from citystat.core import audit
from citystat.core.errors import InputError
from citystat.service_requests import (
    access,
    calendar_files,
    calendars,
    catalog_files,
    form_files,
    suggestions,
    translation_files,
    translations,
)
from citystat.service_requests.models import AppointmentRule, Calendar, CatalogTranslation, RoutingRule, Service, ServiceForm
from citystat.service_requests.suggestions import Suggestion
from citystat.warehouse.connections import Warehouse


def load_services(path: str | os.PathLike[str], *, by: Any = None) -> dict[str, Any]:
    """Load services from CSV: new ones are added, known ones (same service and in_force_from) changed, others left as they are."""
    access.check_can_change_catalog(by)
    rows = catalog_files.read_services(path)
    file = Path(path).name
    counts = {"loaded": 0, "updated": 0, "unchanged": 0}
    with transaction.atomic():
        for row in rows:
            counts[_save_service(row)] += 1
        for row in rows:
            stored = Service.objects.filter(slug=row["slug"]).values_list("in_force_from", "in_force_to")
            catalog_files.check_periods(row["name"], stored, file)
        audit.record(by=by, action="service_requests.load_services", target=file, details=counts)
    with_promise = Service.objects.exclude(promise_value=None).count()
    return {"source": file, "rows_read": len(rows)} | counts | {"services": Service.objects.count(), "with_promise": with_promise}


def _save_service(row: Mapping[str, Any]) -> str:
    stored = Service.objects.filter(slug=row["slug"], in_force_from=row["in_force_from"]).first()
    if stored is None:
        Service.objects.create(**row)
        return "loaded"
    changed = [name for name, value in row.items() if getattr(stored, name) != value]
    for name in changed:
        setattr(stored, name, row[name])
    if changed:
        stored.save(update_fields=changed)
    return "updated" if changed else "unchanged"


def load_forms(path: str | os.PathLike[str], *, by: Any = None) -> dict[str, Any]:
    """Read forms and routing rules from YAML: forms are added or changed, the list of rules is replaced where the file has one."""
    access.check_can_change_catalog(by)
    content = form_files.read(path)
    known = set(Service.objects.values_list("slug", flat=True))
    strange = sorted(set(content["forms"]) - known)
    if strange:
        raise InputError(f"{Path(path).name} has a form for {strange[0]!r}, which is no service of the catalog: load the services first.")
    with transaction.atomic():
        for slug, values in content["forms"].items():
            _save_form(slug, values)
        if content["routing"]:
            RoutingRule.objects.all().delete()
            for order, values in enumerate(content["routing"], start=1):
                RoutingRule.objects.create(order=order, **values)
        counts = {"forms": len(content["forms"]), "routing_rules": len(content["routing"])}
        audit.record(by=by, action="service_requests.load_forms", target=Path(path).name, details=counts)
    return {"source": Path(path).name} | counts | {"services_without_a_form": len(known - set(content["forms"]))}


def load_translation(path: str | os.PathLike[str], *, by: Any = None) -> dict[str, Any]:
    """Read the catalog's words in another language from YAML; they take the place of those the language had."""
    access.check_can_change_catalog(by)
    content = translation_files.read(path, _groups(), _questions())
    file, language = Path(path).name, content["language"]
    with transaction.atomic():
        words = {"groups": content["groups"], "services": content["services"]}
        CatalogTranslation.objects.update_or_create(language=language, defaults=words)
        named = sum("name" in one for one in content["services"].values())
        counts = {"groups": len(content["groups"]), "services": named}
        audit.record(by=by, action="service_requests.load_translation", target=file, details={"language": language} | counts)
    return {"source": file, "language": language} | counts | {"services_without_a_name": len(_questions()) - named}


def draft_translation(language: str) -> str:
    """A YAML file for a translator: every word of the catalog with what stands for it now, empty where nothing does."""
    translations.check_language(language)
    stored = CatalogTranslation.objects.filter(language=language).first() or CatalogTranslation(language=language)
    forms = {form.slug: form for form in ServiceForm.objects.all()}
    services = {
        one.slug: {
            "name": one.name, "words": stored.services.get(one.slug, {}),
            "description": forms[one.slug].description if one.slug in forms else "",
            "questions": forms[one.slug].questions if one.slug in forms else (),
        }
        for one in Service.objects.order_by("category", "name")
    }  # fmt: skip
    return translation_files.draft(language, {name: stored.groups.get(name, "") for name in _groups()}, services)


def _groups() -> list[str]:
    return sorted(set(Service.objects.exclude(category="").values_list("category", flat=True)))


def _questions() -> dict[str, Any]:
    """Slug of each service -> the questions of its form."""
    asked = dict(ServiceForm.objects.values_list("slug", "questions"))
    return {slug: asked.get(slug, ()) for slug in Service.objects.values_list("slug", flat=True)}


def _save_form(slug: str, values: Mapping[str, Any]) -> None:
    """The form, and its appointment rules where the file has them; what is booked stays booked."""
    fields = {name: value for name, value in values.items() if name != "appointments"}
    if "appointments" in values:
        fields["takes_appointments"] = bool(values["appointments"])
        AppointmentRule.objects.filter(service_slug=slug).delete()
        for order, row in enumerate(values["appointments"], start=1):
            AppointmentRule.objects.create(service_slug=slug, order=order, **row)
    ServiceForm.objects.update_or_create(slug=slug, defaults=fields)


def load_calendar(path: str | os.PathLike[str], *, by: Any = None) -> dict[str, Any]:
    """Read the city's business calendar from YAML and use it from now on."""
    access.check_can_change_catalog(by)
    values = calendar_files.read_calendar(path)
    file = Path(path).name
    with transaction.atomic():
        stored = Calendar.objects.filter(name=calendars.NAME).first()
        outcome = "loaded" if stored is None else "replaced"
        if stored is not None and all(getattr(stored, name) == value for name, value in values.items()):
            outcome = "unchanged"
        else:
            calendar, _ = Calendar.objects.update_or_create(name=calendars.NAME, defaults=values | {"source": file})
            calendars.check(calendar)
            audit.record(by=by, action="service_requests.load_calendar", target=file, details={"outcome": outcome})
    year = calendars.this_year()
    names = {day.isoformat(): name for day, name in calendars.holiday_names(year).items()}
    return {"outcome": outcome, "source": file, "hours": values["weekday_hours"], "year": year, "holidays": names}


def suggest_promises(
    build: Warehouse, *, minimum_closings: int = 30, months: int | None = 24, dry_run: bool = False, by: Any = None
) -> tuple[Suggestion, ...]:
    """Fill promises from history where the city publishes none; published ones are never touched, older suggestions are renewed.

    With `dry_run` nothing is saved. Services not yet in the catalog are added.
    """
    access.check_can_change_catalog(by)
    found = suggestions.suggest(build, minimum_closings=minimum_closings, months=months)
    if dry_run:
        return found
    with transaction.atomic():
        saved = [one.slug for one in found if one.outcome == "suggested" and _save_suggestion(one, build)]
        details = {"build": build.number, "saved": len(saved), "minimum_closings": minimum_closings, "months": months}
        audit.record(by=by, action="service_requests.suggest_promises", target=f"build {build.number}", details=details)
    return found


def _save_suggestion(one: Suggestion, build: Warehouse) -> bool:
    promise = {"promise_value": one.promise_value, "promise_unit": one.promise_unit, "promise_source": Service.Source.SUGGESTED}
    fields = promise | {"suggestion": one.basis(build)}
    rows = Service.objects.filter(slug=one.slug)
    if not rows:
        owner = {"department": one.department or "", "category": one.category or ""}
        Service.objects.create(name=one.service, slug=one.slug, **owner, **fields)
        return True
    # Asked again here: somebody may have published a promise since the suggestions were computed.
    return bool(rows.filter(in_force_to=None).exclude(promise_source=Service.Source.PUBLISHED).update(**fields))
