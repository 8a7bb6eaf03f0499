"""What the demo city tells its residents: a notice in force, one that has ended, a campaign with its reach, a drawn area with a decision.

The campaign falls on a planted fact: it asked Southport to report rats in the very weeks in which the end of the rounds against rats
brought more of them. Its page shows more than twice the requests, and says that it cannot tell why.
"""

import json
from datetime import date, datetime, timedelta
from typing import Any

import shapely
from django.utils import timezone
from shapely.geometry import mapping

from citystat.action_center import areas
from citystat.core import clock
from citystat.core.errors import UserError
from citystat.ops.demo.city import DemoCity
from citystat.people.models import User
from citystat.service_requests.cases import campaigns, notices
from citystat.service_requests.cases.notices import Content

MANAGER = "manager@calderbend.example"
COUNCIL = "council3@calderbend.example"
CAMPAIGN_DAYS = 92
WATER = {
    "en": {
        "title": "Water main repair in District 3: low pressure",
        "body": "A main under Antioch Road is being repaired. The pressure is low, and the water may be brown for an hour once it is back: "
        "let the cold tap run. Crews are there day and night; there is no need to report it again.",
    },
    "es": {
        "title": "Reparación de una tubería en el Distrito 3: poca presión",
        "body": "Se repara una tubería bajo Antioch Road. Hay poca presión y el agua puede salir turbia una hora al volver: deje correr el "
        "agua fría. Hay cuadrillas de día y de noche; no hace falta avisar otra vez.",
    },
}
HOLIDAY = {
    "en": {"title": "Trash is picked up a day later this week", "body": "Because of the holiday every pickup moves by one day."},
    "es": {"title": "La basura se recoge un día después esta semana", "body": "Por el feriado, cada recogida pasa al día siguiente."},
}
RATS = {
    "en": {
        "title": "See a rat? Tell 311",
        "body": "Residents of Southport were asked to report rats and open garbage, so that the city knows where to go first.",
    },
    "es": {
        "title": "¿Vio una rata? Avise al 311",
        "body": "Se pidió a los vecinos de Southport avisar de ratas y basura abierta, para que la ciudad sepa adónde ir primero.",
    },
}
REACH = (
    ("Door hangers", 8_200, "households", "Printer's delivery note"),
    ("Text messages", 3_150, "telephone numbers", "Message provider's report"),
    ("Neighborhood meetings", 140, "people", "Sign-in sheets"),
)


def make_telling(city: DemoCity, *, until: datetime | None = None) -> dict[str, int]:
    """Make them all through the same actions as by hand; the staff must be there already."""
    manager, now = User.objects.get(email=MANAGER), until or timezone.now()
    water = Content(WATER, now - timedelta(hours=7), now + timedelta(days=30), "warning", groups=("Water",), kind="council_district",
                    codes=("3",))  # fmt: skip
    _publish(manager, water, now - timedelta(hours=7))
    start = now - timedelta(days=20)
    _publish(manager, Content(HOLIDAY, start, start + timedelta(days=6), services=("missed-trash", "trash-day-question")), start)
    campaign = _campaign(city, manager)
    return {"notices": 2, "campaigns": 1 if campaign else 0, "areas": _area(city)}


def _publish(by: Any, content: Content, instant: datetime) -> None:
    with clock.at(instant):
        notices.publish(by=by, pk=notices.write(by=by, content=content).pk)


def _campaign(city: DemoCity, by: Any) -> Any:
    fact = city.facts["rat_control_cut"]
    start: date = fact["rise_from"]
    content = campaigns.Content(
        RATS, start, start + timedelta(days=CAMPAIGN_DAYS - 1), services=("rat-control",), kind="council_district",
        codes=(str(fact["district"]),),
    )  # fmt: skip
    made = campaigns.write(by=by, content=content)
    for channel, number, counted, source in REACH:
        campaigns.add_reach(by=by, pk=made.pk, channel=channel, number=number, counted=counted, source=source)
    return made


def _area(city: DemoCity) -> int:
    """A drawn area about the middle of District 3, with a decision of an earlier meeting on its oldest request."""
    council = User.objects.get(email=COUNCIL)
    middle = _middle_of_district(city, "3")
    if middle is None:
        return 0
    shape = shapely.simplify(middle.buffer(0.035, quad_segs=3), 0.0005)
    made = areas.make(by=council, name="Antioch Corridor", shape=json.dumps(mapping(shape)))
    held = timezone.now() - timedelta(days=2)
    outstanding = [one for one in areas.outstanding(made) if one.opened_at < held - timedelta(days=6)]
    try:
        if outstanding:
            with clock.at(held - timedelta(days=5)):
                areas.decide(by=council, area=made, number=outstanding[0].number, text="Ask the department for a date", who="Rosa Delgado")
        with clock.at(held):
            areas.hold_meeting(by=council, area=made, next_on=(timezone.now() + timedelta(days=26)).date())
    except UserError:
        return 1  # a small demo may have nothing outstanding there
    return 1


def _middle_of_district(city: DemoCity, code: str) -> Any:
    features = json.loads((city.folder / "council_districts.geojson").read_text(encoding="utf-8"))["features"]
    for feature in features:
        if code in {str(value) for value in feature["properties"].values()}:
            return shapely.geometry.shape(feature["geometry"]).representative_point()
    return None
