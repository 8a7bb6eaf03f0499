"""The demo city's programs: a decision with its evidence, budget lines, improvements, areas in focus, an advisory council."""

import csv
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

import numpy as np

from citystat.core import clock
from citystat.core.cities import current_city
from citystat.core.errors import InputError
from citystat.ops.demo import countdowns
from citystat.ops.demo.city import DemoCity
from citystat.plan import periods as calendar
from citystat.plan.models import Program
from citystat.plan.programs import actions, advice, focus, loading
from citystat.plan.programs.actions import ImprovementText, ProgramText
from citystat.plan.programs.focus import SelectionText

SEED = 159
DISTRICT = "council_district"
BUDGETS = (
    (
        "410-10",
        "Potholes and street repair",
        "Baches y reparación de calles",
        "streets-by-map",
        "Streets",
        "Pothole;Curb Repair",
        1_480_000,
    ),
    ("430-20", "Illegal dumping", "Basura tirada", "", "Solid Waste", "Illegal Dumping", 610_000),
    ("450-05", "Tree trimming", "Poda de árboles", "", "Parks and Forestry", "Tree Trimming", 890_000),
    ("480-01", "Neighborhood mediation", "Mediación vecinal", "mediation", "", "", 120_000),
)
RESPONSE_BEFORE, RESPONSE_AFTER, SPREAD = 395.0, 365.0, 70.0


def make_programs(city: DemoCity, folder: Path) -> dict[str, int]:
    """Everything of this part, through the same actions a city uses."""
    as_of = city.facts.as_of
    streets = _programs()
    _evidence(streets)
    folder.mkdir(parents=True, exist_ok=True)
    _budget(folder / "budget_lines.csv", as_of)
    _improvements(streets, folder / "responses.csv", as_of)
    _focus(as_of)
    _advice(as_of)
    return {"programs": 3, "improvements": 3}


def _programs() -> Program:
    actions.save_program(
        by=None,
        program=ProgramText(
            slug="mediation", title="Neighborhood mediation", title_es="Mediación vecinal", department="Code Enforcement",
            text="Volunteers settle quarrels between neighbors before they become cases.",
            text_es="Voluntarios resuelven conflictos entre vecinos antes de que sean casos.", decided_on=date(2023, 4, 18),
            decided_by="City Council",
        ),
    )  # fmt: skip
    actions.save_program(
        by=None,
        program=ProgramText(
            slug="vacant-houses", title="Vacant houses back in use", title_es="Casas vacías de nuevo en uso", department="Code Enforcement",
            text="Owners get help to repair, the city sells or takes down what nobody repairs. Each house is counted when it is done.",
            text_es="Se ayuda a los dueños a reparar; la ciudad vende o derriba lo demás. Cada casa se cuenta cuando está hecha.",
            decided_on=date(2025, 9, 16), decided_by="City Council", countdown=countdowns.SLUG,
        ),
    )  # fmt: skip
    return actions.save_program(
        by=None,
        program=ProgramText(
            slug="streets-by-map", title="Streets planned by the map", title_es="Calles planificadas con el mapa", department="Streets",
            text="Both street crews plan their week from the map of requests instead of the order of the calls.",
            text_es="Las dos cuadrillas planifican la semana con el mapa de solicitudes y no por orden de llamada.",
            goal_code="fast-repairs", decided_on=date(2025, 2, 18), decided_by="City Council", budget=Decimal(640_000),
            services=["Pothole", "Curb Repair"], measures=["closed_on_time"],
        ),
    )  # fmt: skip


def _evidence(program: Program) -> None:
    actions.add_evidence(
        by=None, program=program, kind="survey", dated_on=date(2024, 4, 15), source="Resident survey 2024, question 9",
        text="Condition of streets was the service residents most wanted improved.",
        text_es="El estado de las calles fue el servicio que más querían mejorar los residentes.",
    )  # fmt: skip
    actions.add_evidence(
        by=None, program=program, kind="meeting", dated_on=date(2024, 5, 22), source="Hearing on the plan, 22 May 2024",
        text="Three neighborhood associations showed streets visited three times in a week by different crews.",
        text_es="Tres asociaciones mostraron calles visitadas tres veces en una semana por cuadrillas distintas.",
    )  # fmt: skip
    for period, text, text_es in (
        ("2024", "Too many requests were closed late.", "Demasiadas solicitudes se cerraban tarde."),
        ("2026-Q2", "The share a year after the change.", "La proporción un año después del cambio."),
    ):
        actions.add_evidence(by=None, program=program, kind="measure", measure="closed_on_time", period=period, text=text, text_es=text_es)


def _budget(path: Path, as_of: date) -> None:
    first = calendar.index_of("fiscal_year", as_of, current_city().fiscal_year_start_month)
    years = range(first - 3, first + 1)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["code", "title", "title_es", "program", "department", "services", *years])
        for *fixed, amount in BUDGETS:
            writer.writerow([*fixed, *(round(amount * 1.03**at) for at in range(len(years)))])
    loading.load_budget_lines(path, source="Adopted budget")


def _improvements(streets: Program, path: Path, as_of: date) -> None:
    group = actions.save_group(
        by=None, slug="basic-services", title="Work group on basic services", title_es="Grupo de servicios básicos",
        text="Two council members, four departments and the 311 manager, every second month.",
        text_es="Dos concejales, cuatro departamentos y la gerencia de 311, cada dos meses.",
    )  # fmt: skip
    meeting = actions.record_meeting(
        by=None, group=group, held_on=date(2025, 3, 12), text="Agreed: one map for both crews; trees to be watched.",
        text_es="Acordado: un mapa para las dos cuadrillas; vigilar la poda.",
    )  # fmt: skip
    texts = [
        ImprovementText(
            "street-map-week", "Street crews plan from the map", date(2025, 5, 1), "Las cuadrillas planifican con el mapa",
            department="Streets", meeting=meeting, program=streets, window_months=12, measure="closed_on_time",
            where={"department": ["Streets"]}, by=DISTRICT,
        ),
        ImprovementText(
            "tree-crew-moved", "One tree crew moved to storm work", date(2025, 6, 1), "Una cuadrilla de poda pasó a tormentas",
            department="Parks and Forestry", meeting=meeting, window_months=12, measure="requests_closed",
            where={"service": ["Tree Trimming"]},
        ),
    ]  # fmt: skip
    texts.append(_station(path, as_of))
    for one in texts:
        actions.save_improvement(by=None, improvement=one)


def _station(path: Path, as_of: date) -> ImprovementText:
    """A fire station on the east side: invented response times, faster there since it opened."""
    last = calendar.index_of("month", as_of)
    opened = calendar.period_at("month", last - 11).start
    random = np.random.default_rng(SEED)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["date", "area", "seconds"])
        for index in range(last - 35, last + 1):
            month = calendar.period_at("month", index)
            for area, level in (("East side", RESPONSE_AFTER if month.start >= opened else RESPONSE_BEFORE), ("West side", RESPONSE_AFTER)):
                for day in random.integers(1, month.end.day + 1, 24):
                    writer.writerow([month.start.replace(day=int(day)), area, max(60, round(random.normal(level, SPREAD)))])
    loading.load_incidents(path, kind="Cardiac arrest", source="Fire dispatch (invented)")
    return ImprovementText(
        "east-station", "A fire station on the east side", opened, "Una estación de bomberos en el este", department="Fire",
        window_months=12, incidents="Cardiac arrest",
    )  # fmt: skip


def _focus(as_of: date) -> None:
    last = calendar.index_of("month", as_of)
    start = calendar.period_at("month", last - 8).start
    looked = calendar.period_at("month", last - 20).start, calendar.period_at("month", last - 9).end
    row = focus.save_selection(
        by=None,
        selection=SelectionText(
            "rising", "Districts where several things come together", DISTRICT, *looked, "Distritos donde se juntan varios problemas",
            why="Late service, dumping and long waits in one place need several departments at once.",
            why_es="Servicio tardío, basura y esperas largas en un lugar piden varios departamentos a la vez.", needed=2,
            indicators=[
                {"measure": "closed_on_time", "high_is_bad": False, "worst": 2, "threshold": None, "where": {}},
                {"measure": "requests_opened", "high_is_bad": True, "worst": 2, "threshold": None,
                 "where": {"service": ["Illegal Dumping"]}},
                {"measure": "median_days_to_close", "high_is_bad": True, "worst": 2, "threshold": None, "where": {}},
            ],
        ),
    )  # fmt: skip
    try:
        with clock.at(datetime.combine(start, time(9), current_city().zone)):
            row = focus.choose(by=None, row=row)
    except InputError:
        # A demo of a thousand requests is too small for the rule to tell districts apart: the selection stays a draft.
        return
    focus.save_partnership(
        by=None, row=row, starts_on=start, outcome="closed_on_time", window_months=8,
        plan_text="One team of Streets, Solid Waste and Code Enforcement walks each block with the associations, once a month.",
        plan_text_es="Un equipo de Calles, Residuos y Código recorre cada cuadra con las asociaciones, una vez al mes.",
        partners=["Eastbank Neighbors", "Calder Bend Police", "Community College"],
    )  # fmt: skip


def _advice(as_of: date) -> None:
    council = advice.save_council(
        by=None, slug="associations", title="Council of neighborhood associations", title_es="Consejo de asociaciones de vecinos",
        kind=DISTRICT, text="Meets the city manager each quarter.", text_es="Se reúne cada trimestre con la gerencia de la ciudad.",
    )  # fmt: skip
    for name, association, areas in (
        ("Rosa Delgado", "Eastbank Neighbors", ["4"]), ("Henry Walsh", "Hillcrest Association", ["2"]),
        ("Ines Okafor", "Old Mill", ["1", "3"]),
    ):  # fmt: skip
        advice.add_member(by=None, council=council, name=name, association=association, areas=areas, since=date(2024, 1, 15))
    asked = [
        (date(2025, 9, 16), "Publish the age of open requests by district.", "Publicar la antigüedad de las solicitudes por distrito."),
        (min(date(2026, 9, 15), as_of), "Bring the mediation program to District 5.", "Llevar la mediación al distrito 5."),
    ]
    rows = [
        advice.record_recommendation(by=None, council=council, given_on=on, text=text, text_es=text_es, goal_code="no-old-cases")
        for on, text, text_es in asked if on <= as_of
    ]  # fmt: skip
    advice.respond(
        by=None, recommendation=rows[0], answer="accepted", responded_on=date(2025, 10, 20), responded_by="City Manager's Office",
        response="It stands on every district page since October.", response_es="Está en la página de cada distrito desde octubre.",
    )  # fmt: skip
