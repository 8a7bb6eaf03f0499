"""The demo city's plan: adopted, with a theme across departments, steps taken, what residents said, and the draft of the next version."""

from datetime import date

from citystat.core import clock
from citystat.ops.demo.city import DemoCity
from citystat.plan.goals import actions, plan_files
from citystat.plan.goals.actions import GoalText, ThemeText
from citystat.plan.goals.rules import Aim
from citystat.plan.models import Plan

FILE = "plan.yaml"
ADOPTED = date(2024, 10, 29)


def make_plan(city: DemoCity) -> dict[str, int]:
    """The plan as adopted and the draft of the next version."""
    plan = plan_files.load(by=None, path=city.folder / FILE)
    actions.adopt(by=None, plan=plan, adopted_on=ADOPTED, adopted_by="City Council", resolution="2024-118", in_force_from=plan.starts_on)
    _steps()
    _inputs()
    _theme()
    _next_version(plan)
    return {"plans": 2, "goals": plan.goals.count()}


def _steps() -> None:
    steps = (
        ("weekly-overdue", date(2025, 6, 3), "The first weekly reading of the overdue list", "La primera lectura semanal de las vencidas",
         "Agenda of 3 June 2025"),
        ("streets-map-week", date(2025, 7, 14), "Both street crews plan from the map", "Las dos cuadrillas planifican con el mapa",
         "Memo of the Streets department, 14 July 2025"),
        ("self-service", date(2026, 2, 2), "The report form asks for three things fewer", "El formulario pide tres datos menos",
         "/report/"),
    )  # fmt: skip
    for code, on, text, text_es, evidence in steps:
        if on <= clock.today():
            actions.record_progress(by=None, goal_code=code, on=on, text=text, text_es=text_es, evidence=evidence)


def _inputs() -> None:
    actions.record_input(
        by=None, kind="survey", received_on=date(2024, 4, 15), measure="closed_on_time", goal_code="on-time",
        text="Residents rated “being told when it will be done” lowest of all parts of calling the city.",
        text_es="De todo el trato con la ciudad, lo peor valorado fue “que me digan cuándo estará hecho”.",
        source="Resident survey 2024, question 14",
    )  # fmt: skip
    actions.record_input(
        by=None, kind="meeting", received_on=date(2024, 5, 22), measure="backlog_age_median", goal_code="no-old-cases",
        text="Three neighborhood associations asked for the age of open cases, not only their number.",
        text_es="Tres asociaciones de vecinos pidieron la antigüedad de los casos abiertos y no solo su número.",
        source="Hearing on the plan, 22 May 2024",
    )  # fmt: skip


def _theme() -> None:
    actions.save_theme(
        by=None,
        theme=ThemeText(
            slug="eastbank", title="Eastbank first", title_es="Primero Eastbank", is_public=True,
            text="District 4 waits longest for the same services. No department can change that alone.",
            text_es="El distrito 4 es el que más espera por los mismos servicios. Ningún departamento puede cambiarlo solo.",
            goal_codes=["eastbank", "fast-repairs"],
            measures=[
                ("closed_on_time", "311 and Communications"), ("median_days_to_close", "Streets"), ("p90_days_to_close", "Solid Waste"),
            ],
            members=[
                ("Mara Ellison", "Streets", "Leads"), ("Devon Achterberg", "Solid Waste", "Routes"),
                ("Theo Lindgren", "311 and Communications", "Data"),
            ],
        ),
    )  # fmt: skip


def _next_version(plan: Plan) -> None:
    draft = actions.create_plan(
        by=None, title="Calder Bend 2027 to 2032", title_es="Calder Bend 2027 a 2032",
        starts_on=date(2027, 5, 1), ends_on=date(2032, 4, 30),
        text=plan.text, text_es=plan.text_es, based_on=plan,
    )  # fmt: skip
    actions.save_goal(
        by=None, plan=draft,
        goal=GoalText(
            code="trees", level="objective", parent="neighborhoods",
            title="Trim trees before they fall", title_es="Podar antes de que caigan",
            department="Parks and Forestry", position=9,
            measures=[Aim("open_backlog", 1528, date(2026, 8, 31), 1200, date(2029, 4, 30))],
        ),
    )  # fmt: skip
