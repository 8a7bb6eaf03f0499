"""The demo city's weaknesses: one worked on, one fixed and celebrated with the names of those who agreed."""

from datetime import timedelta
from typing import Any

from citystat.core import clock
from citystat.stat_sessions.weaknesses import actions
from citystat.stat_sessions.weaknesses.actions import Weakness


def make_weaknesses(people: dict[str, Any]) -> int:
    """Two weaknesses, by the performance officer."""
    officer, streets = people["officer@calderbend.example"], people["streets@calderbend.example"]
    with clock.at(clock.now() - timedelta(days=120)):
        actions.take_up(
            by=officer,
            weakness=Weakness(
                "The tree backlog grows every month", "Los pedidos de poda se acumulan cada mes", measure="open_backlog",
                where={"department": "Parks and Forestry"}, cause="resource", owner=streets,
                why="One bucket truck for the whole city since the other one was sold.",
                fix="A truck shared with the Streets department two days a week.",
            ),
        )  # fmt: skip
        street_lights = actions.take_up(
            by=officer,
            weakness=Weakness(
                "Street light reports went to nobody on weekends", "Los avisos de luminarias no llegaban a nadie el fin de semana",
                measure="first_response_days", where={"department": "Traffic and Lighting"}, cause="process",
                fix="Weekend reports go to the crew on call.",
            ),
        )  # fmt: skip
    fixed = actions.fix(by=officer, row=street_lights, fixed_on=clock.today() - timedelta(days=40))
    actions.celebrate(
        by=officer, row=fixed, text="A dark street reported on a Saturday is looked at the same day now.",
        text_es="Una calle a oscuras avisada un sábado se revisa ahora el mismo día.",
        people=[{"name": "Jonah Whitfield", "agreed": True}, {"name": "The night crew", "agreed": True}],
    )  # fmt: skip
    return 2
