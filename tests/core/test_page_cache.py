"""Public pages kept as they were rendered, and sent compressed to those who take it."""

import gzip
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from citystat.core import page_cache

TEXT = "<p>" + "Potholes are closing faster. " * 100 + "</p>"


@pytest.fixture(autouse=True)
def forget() -> None:
    page_cache.kept_pages.clear()


def asked(encoding: str = "", path: str = "/explore/") -> HttpRequest:
    request = RequestFactory().get(path, headers={"Accept-Encoding": encoding} if encoding else {})
    request.user = AnonymousUser()
    request._messages = []  # type: ignore[attr-defined]
    return request


def kept(*contents: str, **headers: str) -> Any:
    """A view that gives the next content each time it is really asked."""
    left = iter(contents)

    @page_cache.kept_until_changed(lambda: 1)
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(next(left), headers=headers)

    return view


def test_kept_page_is_compressed_for_those_who_take_it() -> None:
    response = kept(TEXT)(asked("br, gzip;q=0.8"))
    assert response["Content-Encoding"] == "gzip"
    assert gzip.decompress(response.content).decode() == TEXT
    assert len(response.content) < len(TEXT) / 7


def test_kept_page_is_the_same_for_both_kinds_of_reader() -> None:
    view = kept(TEXT, "a second rendering")
    assert gzip.decompress(view(asked("gzip")).content).decode() == view(asked()).content.decode() == TEXT


@pytest.mark.parametrize("encoding", ["", "br", "gzip;q=0", "gzip; q=0.0, br", "xgzip"])
def test_kept_page_stays_plain_for_those_who_do_not(encoding: str) -> None:
    response = kept(TEXT)(asked(encoding))
    assert response.content.decode() == TEXT
    assert not response.has_header("Content-Encoding")
    assert response["Vary"] == "Accept-Encoding"


def test_kept_page_of_a_few_words_is_not_worth_it() -> None:
    response = kept("No request matches.")(asked("gzip"))
    assert response.content == b"No request matches."
    assert not response.has_header("Content-Encoding")


def test_kept_page_that_is_compressed_already_is_left_alone() -> None:
    response = kept(TEXT, **{"Content-Encoding": "br"})(asked("gzip"))
    assert response["Content-Encoding"] == "br"
    assert response.content.decode() == TEXT


def test_kept_page_with_the_compressed_copy_counts_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_cache, "BYTES_KEPT", 10 * len(TEXT))
    view = kept(*[TEXT] * 12)
    for number in range(12):
        view(asked("gzip", f"/explore/?page={number}"))
    taken = sum(len(page.response.content) + len(page.packed) for page in page_cache.kept_pages._pages.values())
    assert page_cache.kept_pages._bytes == taken <= 10 * len(TEXT)
