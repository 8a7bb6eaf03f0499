"""Who looked at residents' contact data."""

import pytest

from citystat.core import audit
from citystat.service_requests.cases import looks
from tests.factories import cases

pytestmark = pytest.mark.django_db


def test_latest_lists_looks_newest_first_and_nothing_else() -> None:
    ana = cases.make_user("ana@city.example", "call_taker")
    audit.record(by=ana, action="see contact", target="contact 7", details={"why": "page of request 26-000001"})
    audit.record(by=ana, action="article made", target="bees")
    audit.record(by=None, action="look up person", target="email d4f9122fcc8f")
    found = looks.latest()
    assert [(one.by, one.act, one.record, one.why) for one in found] == [
        ("", "look up person", "", ""), (str(ana), "see contact", "contact 7", "page of request 26-000001"),
    ]  # fmt: skip


def test_by_person_counts_most_first() -> None:
    people = [cases.make_user(f"{name}@city.example", "call_taker") for name in ("ana", "bo")]
    for by in (people[0], people[1], people[1]):
        audit.record(by=by, action="find caller")
    assert looks.by_person(looks.latest()) == [(str(people[1]), 2), (str(people[0]), 1)]
