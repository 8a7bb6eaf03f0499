"""The packet of a Stat session with forty measures, drafted where a build left the counts of its measures: content, HTML and PDF.

A city of its own: a plan in force whose goal names forty measures, shipped ones and the city's own of single services.
"""

import json
import shutil
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

MEASURES = 40
# What a city defines of its own: a shipped measure for one service.
EXTENDED = ("closed_on_time", "requests_opened", "open_backlog", "median_days_to_close", "share_overdue")
OWN = """name: {name}
extends: {base}
label: {{en: "{label}", es: "{label}"}}
rows:
  - {{column: is_counted, is: true}}
  - {{column: service_slug, equals: {service}}}
"""


def define(folder: Path, services: list[str]) -> list[str]:
    """Write the city's own definitions; the names of all forty measures."""
    from citystat.plan import queries as plan

    folder.mkdir(exist_ok=True)
    shipped = [one.name for one in plan.measures() if one.source == "warehouse" and "_bench_" not in one.name]
    own = [(base, service) for service in services for base in EXTENDED][: MEASURES - len(shipped)]
    for base, service in own:
        name = f"{base}_bench_{service.replace('-', '_')}"
        (folder / f"{name}.yaml").write_text(OWN.format(name=name, base=base, label=f"{base} {service}", service=service), encoding="utf-8")
    return [*shipped, *(f"{base}_bench_{service.replace('-', '_')}" for base, service in own)]


def adopt(names: list[str]) -> None:
    """A plan in force with one goal that names them."""
    from citystat.plan.models import Goal, GoalMeasure, Plan

    Plan.objects.filter(title="Bench").delete()
    days = {"starts_on": date(2020, 1, 1), "ends_on": date(2040, 12, 31), "adopted_on": date(2020, 1, 1), "in_force_from": date(2020, 1, 1)}
    plan = Plan.objects.create(number=9_999, title="Bench", status=Plan.Status.ADOPTED, **days)
    goal = Goal.objects.create(plan=plan, code="all", level=Goal.Level.choices[0][0], title="All measures")
    GoalMeasure.objects.bulk_create(GoalMeasure(goal=goal, measure=name, position=at) for at, name in enumerate(names))


def session(month: str) -> Any:
    """A session of that goal."""
    from django.utils import timezone

    from citystat.stat_sessions.models import Session

    return Session.objects.create(kind="public", title="Bench", goal_code="all", month=month, starts_at=timezone.now())


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds, and what came of it."""
    started = time.perf_counter()
    made = work()
    return time.perf_counter() - started, made


def main() -> None:
    """Print seconds as one JSON line."""
    from citystat.core.home import home
    from citystat.plan import queries as plan
    from citystat.plan.periods import index_of, period_at
    from citystat.stat_sessions.cycle import documents, packets
    from citystat.warehouse.connections import open_build

    build = open_build()
    services = [row[0] for row in build.rows("SELECT service_slug FROM services ORDER BY requests DESC LIMIT 10")]
    names = define(home() / "measures", services)
    adopt(names)
    about = session(period_at("month", index_of("month", build.as_of) - 1).key)
    shutil.rmtree(home() / "cache" / "measures", ignore_errors=True)
    counting, _none = timed(lambda: plan.prepare_counts(names))
    drafting, content = timed(lambda: packets.Drafting(about).packet("en", "staff"))
    setting, page = timed(lambda: documents.packet_html(content))
    printing, _pdf = timed(lambda: documents.packet_pdf(content))
    shutil.rmtree(home() / "measures")
    about.delete()
    shown = sum(one.headline.figure.now.value is not None for one in content.measures)
    found = {"measures": len(content.measures), "with_a_value": shown, "content_seconds": drafting, "html_seconds": setting}
    sys.stdout.write(json.dumps(found | {"pdf_seconds": printing, "counting_seconds": counting, "html_bytes": len(page)}) + "\n")


if __name__ == "__main__":
    import django

    django.setup()
    main()
