"""Countdowns, processes, programs, advice and weak points with something in every table."""

from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from zoneinfo import ZoneInfo

from PIL import Image

from citystat.core import clock
from citystat.plan.countdowns import actions as countdowns
from citystat.plan.countdowns.actions import CountdownText, Done, ItemText
from citystat.plan.models import (
    AdvisoryCouncil,
    BudgetAmount,
    BudgetLine,
    CouncilMember,
    CountdownItem,
    Evidence,
    FocusSelection,
    Improvement,
    Incident,
    Program,
    Recommendation,
    WorkGroup,
    WorkGroupMeeting,
)  # fmt: skip
from citystat.plan.processes import actions as processes
from citystat.plan.processes.actions import ProcessText
from citystat.stat_sessions.models import Session, WeakPointCase
from tests.factories import registered as factory

UTC = ZoneInfo("UTC")
# Parents before children; emptied from the end.
MODELS = (
    "plan.Countdown", "plan.CountdownItem", "plan.CountdownEvent", "plan.Process", "plan.ProcessMeasure", "plan.ProcessEvaluation",
    "plan.TrainedLead", "plan.Program", "plan.Evidence", "plan.BudgetLine", "plan.BudgetAmount", "plan.WorkGroup",
    "plan.WorkGroupMeeting", "plan.Improvement", "plan.Incident", "plan.FocusSelection", "plan.AdvisoryCouncil", "plan.CouncilMember",
    "plan.Recommendation", "stat_sessions.WeakPointCase",
)  # fmt: skip


def make_work() -> None:
    """Everything, public and not."""
    with clock.at(datetime(2017, 12, 1, 12, tzinfo=UTC)):
        houses()
        pipeline()
        money()
        advice()
        weaknesses()


def photo() -> bytes:
    """A photo as a phone sends it."""
    out = BytesIO()
    Image.effect_noise((64, 48), 60).convert("RGB").save(out, "JPEG", comment=b"4 Elm Street")
    return out.getvalue()


def houses() -> None:
    """A public countdown with an item of each status, and one of the staff."""
    text = CountdownText(
        slug="houses", title="300 houses", things="houses", starts_on=date(2017, 1, 1), ends_on=date(2019, 9, 27), target_count=300,
        check_share=0.25, budget=Decimal("1000000.50"), owner=factory.owner(), department="Streets",
    )  # fmt: skip
    row = countdowns.save_countdown(by=None, countdown=text)
    secret = CountdownText(
        slug="quiet", title="Quiet houses", things="houses", starts_on=date(2017, 1, 1), ends_on=date(2018, 1, 1), target_count=3,
        is_public=False,
    )  # fmt: skip
    countdowns.save_countdown(by=None, countdown=secret)
    places = [ItemText(f"P-{n}", f"{n} Elm, “north”", "1", -94.5, 39.1) for n in range(4)]
    countdowns.put_items(by=None, countdown=row, items=places)
    CountdownItem.objects.filter(key="P-0").update(is_sampled=False)
    done = Done(date(2017, 6, 1), "repaired", "Permit 7", cost=Decimal("1250.10"), note="Roof\r\nand walls")
    for key in ("P-0", "P-1"):
        countdowns.submit(by=factory.officer(), item=CountdownItem.objects.get(key=key), done=done)
    seen = Done(date(2017, 6, 2), "repaired", photo=photo())
    countdowns.submit(by=factory.officer(), item=CountdownItem.objects.get(key="P-3"), done=seen)
    countdowns.withdraw(by=factory.officer(), item=CountdownItem.objects.get(key="P-2"), note="Not ours")


def pipeline() -> None:
    """A process with steps, a measure, a finding and a lead."""
    steps = [{"name": "Look", "who": "Inspector", "how_long": "1 day"}, {"name": "Repair; twice", "who": "", "how_long": ""}]
    made = processes.save_process(
        by=None,
        process=ProcessText("Lamp repair", "Streets", steps=steps, services=["lamp"], measures=["street_lights"], owner=factory.owner()),
    )
    processes.add_evaluation(
        by=None, process=made, finding="Two forms", owner=factory.owner(), found_on=date(2017, 5, 1), due_on=date(2017, 8, 1)
    )
    processes.add_lead(by=None, department="Streets", trained_on=date(2017, 2, 1), name="Kim Lee", until=date(2018, 2, 1))


def pipeline_alone() -> None:
    """The process without anything that names a measure."""
    processes.save_process(by=None, process=ProcessText("Lamp repair", "Streets", owner=factory.owner()))


def money() -> None:
    """A program with evidence, a line with amounts, an improvement of a meeting, areas in focus."""
    made = Program.objects.create(
        slug="lamps", title="New lamps", decided_on=date(2017, 3, 1), budget=Decimal("400000.00"), countdown="houses",
        services=["lamp"], measures=["street_lights", "trees_planted"],
    )  # fmt: skip
    Program.objects.create(slug="hidden", title="Hidden program", is_public=False)
    now = clock.now()
    shown = {"program": made, "kind": "survey", "dated_on": date(2016, 9, 1), "recorded_at": now, "recorded_by": factory.analyst()}
    Evidence.objects.create(text="Too dark", source="Survey 2016", **shown)
    Evidence.objects.create(
        text="Counted twice", source="Rounds", measure="street_lights", period="2017-01", value=0.91, build=1, taken_back_at=now,
        taken_back_why="Wrong month", **shown,
    )  # fmt: skip
    line = BudgetLine.objects.create(code="4711", title="Lights", program=made, services=["lamp"], source="budget.csv", loaded_at=now)
    BudgetAmount.objects.create(line=line, year=2017, amount=Decimal("120000.05"))
    group = WorkGroup.objects.create(slug="basics", title="Basic services")
    meeting = WorkGroupMeeting.objects.create(group=group, held_on=date(2017, 4, 4), text="Lamps", recorded_by=factory.analyst())
    Improvement.objects.create(
        slug="crew", title="A second crew", meeting=meeting, program=made, started_on=date(2017, 5, 1), measure="street_lights",
        where={"council_district": ["1"]},
    )  # fmt: skip
    for day, seconds in ((3, 431.5), (3, None), (4, 600)):
        Incident.objects.create(source="calls.csv", kind="Cardiac arrest", on=date(2017, 5, day), area="1", seconds=seconds)
    FocusSelection.objects.create(
        slug="dark", title="Dark areas", kind="council_district", looked_from=date(2016, 1, 1), looked_to=date(2016, 12, 31),
        indicators=[{"measure": "street_lights", "high_is_bad": False, "worst": 2, "threshold": None, "where": {}}],
        chosen={"areas": ["1"]}, chosen_on=date(2017, 2, 2), partners=["Alliance"], outcome="street_lights",
    )  # fmt: skip


def advice() -> None:
    """A council with a member who left and a recommendation with its answer."""
    council = AdvisoryCouncil.objects.create(slug="nac", title="Neighborhood council", kind="council_district")
    CouncilMember.objects.create(
        council=council, name="Rosa Diaz", association="North", areas=["1"], since=date(2016, 1, 1), until=date(2017, 6, 30)
    )
    Recommendation.objects.create(
        council=council, given_on=date(2017, 3, 3), text="Light the park", answer="accepted", response="Yes", responded_on=date(2017, 4, 1),
        responded_by="Parks", recorded_by=factory.analyst(),
    )  # fmt: skip


def weaknesses() -> None:
    """One worked on, one fixed and celebrated with a name that may be shown and one that may not."""
    WeakPointCase.objects.create(
        title="Open weakness", measure="street_lights", where={"council_district": "1"}, cause="process", why="Two desks",
        owner=factory.owner(), found_on=date(2017, 10, 1), session=Session.objects.order_by("pk").first(), value_before=0.9,
    )  # fmt: skip
    people = [{"name": "Ana Agreed", "agreed": True}, {"name": "Nina Silent", "agreed": False}]
    WeakPointCase.objects.create(
        title="Permits waited", cause="resource", fix="Another desk", found_on=date(2017, 1, 1), fixed_on=date(2017, 6, 1),
        celebration="Half the time", celebrated_at=clock.now(), people=people, value_before=20, value_after=9.5,
    )  # fmt: skip
