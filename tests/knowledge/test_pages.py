"""Pages of answers: reading, saying whether it helped, logging a call, writing, searches in vain."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from citystat.core.errors import InputError, NotAllowed
from citystat.knowledge import actions, queries
from citystat.knowledge.actions import Content, Text
from citystat.knowledge.models import Article, ArticleFeedback, ArticleText, UnansweredSearch
from citystat.service_requests.models import ContactRecord
from tests.factories import cases

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("answers")]


def signed_in(*roles: str) -> Client:
    client = Client()
    client.force_login(cases.make_user(f"{roles[0]}@city.example", *roles), backend=settings.AUTHENTICATION_BACKENDS[1])
    return client


def page(client: Client, path: str, **headers: str) -> str:
    response = client.get(path, headers=headers)
    assert response.status_code == 200
    return str(response.content.decode())


def write(body: str, **values: Any) -> Article:
    return actions.save(by=None, slug="hostile", content=Content({"en": Text("Hostile <b>title</b>", body)}, **values))


def test_search_page_finds_and_leads_to_the_answer() -> None:
    found = page(Client(), "/answers/?q=garbige+holliday")
    assert "/answers/trash-on-holidays/" in found
    assert "1 answer to" in found
    assert "one day later" in page(Client(), "/answers/trash-on-holidays/")
    assert not UnansweredSearch.objects.exists()


def test_search_page_without_an_answer_offers_all_of_them() -> None:
    shown = page(Client(), "/answers/?q=zebra")
    assert "No answer to" in shown
    assert "/answers/trash-on-holidays/" in shown


def test_search_page_lists_public_answers_in_the_readers_language() -> None:
    shown = page(Client(), "/answers/", **{"Accept-Language": "es"})
    assert "¿Cómo reservo un quiosco del parque?" in shown
    assert "After hours" not in shown
    assert "After hours" in page(signed_in("call_taker"), "/answers/")


@pytest.mark.slow
def test_search_in_vain_is_counted_and_listed_for_those_who_write() -> None:
    for _ in range(2):
        assert "No answer to" in page(Client(), "/answers/?q=Library+card")
    assert UnansweredSearch.objects.get().count == 2
    client = signed_in("manager_311")
    assert "library card" in page(client, "/answers/unanswered/")
    client.post(f"/answers/unanswered/{UnansweredSearch.objects.get().pk}/settle/")
    assert "library card" not in page(client, "/answers/unanswered/")
    page(Client(), "/answers/?q=library+card")
    assert "library card" in page(client, "/answers/unanswered/")


def test_searches_in_vain_cannot_fill_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MOST_SEARCHES_KEPT", 3)
    for number in range(6):
        actions.remember_unanswered(text=f"zebra{number}", language="en")
    actions.remember_unanswered(text="zebra0", language="en")
    assert UnansweredSearch.objects.count() == 3
    assert UnansweredSearch.objects.get(words="zebra0").count == 2


def test_unanswered_page_is_closed_to_others() -> None:
    assert signed_in("call_taker").get("/answers/unanswered/").status_code == 403
    assert Client().get("/answers/new/").status_code == 302


def test_answer_page_escapes_text_and_links_only_web_addresses() -> None:
    write("Look at https://city.example/a?b=1\n\n<script>alert(1)</script> javascript:alert(2)\nsecond line")
    shown = page(Client(), "/answers/hostile/")
    assert '<a href="https://city.example/a?b=1"' in shown
    assert "<script>alert" not in shown
    assert 'href="javascript' not in shown
    assert "Hostile &lt;b&gt;title" in shown
    assert "javascript:alert(2)<br>second line" in shown


def test_answer_that_is_not_public_is_not_there_for_others() -> None:
    path = "/answers/after-hours-water-script/"
    assert Client().get(path).status_code == 404
    assert Client().post(f"{path}helpful/", {"helpful": "yes"}).status_code == 404
    assert "on call" in page(signed_in("call_taker"), path) or "Water desk" in page(signed_in("manager_311"), path)


def test_answer_whose_review_is_late_says_so_to_staff_alone() -> None:
    write("Old words", review_by=timezone.now().date().replace(year=2020))
    assert "looked at again" not in page(Client(), "/answers/hostile/")
    assert "looked at again" in page(signed_in("call_taker"), "/answers/hostile/")


def test_helpful_counts_once_for_a_reader() -> None:
    client = Client()
    for _ in range(2):
        assert client.post("/answers/trash-on-holidays/helpful/", {"helpful": "no", "comment": "Which day?"}).status_code == 302
    found = ArticleFeedback.objects.get()
    assert (found.is_helpful, found.comment, found.language) == (False, "Which day?", "en")
    assert Client().post("/answers/trash-on-holidays/helpful/", {"helpful": "maybe"}).status_code == 400
    assert "0 of 1" in page(signed_in("manager_311"), "/answers/manage/")


def test_call_taker_logs_that_an_answer_answered_a_caller() -> None:
    client = signed_in("call_taker")
    assert client.post("/answers/trash-on-holidays/log/", {"channel": "phone"}).status_code == 302
    found = ContactRecord.objects.get()
    assert (found.outcome, found.article, found.channel, found.by.email) == (
        "answered", "trash-on-holidays", "phone", "call_taker@city.example",
    )  # fmt: skip
    assert client.post("/answers/trash-on-holidays/log/", {"channel": "pigeon"}).status_code == 400
    assert Client().post("/answers/trash-on-holidays/log/").status_code == 302
    assert ContactRecord.objects.count() == 1


def test_edit_page_changes_an_answer_and_search_finds_the_new_words() -> None:
    client = signed_in("manager_311")
    form = {"title_en": "Library cards", "body_en": "Ask at the desk.", "keywords_en": "books, reading", "title_es": "", "body_es": "",
            "keywords_es": "", "department": "Library", "services": ["missed-trash"], "is_public": "on"}  # fmt: skip
    response = client.post("/answers/new/", form)
    assert response["Location"] == "/answers/library-cards/"
    assert queries.search("library card", "en")[0].slug == "library-cards"
    client.post("/answers/library-cards/edit/", form | {"title_en": "Opening hours", "keywords_en": "", "body_en": "Nine to five."})
    assert queries.search("library card", "en") == []
    assert queries.for_service("missed-trash", "en")[0].title == "Opening hours"
    assert ArticleText.objects.filter(article__slug="library-cards").count() == 1


def test_edit_page_keeps_what_was_typed_when_something_is_missing() -> None:
    response = signed_in("manager_311").post("/answers/new/", {"title_en": "Typed title", "body_en": ""})
    assert response.status_code == 400
    assert "Typed title" in response.content.decode()
    assert "both a title and a text" in response.content.decode()


def test_save_is_for_those_who_manage_311() -> None:
    with pytest.raises(NotAllowed):
        actions.save(by=cases.make_user("t@city.example", "call_taker"), content=Content({"en": Text("A", "B")}))


def test_save_gives_each_answer_an_address_of_its_own() -> None:
    slugs = [actions.save(by=None, content=Content({"en": Text(title, "B")})).slug for title in ("Dogs", "Dogs", "New", "¿?")]
    assert slugs == ["dogs", "dogs-2", "new-answer", "answer"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nothing: 1", "no `articles`"),
        ("articles: {a: {en: {title: T}}}", "needs title and body"),
        ("articles: {a: {colour: red}}", "'colour' is not known"),
        ("articles: {a: {en: {title: T, body: B, x: 1}}}", "'x' is not known"),
        ("articles: {a: {review_by: soon, en: {title: T, body: B}}}", "review_by is a date"),
        ("articles: {'A b': {en: {title: T, body: B}}}", "cannot be the address"),
        ("articles: {new: {en: {title: T, body: B}}}", "cannot be the address"),
        ("articles: {a: {department: X}}", "at least one language"),
        ("articles: [", "not valid YAML"),
    ],
)
def test_load_says_what_is_wrong_and_changes_nothing(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "answers.yaml"
    file.write_text(text)
    before = Article.objects.count()
    with pytest.raises(InputError, match=words):
        call_command("answers", "load", str(file))
    assert Article.objects.count() == before


def test_load_twice_changes_nothing_more() -> None:
    from tests.knowledge.conftest import EXAMPLE

    before = list(ArticleText.objects.values_list("id", "title"))
    call_command("answers", "load", str(EXAMPLE), stdout=io.StringIO())
    assert list(ArticleText.objects.values_list("id", "title")) == before


def test_unanswered_command_lists_words() -> None:
    actions.remember_unanswered(text="library card", language="en")
    out = io.StringIO()
    call_command("answers", "unanswered", stdout=out)
    assert "library card" in out.getvalue()


@pytest.mark.parametrize(("path", "most"), [("/answers/", 3), ("/answers/?q=trash", 3), ("/answers/trash-on-holidays/", 3)])
def test_public_pages_take_few_statements(django_assert_max_num_queries: Any, settings: Any, path: str, most: int) -> None:
    settings.CITYSTAT_SECONDS_KEPT = 60
    page(Client(), path)
    with django_assert_max_num_queries(most):
        page(Client(), path)


def test_answer_that_is_saved_takes_the_searches_it_answers_off_the_list() -> None:
    for words in ("library card", "zebra stripes"):
        actions.remember_unanswered(text=words, language="en")
    client = signed_in("manager_311")
    form = {"title_en": "How do I get a library card?", "body_en": "Ask at any library.", "is_public": "on"}
    told = client.post("/answers/new/", form, follow=True).content.decode()
    assert "1 search that found nothing before" in told
    left = page(client, "/answers/unanswered/")
    assert ("zebra stripes" in left, "library card" in left) == (True, False)
