"""Every address of the product, asked for by everybody: who gets in is written here once more, by hand."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import ResolverMatch

from citystat.core.access import RuleMiddleware, rule_of
from citystat.people.models import RoleGrant, User

EVERYONE, NOBODY = "everyone", "nobody"
OFFICE = {"department_head", "executive", "quality_analyst", "analyst", "performance_officer", "data_officer", "administrator"}
ACTION_CENTER = {"call_taker", "crew", "department_worker", "supervisor", "manager_311", "council_office", "community_group"}
SIGNED_IN = OFFICE | ACTION_CENTER | {"no_role"}
CALLS = {"call_taker", "manager_311", "administrator"}
WORK = {"department_worker", "supervisor", "manager_311", "administrator"}
SUPERVISE = {"supervisor", "manager_311", "administrator"}
FIELD = {"crew", "administrator"}
AREAS = {"council_office", "community_group", "manager_311", "administrator"}
MANAGE_311 = {"manager_311", "administrator"}
ADMINISTRATOR = {"administrator"}
PRIVACY = {"data_officer", "administrator"}
REALITY = OFFICE
STAFF = SIGNED_IN - {"no_role", "community_group"}
ANALYSTS = {"quality_analyst", "analyst", "performance_officer", "data_officer", "administrator"}
REVIEWERS = {"quality_analyst", "analyst", "performance_officer", "administrator"}
QUARANTINE = ANALYSTS
PLANNERS = {"analyst", "performance_officer", "administrator"}
ADOPTERS = {"performance_officer", "administrator"}
MEASURE_EDITORS = {"department_head", "analyst", "performance_officer", "data_officer", "administrator"}
VALIDATORS = {"performance_officer", "data_officer", "administrator"}
REPORTERS = {"analyst", "performance_officer", "data_officer", "administrator"}
CLOSERS = {"analyst", "performance_officer", "executive", "administrator"}

WHO_GETS_IN: dict[str, Any] = {
    "account_login": EVERYONE,
    "account_logout": EVERYONE,
    "account_inactive": EVERYONE,
    "account_signup": NOBODY,
    "account_reauthenticate": SIGNED_IN,
    "account_email": NOBODY,
    "account_email_verification_sent": NOBODY,
    "account_change_password": SIGNED_IN,
    "account_set_password": NOBODY,
    "account_reset_password": NOBODY,
    "account_confirm_login_code": NOBODY,
    "account_confirm_email": NOBODY,
    "account_reset_password_from_key_done": NOBODY,
    "account_reset_password_from_key": NOBODY,
    "account_reset_password_done": NOBODY,
    "mfa_index": SIGNED_IN,
    "mfa_authenticate": EVERYONE,
    "mfa_reauthenticate": SIGNED_IN,
    "mfa_activate_totp": SIGNED_IN,
    "mfa_deactivate_totp": SIGNED_IN,
    "mfa_view_recovery_codes": SIGNED_IN,
    "mfa_generate_recovery_codes": SIGNED_IN,
    "mfa_download_recovery_codes": SIGNED_IN,
    "web:plan": EVERYONE,
    "web:plan_version": EVERYONE,
    "web:goal": EVERYONE,
    "web:themes": EVERYONE,
    "web:theme": EVERYONE,
    "web:boards": EVERYONE,
    "web:performance": EVERYONE,
    "web:performance_zip": EVERYONE,
    "web:budget_chain": EVERYONE,
    "web:chain": EVERYONE,
    "web:chain_newest": EVERYONE,
    "web:chain_file": EVERYONE,
    "register:register": STAFF,
    "register:new": MEASURE_EDITORS,
    "register:board": STAFF,
    "register:health": STAFF,
    "register:definition": EVERYONE,
    "register:new_version": MEASURE_EDITORS,
    "register:edit": STAFF,
    "register:review": STAFF,
    "register:settings": MEASURE_EDITORS,
    "register:targets": MEASURE_EDITORS,
    "register:values": SIGNED_IN,
    "register:correct": VALIDATORS,
    "register:asked": STAFF,
    "register:from_file": SIGNED_IN,
    "register:by_link": EVERYONE,
    "register:corrections": EVERYONE,
    "register:corrections_feed": EVERYONE,
    "countdowns:index": EVERYONE,
    "countdowns:countdown": EVERYONE,
    "countdowns:items_csv": EVERYONE,
    "countdowns:new": PLANNERS,
    "countdowns:edit": PLANNERS,
    "countdowns:items": STAFF,
    "countdowns:item": STAFF,
    "countdowns:act": STAFF,
    "countdowns:photo": STAFF,
    "countdowns:checks": REVIEWERS,
    "processes:index": STAFF,
    "processes:process": STAFF,
    "processes:new": PLANNERS,
    "processes:edit": PLANNERS,
    "processes:evaluations": STAFF,
    "processes:evaluation": STAFF,
    "processes:leads": PLANNERS,
    "processes:end_lead": PLANNERS,
    "programs:programs": EVERYONE,
    "programs:program": EVERYONE,
    "programs:budget": EVERYONE,
    "programs:improvements": EVERYONE,
    "programs:improvement": EVERYONE,
    "programs:selections": EVERYONE,
    "programs:selection": EVERYONE,
    "programs:councils": EVERYONE,
    "programs:council": EVERYONE,
    "programs:new_program": PLANNERS,
    "programs:edit_program": PLANNERS,
    "programs:add_evidence": PLANNERS,
    "programs:take_back": PLANNERS,
    "programs:new_improvement": PLANNERS,
    "programs:edit_improvement": PLANNERS,
    "programs:new_meeting": PLANNERS,
    "programs:new_selection": PLANNERS,
    "programs:edit_selection": PLANNERS,
    "programs:choose": PLANNERS,
    "programs:partnership": PLANNERS,
    "programs:new_council": PLANNERS,
    "programs:edit_council": PLANNERS,
    "programs:end_member": PLANNERS,
    "programs:add_member": PLANNERS,
    "programs:add_recommendation": PLANNERS,
    "programs:respond": PLANNERS,
    "plan:drafts": PLANNERS,
    "plan:new_plan": PLANNERS,
    "plan:draft": PLANNERS,
    "plan:change_plan": PLANNERS,
    "plan:withdraw": PLANNERS,
    "plan:new_goal": PLANNERS,
    "plan:goal_form": PLANNERS,
    "plan:remove_goal": PLANNERS,
    "plan:progress": PLANNERS,
    "plan:inputs": PLANNERS,
    "plan:new_theme": PLANNERS,
    "plan:theme_form": PLANNERS,
    "plan:adopt": ADOPTERS,
    "commitments:commitments": EVERYONE,
    "commitments:download": EVERYONE,
    "commitments:commitment": EVERYONE,
    "commitments:by_link": EVERYONE,
    "commitments:new": PLANNERS,
    "commitments:act": STAFF,
    "reports:index": EVERYONE,
    "reports:departments": EVERYONE,
    "reports:report": EVERYONE,
    "reports:report_file": EVERYONE,
    "reports:packet_office": EVERYONE,
    "reports:session_office": EVERYONE,
    "reports:new": REPORTERS,
    "reports:explain": REPORTERS,
    "reports:unread": REPORTERS,
    "reports:audiences": PLANNERS,
    "reports:member": PLANNERS,
    "reports:deliver": PLANNERS,
    "weaknesses:weaknesses": STAFF,
    "weaknesses:take_up": PLANNERS,
    "weaknesses:new": PLANNERS,
    "weaknesses:weakness": STAFF,
    "weaknesses:act": PLANNERS,
    "weaknesses:celebrations": EVERYONE,
    "people:account": SIGNED_IN,
    "people:people": ADMINISTRATOR,
    "people:invite": ADMINISTRATOR,
    "people:person": ADMINISTRATOR,
    "people:change_role": ADMINISTRATOR,
    "people:make_link": ADMINISTRATOR,
    "people:add_scope": ADMINISTRATOR,
    "people:remove_scope": ADMINISTRATOR,
    "people:set_active": ADMINISTRATOR,
    "people:set_password": EVERYONE,
    "people:city_sign_in": EVERYONE,
    "people:city_sign_in_back": EVERYONE,
    "requests:explore": EVERYONE,
    "requests:explore_cells": EVERYONE,
    "requests:explore_outline": EVERYONE,
    "requests:explore_csv": EVERYONE,
    "requests:explore_json": EVERYONE,
    "requests:reality_check": REALITY,
    "requests:data_notes": EVERYONE,
    "requests:quarantine": QUARANTINE,
    "requests:quarantine_file": QUARANTINE,
    "requests:quality": REVIEWERS,
    "requests:quality_sample": REVIEWERS,
    "requests:quality_mass": REVIEWERS,
    "requests:quality_closing": REVIEWERS,
    "intake:appointment": EVERYONE,
    "intake:address": EVERYONE,
    "intake:addresses": EVERYONE,
    "intake:done": EVERYONE,
    "intake:feed": EVERYONE,
    "intake:feedback": EVERYONE,
    "intake:follow": EVERYONE,
    "intake:follow_request": EVERYONE,
    "intake:notice_feed": EVERYONE,
    "intake:notices": EVERYONE,
    "intake:place_notices": EVERYONE,
    "intake:follow_campaign": EVERYONE,
    "intake:campaign": EVERYONE,
    "intake:campaigns": EVERYONE,
    "intake:photo": EVERYONE,
    "intake:reply": EVERYONE,
    "intake:report": EVERYONE,
    "intake:report_form": EVERYONE,
    "intake:request_page": EVERYONE,
    "intake:requests": EVERYONE,
    "intake:confirm_follow": EVERYONE,
    "intake:my_data": EVERYONE,
    "intake:my_data_get": EVERYONE,
    "intake:my_data_delete": EVERYONE,
    "action:privacy": PRIVACY,
    "action:privacy_person": PRIVACY,
    "action:privacy_hold": PRIVACY,
    "action:privacy_end_hold": PRIVACY,
    "intake:stop_following": EVERYONE,
    "intake:stop_messages": EVERYONE,
    "intake:tracking": EVERYONE,
    "answers:search": EVERYONE,
    "answers:answer": EVERYONE,
    "answers:helpful": EVERYONE,
    "answers:log": CALLS,
    "answers:manage": MANAGE_311,
    "answers:new": MANAGE_311,
    "answers:edit": MANAGE_311,
    "answers:unanswered": MANAGE_311,
    "answers:settle": MANAGE_311,
    "channels:stuck": MANAGE_311,
    "channels:retry": MANAGE_311,
    "channels:retry_all": MANAGE_311,
    "channels:inbox": CALLS,
    "channels:inbound": CALLS,
    "channels:inbound_file": CALLS,
    # Webhooks check a signature instead of an account.
    "channels:text_hook": EVERYONE,
    "channels:inbound_hook": EVERYONE,
    "packets:packet_list": EVERYONE,
    "packets:packet_page": EVERYONE,
    "packets:packet_changes": EVERYONE,
    "packets:packet_file": EVERYONE,
    "stat:index": EVERYONE,
    "stat:month": EVERYONE,
    "stat:coverage": EVERYONE,
    "stat:decisions": EVERYONE,
    "stat:feed": EVERYONE,
    "stat:worth": EVERYONE,
    # Internal meetings and staff versions ask for their right inside the page.
    "stat:session": EVERYONE,
    "stat:entry": EVERYONE,
    "stat:packet_file": EVERYONE,
    "stat:memo": EVERYONE,
    "stat:memo_file": EVERYONE,
    "stat:plan": PLANNERS,
    "stat:prepare": PLANNERS,
    "stat:preview": PLANNERS,
    "stat:room": PLANNERS,
    "stat:correct": PLANNERS,
    # Beside the right, a request asks for its queue and place inside the page.
    "action:addresses": STAFF,
    "action:address": STAFF,
    "action:queue": WORK,
    "action:bulk": WORK,
    "action:case": WORK,
    "action:act": WORK,
    "action:contact": WORK | CALLS,
    "action:photo": STAFF,
    "action:calls": CALLS,
    "action:supervise": SUPERVISE,
    "action:appointments": SUPERVISE,
    "action:appointment_day": SUPERVISE,
    "action:appointment_seats": SUPERVISE,
    "action:appointment_block": SUPERVISE,
    "action:appointment_unblock": SUPERVISE,
    "action:appointment_record": SUPERVISE,
    # Call takers book for everyone; others ask for the request's queue and place inside the page.
    "action:appointment": WORK | CALLS,
    "action:appointment_take": FIELD,
    "action:appointment_missed": FIELD,
    "action:draw": SUPERVISE,
    "action:center": STAFF,
    "maturity:steps": STAFF,
    "action:center_calls_csv": STAFF,
    "action:center_survey": STAFF,
    "action:center_costs": STAFF,
    "action:center_load": MANAGE_311,
    "action:look": SUPERVISE,
    # The residents' view is for everyone; the views of staff ask for their right inside the page.
    "action:live": EVERYONE,
    "action:live_as": EVERYONE,
    "action:live_rows": EVERYONE,
    "action:areas": AREAS,
    "action:area": AREAS,
    "action:area_decide": AREAS,
    "action:area_look_back": AREAS,
    "action:area_meet": AREAS,
    "action:emergency": SUPERVISE,
    "action:change_notice": MANAGE_311,
    "action:edit_notice": MANAGE_311,
    "action:notice": MANAGE_311,
    "action:new_notice": MANAGE_311,
    "action:notices": MANAGE_311,
    "action:add_to_campaign": MANAGE_311,
    "action:remove_reach": MANAGE_311,
    "action:edit_campaign": MANAGE_311,
    "action:campaign": MANAGE_311,
    "action:new_campaign": MANAGE_311,
    "action:campaigns": MANAGE_311,
    "action:crew": FIELD,
    "action:crew_worker": EVERYONE,
    "action:order": FIELD,
    "action:order_start": FIELD,
    "action:order_done": FIELD,
    # What is not public needs a key, which the program sends itself.
    "open311:discovery": EVERYONE,
    "open311:services": EVERYONE,
    "open311:service": EVERYONE,
    "open311:requests": EVERYONE,
    "open311:request": EVERYONE,
    "open311:token": EVERYONE,
    "open311:bulk": EVERYONE,
    "open311:openapi": EVERYONE,
    "open311:unknown": EVERYONE,
    "web:language": EVERYONE,
    "web:city_colors": EVERYONE,
    "web:robots": EVERYONE,
    "web:reading": EVERYONE,
    "web:picture": EVERYONE,
    "web:home": EVERYONE,
    "web:departments": EVERYONE,
    "web:department": EVERYONE,
    "web:services": EVERYONE,
    "web:service": EVERYONE,
    "web:districts": EVERYONE,
    "web:district": EVERYONE,
    "web:analyses": STAFF,
    "web:open_analysis": STAFF,
    "web:open_search": STAFF,
    "web:save_analysis": ANALYSTS,
    "web:save_search": ANALYSTS,
    "web:delete_analysis": ANALYSTS,
    "web:delete_search": ANALYSTS,
    "web:measures": EVERYONE,
    "web:measure": EVERYONE,
    "web:measure_download": EVERYONE,
    # The numbers behind a number are for everyone; its rows with addresses ask for a right inside the page.
    "web:measure_then": EVERYONE,
    "web:measure_trace": EVERYONE,
}


def patterns(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}", entry
        else:
            yield from patterns(entry, namespace + (f"{entry.namespace}:" if entry.namespace else ""))


URL_TABLE = dict(patterns(get_resolver()))


@pytest.fixture
def visitors(db: None) -> dict[str, Any]:
    found: dict[str, Any] = {"anonymous": AnonymousUser(), "no_role": User.objects.create_user("no-role@example.org")}
    for role in SIGNED_IN - {"no_role"}:
        found[role] = User.objects.create_user(f"{role}@example.org")
        RoleGrant.objects.create(user=found[role], role=role)
    return found


def decision(name: str, visitor: Any) -> HttpResponse | None:
    """What the rule says before the view runs: None lets it run."""
    request = RequestFactory().get("/somewhere/")
    request.user, request.session = visitor, {}
    view = URL_TABLE[name].callback
    namespace, _, url_name = name.rpartition(":")
    request.resolver_match = ResolverMatch(view, (), {}, url_name, namespaces=[namespace] if namespace else [])
    return RuleMiddleware(lambda request: HttpResponse()).process_view(request, view, (), {})


_walked: dict[str, set[str]] = {}


@pytest.fixture
def walked(request: pytest.FixtureRequest) -> dict[str, set[str]]:
    """Whom each address lets in: every visitor asks at every address once, for all tests of the process."""
    if not _walked:
        visitors = request.getfixturevalue("visitors")
        _walked.update({name: {who for who, one in visitors.items() if decision(name, one) is None} for name in URL_TABLE})
    return _walked


def test_url_table_is_the_one_written_here() -> None:
    assert sorted(URL_TABLE) == sorted(WHO_GETS_IN)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(URL_TABLE))
def test_every_address_lets_in_exactly_whom_it_should(name: str, walked: dict[str, set[str]]) -> None:
    who = WHO_GETS_IN[name]
    expected = {EVERYONE: SIGNED_IN | {"anonymous"}, NOBODY: set()}[who] if isinstance(who, str) else who
    assert walked[name] == expected


@pytest.mark.parametrize("name", sorted(name for name, who in WHO_GETS_IN.items() if isinstance(who, set)))
def test_anonymous_is_sent_to_sign_in(name: str) -> None:
    response = decision(name, AnonymousUser())
    assert response is not None
    assert response.status_code == 302
    assert response["Location"] == "/accounts/login/?next=/somewhere/"


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(name for name, who in WHO_GETS_IN.items() if who == NOBODY))
def test_closed_addresses_are_not_found_even_by_an_administrator(name: str, db: None) -> None:
    administrator = User.objects.create_user("administrator@example.org")
    RoleGrant.objects.create(user=administrator, role="administrator")
    response = decision(name, administrator)
    assert response is not None
    assert response.status_code == 404


@pytest.mark.slow
def test_inactive_account_has_no_rights(visitors: dict[str, Any]) -> None:
    visitors["administrator"].is_active = False
    assert decision("people:people", visitors["administrator"]) is not None


def test_view_without_a_rule_is_closed(rf: RequestFactory) -> None:
    request = rf.get("/")
    request.user, request.session = AnonymousUser(), {}
    request.resolver_match = ResolverMatch(lambda request: HttpResponse(), (), {}, "nameless")
    response = RuleMiddleware(lambda request: HttpResponse()).process_view(request, lambda request: HttpResponse(), (), {})
    assert response is not None
    assert response.status_code == 403
    assert rule_of(request, lambda request: HttpResponse()) is None


def test_program_gets_json_and_no_redirect(rf: RequestFactory) -> None:
    request = rf.get("/api/anything")
    request.user = AnonymousUser()
    request.resolver_match = ResolverMatch(lambda request: HttpResponse(), (), {}, "mfa_index")
    response = RuleMiddleware(lambda request: HttpResponse()).process_view(request, lambda request: HttpResponse(), (), {})
    assert response is not None
    assert (response.status_code, response["Content-Type"]) == (403, "application/json")


def test_rule_middleware_is_installed_for_real_requests(client: Client, db: None) -> None:
    assert "citystat.core.access.RuleMiddleware" in settings.MIDDLEWARE
    assert client.get("/people/").status_code == 302
    assert client.get("/accounts/signup/").status_code == 404


def test_role_without_the_right_gets_the_sentence(client: Client, visitors: dict[str, Any]) -> None:
    client.force_login(visitors["analyst"], backend=settings.AUTHENTICATION_BACKENDS[1])
    response = client.get("/people/")
    assert response.status_code == 403
    assert "Your account does not give you access" in response.content.decode()
