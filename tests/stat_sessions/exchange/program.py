"""A performance program with something in every table, and a way to empty the city again."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.apps import apps

from citystat.core import clock
from citystat.people.models import User
from citystat.plan.goals import actions as goal_actions
from citystat.plan.goals.actions import GoalText, PartnerText, ThemeText
from citystat.plan.goals.rules import Aim
from citystat.plan.models import Plan
from citystat.plan.registered import actions as measure_actions
from citystat.plan.registered import register, value_actions
from citystat.plan.registered.value_actions import Given
from citystat.stat_sessions import corrections
from citystat.stat_sessions.commitments import actions as promises
from citystat.stat_sessions.commitments.actions import Promise
from citystat.stat_sessions.models import Commitment, Decision, Series, Session, SessionTopic, Vote
from tests.factories import registered as factory
from tests.stat_sessions.exchange import work

NOW = datetime(2018, 1, 10, 12, tzinfo=ZoneInfo("UTC"))
LIGHTS = Aim("street_lights", 0.9, date(2016, 12, 31), 0.97, date(2019, 12, 31))
ZONE = ZoneInfo("America/Chicago")


def make_program() -> None:
    """Two versions of a plan, measures of each source, corrected values, a session with decisions and promises."""
    measures()
    plans()
    meetings()
    work.make_work()


def measures() -> None:
    """Typed with a corrected value, by district too; computed; a gap; one of the warehouse with an owner; a draft."""
    factory.validated()
    factory.give("street_lights", {month: (900 + n, 1000) for n, month in enumerate(factory.months("2016-07", 15))})
    given = Given(90, 100, None, note="", group_key="council_district", group_value="1")
    value_actions.record(by=factory.analyst(), name="street_lights", period="2017-09", given=given)
    factory.give("street_lights", {"2017-10": None})
    value_actions.correct(
        by=factory.officer(),
        name="street_lights",
        period="2017-06",
        given=Given(700, 1000, None, note=""),
        reason="Two rounds counted twice, “A”",
    )
    value_actions.set_target(
        by=factory.officer(), name="street_lights", value=0.95, start=date(2017, 1, 1), rationale='As, "promised"\nonce'
    )
    factory.validated("trees_planted", format="count", label={"en": "Trees planted", "es": "Árboles"}, audience="staff")
    factory.give("trees_planted", {"2017-01": 12, "2017-02": 0})
    factory.validated(
        "lights_twice", "computed", expression={"numerator": "street_lights.numerator * 2"}, format="count", unit={"en": "lights"}
    )
    factory.draft("not_ready")
    measure_actions.assign(by=None, name="closed_on_time", department="Public Works", owner=factory.owner())
    measure_actions.rename(
        by=None, measure=measure_actions.RegisteredMeasure.objects.get(name="street_lights"), label="Lit lights", why="Shorter"
    )


def plans() -> None:
    """One superseded, one in force that changed it, one draft."""
    first = goal_actions.create_plan(
        by=factory.officer(), title="First plan", title_es="Primer plan", starts_on=date(2016, 1, 1), ends_on=date(2020, 12, 31)
    )
    goal_actions.save_goal(by=None, plan=first, goal=GoalText("streets", "priority", "Streets", story="So far, so\r\ngood", position=2))
    partner = PartnerText("Alliance", "Lends a truck", "https://alliance.example/", date(2016, 5, 1))
    goal_actions.save_goal(
        by=None,
        plan=first,
        goal=GoalText(
            "a-lights",
            "objective",
            "Lights",
            parent="streets",
            owner=factory.owner(),
            measures=[LIGHTS],
            partners=[partner],
            datasets=[("Rounds", "/explore/")],
            is_measurable=True,
            text="Lit",
            story="A lamp at a time",
            starts_on=date(2016, 1, 1),
            ends_on=date(2019, 12, 31),
        ),
    )
    adopt(first, date(2016, 2, 1))
    second = goal_actions.create_plan(by=None, title="Second plan", starts_on=date(2017, 1, 1), ends_on=date(2021, 12, 31), based_on=first)
    adopt(second, date(2017, 1, 1))
    goal_actions.create_plan(by=None, title="Secret draft", starts_on=date(2018, 1, 1), ends_on=date(2022, 12, 31), based_on=second)
    goal_actions.record_progress(by=None, goal_code="a-lights", on=date(2017, 5, 5), text="200 lamps changed", evidence="Order 17")
    goal_actions.record_input(
        by=None,
        kind="survey",
        text="It is too dark",
        source="Survey 2016, question 4",
        received_on=date(2016, 3, 1),
        measure="street_lights",
    )
    theme = ThemeText(
        "night",
        "Safe nights",
        goal_codes=["a-lights"],
        measures=[("street_lights", "Streets"), ("closed_on_time", "Police")],
        members=[("Ana Ruiz", "Streets", "Lead")],
        is_public=True,
    )
    goal_actions.save_theme(by=None, theme=theme)


def adopt(plan: Plan, day: date) -> None:
    """By the council."""
    goal_actions.adopt(by=None, plan=plan, adopted_on=day, adopted_by="City Council", resolution="R-1")


def meetings() -> None:
    """A public session that is followed up, an internal one, a decision with votes and evidence, promises kept and open."""
    owner, officer, analyst = factory.owner(), factory.officer(), factory.analyst()
    series = Series.objects.create(
        slug="nights", title="NightStat", kind="public", goal_code="a-lights", times_a_year=12, chair=officer, starts_on=date(2017, 1, 1)
    )
    held = session(series, "public", date(2017, 10, 19), status="held", stage="followed_up", purpose="Lights")
    session(series, "public", date(2018, 2, 19), previous=held, purpose="Not out yet")
    session(None, "internal", date(2017, 10, 12), status="held", purpose="Among us")
    topic = SessionTopic.objects.create(
        session=held,
        origin="rule",
        rule="two_misses",
        key="two_misses street_lights",
        measure="street_lights",
        where={"council_district": "1"},
        facts={"value": 0.9, "period": "2017-09"},
        title="Dark streets",
        questions=["Why?"],
        is_picked=True,
        position=1,
    )
    figures = [{"kind": "figure", "measure": "street_lights", "period": "2017-09", "value": 0.914, "build": 1}]
    decision = Decision.objects.create(
        session=held,
        topic=topic,
        text="Buy 40 lamps",
        decided_on=date(2017, 10, 19),
        decided_by="Officer Read",
        resource="$80,000",
        measure="street_lights",
        goal_code="a-lights",
        budget_line="Street lights 4711",
        evidence=figures,
        recorded_by=analyst,
    )
    Vote.objects.create(decision=decision, name="Council Member Vega", district="1", choice="yes")
    promise(owner, officer, analyst, held, topic, decision)
    words = {"text": "Buy 400 lamps", "decided_by": "Officer Reed"}
    corrections.correct_decision(by=None, decision_id=decision.pk, given=words, reason="The clerk's minutes say 400")


def promise(owner: User, officer: User, analyst: User, held: Session, topic: SessionTopic, decision: Decision) -> None:
    """One closed with evidence, one merged into it, one for the staff alone."""
    with clock.at(datetime(2017, 10, 19, 15, tzinfo=ZONE)):
        words = Promise(
            "Order the lamps",
            owner,
            date(2017, 11, 30),
            "Lamps are ordered",
            measure="street_lights",
            goal_code="a-lights",
            budget_line="Street lights 4711",
            department="Streets",
        )
        made = promises.make(by=analyst, promise=words, session=held, topic=topic, decision=decision)
        other = promises.make(by=analyst, promise=Promise("Ask for the price", owner, date(2017, 11, 1), "A price"), session=held)
        promises.make(by=analyst, promise=Promise("Look at overtime", owner, date(2017, 11, 2), "A table", is_public=False), session=held)
    with clock.at(datetime(2017, 11, 20, 15, tzinfo=ZONE)):
        promises.merge(by=analyst, number=other.number, into=made.number)
        promises.hand_in(by=owner, number=made.number, evidence="Order 4, Olga", url="https://orders.example/4")
    with clock.at(datetime(2017, 11, 25, 15, tzinfo=ZONE)):
        promises.close(by=officer, number=made.number)


def session(series: Series | None, kind: str, on: date, **values: Any) -> Session:
    """A session as it may stand."""
    at = datetime(on.year, on.month, on.day, 14, tzinfo=ZONE)
    return Session.objects.create(series=series, kind=kind, title=f"Session of {on}", month="2017-09", starts_at=at, **values)


def empty() -> None:
    """A city without any row of these rooms and without accounts."""
    Commitment.objects.update(merged_into=None)
    Session.objects.update(previous=None)
    Plan.objects.update(based_on=None)
    order = [
        *reversed(work.MODELS),
        "stat_sessions.RecordCorrection",
        "stat_sessions.CommitmentEvent",
        "stat_sessions.Commitment",
        "stat_sessions.Vote",
        "stat_sessions.Decision",
        "stat_sessions.SessionTopic",
        "stat_sessions.Session",
        "stat_sessions.Series",
        "plan.Correction",
        "plan.ValueRequest",
        "plan.RecordedValue",
        "plan.Target",
        "plan.MeasureName",
        "plan.MeasureVersion",
        "plan.RegisteredMeasure",
        "plan.ReceivedRow",
        "plan.ResidentInput",
        "plan.GoalProgress",
        "plan.ThemeMember",
        "plan.ThemeMeasure",
        "plan.Theme",
    ]
    for label in order:
        apps.get_model(label)._default_manager.all().delete()
    goals = apps.get_model("plan.Goal")._default_manager
    goals.update(parent=None)
    goals.all().delete()
    Plan.objects.all().delete()
    apps.get_model("core.AuditEvent")._default_manager.all()._raw_delete("default")
    for label in ("people.RoleGrant", "core.ActLink"):
        apps.get_model(label)._default_manager.all().delete()
    User.objects.all()._raw_delete("default")
    register.forget()
