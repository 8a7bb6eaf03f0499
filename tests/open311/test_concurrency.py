"""Programs that send at the same time."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from citystat.open311 import actions
from citystat.service_requests.models import ServiceRequest
from tests.factories import cases
from tests.open311.conftest import BASE


@pytest.mark.skipif(connection.vendor == "sqlite", reason="the database of the tests is in memory and has one connection")
@pytest.mark.django_db(transaction=True)
def test_same_key_sent_many_times_at_once_is_one_request():
    cases.make_service()
    key = actions.add_key(by=None, name="App")

    def send(place: int) -> tuple[int, str]:
        form = {"api_key": key, "service_code": "POT", "address_string": "12 Main St", "client_request_id": f"k{place % 4}"}
        answer = Client().post(f"{BASE}/requests.json", form)
        connection.close()
        return answer.status_code, answer.json()[0]["service_request_id"]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(32)))

    assert ServiceRequest.objects.count() == 4
    assert sorted(status for status, _number in answers) == [200] * 28 + [201] * 4
    assert len({number for _status, number in answers}) == 4
