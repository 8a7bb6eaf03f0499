"""Home, departments, services, districts."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from citystat.core.access import rule
from citystat.core.errors import NotFound
from citystat.core.page_cache import kept_until_changed
from citystat.plan import queries as plan
from citystat.service_requests.cases import offers
from citystat.warehouse.connections import open_build
from citystat.web.glance import presenters


@rule("public")
@require_safe
@kept_until_changed(lambda: (*plan.version_shown(), offers.is_any_offered()))
def home(request: HttpRequest) -> HttpResponse:
    """The city at a glance; before any data, what to do first."""
    try:
        warehouse = open_build()
    except NotFound:
        return render(request, "web/glance/empty.html")
    return render(request, "web/glance/home.html", presenters.home_page(warehouse))


@rule("public")
@require_safe
@kept_until_changed(plan.version_shown)
def departments(request: HttpRequest) -> HttpResponse:
    """Every department."""
    return render(request, "web/glance/departments.html", presenters.departments_page(open_build()))


@rule("public")
@require_safe
@kept_until_changed(plan.version_shown)
def department(request: HttpRequest, slug: str) -> HttpResponse:
    """One department."""
    return render(request, "web/glance/department.html", presenters.department_page(open_build(), slug))


@rule("public")
@require_safe
@kept_until_changed(plan.version_shown)
def services(request: HttpRequest) -> HttpResponse:
    """Every service."""
    return render(request, "web/glance/services.html", presenters.services_page(open_build()))


@rule("public")
@require_safe
@kept_until_changed(plan.version_shown)
def service(request: HttpRequest, slug: str) -> HttpResponse:
    """One service."""
    return render(request, "web/glance/service.html", presenters.service_page(open_build(), slug))


@rule("public")
@require_safe
@kept_until_changed(plan.version_shown)
def districts(request: HttpRequest) -> HttpResponse:
    """Every district."""
    return render(request, "web/glance/districts.html", presenters.districts_page(open_build()))


@rule("public")
@require_safe
@kept_until_changed(plan.version_shown)
def district(request: HttpRequest, code: str) -> HttpResponse:
    """One district."""
    return render(request, "web/glance/district.html", presenters.district_page(open_build(), code))
