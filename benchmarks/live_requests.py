"""Fill a home with live requests, count the statements of a page, check after a storm. A process of its own; prints one JSON object."""

import json
import sys
from typing import Any

FILED = "Hole number "


def prepare(requests: int) -> dict[str, Any]:
    """A program's key, a supervisor's session, a tracking token, and so many requests (copies of a few made in the ordinary way)."""
    from django.contrib.sessions.backends.db import SessionStore
    from django.db import connection

    from citystat.open311 import actions as open311
    from citystat.ops.demo import city, live
    from citystat.service_requests.models import ApiClient, ServiceRequest

    if not ServiceRequest.objects.exists():
        live.make_activity(city.read_city(), requests=400)
    people = live.make_people()
    boss = people["manager@calderbend.example"]
    session = SessionStore()
    session.update({"_auth_user_id": str(boss.pk), "_auth_user_backend": "django.contrib.auth.backends.ModelBackend"})
    session["_auth_user_backend"] = "allauth.account.auth_backends.AuthenticationBackend"
    session["_auth_user_hash"] = boss.get_session_auth_hash()
    session.create()
    key = open311.add_key(by=None, name=f"benchmark {ApiClient.objects.count()}", a_minute=1_000_000)
    missing = requests - ServiceRequest.objects.count()
    if missing > 0:
        _copy(connection, missing)
    token = ServiceRequest.objects.filter(status="closed").earliest("id").tracking_token
    return {"key": key, "session": session.session_key, "token": token, "requests": ServiceRequest.objects.count()}


def _copy(connection: Any, missing: int) -> None:
    """Copy the first requests again and again, a minute further back each time."""
    from citystat.service_requests.models import ServiceRequest

    names = [field.column for field in ServiceRequest._meta.fields if field.column not in {"id"}]
    changed = {
        "tracking_token": "lower(hex(randomblob(12)))", "opened_at": "datetime(old.opened_at, '-' || n.number || ' minutes')",
        "idempotency_key": "NULL", "parent_id": "NULL", "status": "CASE WHEN n.number % 20 = 0 THEN old.status ELSE 'closed' END",
    }  # fmt: skip
    table = ServiceRequest._meta.db_table
    chosen = ", ".join(changed.get(name, f"old.{name}") for name in names)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM (SELECT 1 FROM {table} ORDER BY id LIMIT 400)")
        base = cursor.fetchone()[0]
        times = missing // base + 1
        cursor.execute(
            f"WITH RECURSIVE n(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM n WHERE number < {times}) "
            f"INSERT INTO {table} ({', '.join(names)}) SELECT {chosen} FROM (SELECT * FROM {table} ORDER BY id LIMIT {base}) AS old, n "
            f"LIMIT {missing}"
        )
        cursor.execute("ANALYZE")


def count() -> dict[str, Any]:
    """Statements of a post, a list and a queue page, once the catalog is in memory."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from citystat.open311 import actions as open311
    from citystat.people.models import User
    from citystat.service_requests.models import ApiClient

    settings.ALLOWED_HOSTS = ["*"]
    key = open311.add_key(by=None, name=f"counting {ApiClient.objects.count()}", a_minute=1_000_000)
    client = Client()
    client.force_login(User.objects.get(email="manager@calderbend.example"), backend="allauth.account.auth_backends.AuthenticationBackend")
    form = {
        "api_key": key,
        "service_code": "STR-01",
        "lat": "39.63",
        "long": "-93.25",
        "email": "a@resident.example",
        "attribute[SIZE]": "M",
    }
    works = {
        "post": lambda: Client().post("/open311/v2/requests.json", form),
        "list": lambda: Client().get("/open311/v2/requests.json?page_size=100"),
        "queue": lambda: client.get("/queue/"),
    }
    found = {}
    for name, work in works.items():
        work()
        with CaptureQueriesContext(connection) as caught:
            response = work()
        if response.status_code >= 300:
            raise SystemExit(f"{name} answered {response.status_code}: {response.content[:300]!r}")
        found[name] = len(caught)
    return found


def check(filed: int) -> dict[str, Any]:
    """After a storm: requests that were answered with a number and are not there, and ones that are there twice."""
    from django.db.models import Count

    from citystat.service_requests.models import ServiceRequest

    there = ServiceRequest.objects.filter(description__regex=rf"^{FILED}1\d{{7}}$")
    doubled = there.values("description").annotate(times=Count("id")).filter(times__gt=1).count()
    return {"lost": max(filed - there.count(), 0), "doubled": doubled}


if __name__ == "__main__":
    import django

    django.setup()
    works: dict[str, Any] = {"prepare": prepare, "count": count, "check": check}
    sys.stdout.write(json.dumps(works[sys.argv[1]](*map(int, sys.argv[2:]))) + "\n")
