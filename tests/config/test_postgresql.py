"""A connection to PostgreSQL kept from an earlier request is noticed when it no longer stands."""

import psycopg
import pytest
from django.db import connection

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL keeps a connection to a server"),
]


def _connect() -> None:
    connection.ensure_connection()
    connection.cursor().execute("SELECT 1")


def test_is_usable_asks_nothing_of_a_connection_that_stands(django_assert_num_queries):
    _connect()

    with django_assert_num_queries(0):
        assert connection.is_usable()


def test_is_usable_notices_that_the_server_ended_it():
    _connect()
    settings = connection.get_connection_params()
    with psycopg.connect(**{name: settings[name] for name in ("dbname", "user", "host", "port") if settings.get(name)}) as other:
        # Waits until it has ended: on a busy machine that is later than the order to end.
        other.execute("SELECT pg_terminate_backend(%s, 20000)", [connection.connection.info.backend_pid])

    try:
        assert not connection.is_usable()
    finally:
        connection.close()


def test_is_usable_says_no_after_closing():
    _connect()
    kept = connection.connection
    kept.close()

    assert not connection.is_usable()
    connection.close()
