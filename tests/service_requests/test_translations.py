"""The catalog in the reader's language: read, drafted for a translator, put over the catalog's own words."""

from pathlib import Path

import pytest
from django.utils import translation

from citystat.core.errors import InputError
from citystat.service_requests import catalog_actions, translations
from citystat.service_requests.cases import finding, messages, offers
from citystat.service_requests.models import CatalogTranslation
from tests.factories import cases

SPANISH = """language: es
groups: {Streets: Calles}
services:
  pothole:
    name: Bache
    description: Un hoyo en el pavimento.
    questions:
      SIZE: {description: "¿De qué tamaño es?", values: {S: Chico}}
"""
QUESTIONS = [{"code": "SIZE", "description": "How big?", "values": [{"key": "S", "name": "Small"}, {"key": "L", "name": "Large"}]}]
WORDS = {"questions": {"SIZE": {"description": "¿De qué tamaño?", "values": {"S": "Chico"}}}}


def load(folder: Path, text: str = SPANISH):
    path = folder / "catalog_es.yaml"
    path.write_text(text, encoding="utf-8")
    return catalog_actions.load_translation(path)


@pytest.fixture
def pothole(db, city_home):
    cases.make_service(category="Streets", form={"description": "A hole.", "keywords": ["crater"], "questions": [cases.SIZE_QUESTION]})


def test_questions_keep_codes_and_keys_and_what_is_not_translated():
    [asked] = translations.questions_in(QUESTIONS, WORDS)
    assert (asked["code"], asked["description"]) == ("SIZE", "¿De qué tamaño?")
    assert asked["values"] == [{"key": "S", "name": "Chico"}, {"key": "L", "name": "Large"}]
    assert QUESTIONS[0]["description"] == "How big?"


def test_answers_are_told_in_words_of_now_where_there_are_some_and_of_then_otherwise():
    stored = [
        {"code": "SIZE", "question": "How big?", "values": ["S", "L"], "words": ["Small", "Large"]},
        {"code": "OLD", "question": "Asked before", "values": ["7"], "words": ["7"]},
        {"code": "SIZE", "question": "How big?", "values": [], "words": []},
    ]
    assert translations.answers_in(stored, WORDS) == [("¿De qué tamaño?", "Chico, Large"), ("Asked before", "7"), ("¿De qué tamaño?", "")]
    assert translations.answers_in(stored[:1], {}) == [("How big?", "Small, Large")]


@pytest.mark.usefixtures("pothole")
def test_a_service_is_told_in_the_readers_language_and_kept_in_the_catalogs(tmp_path):
    assert load(tmp_path) | {"source": ""} == {"source": "", "language": "es", "groups": 1, "services": 1, "services_without_a_name": 0}
    with translation.override("es"):
        [told] = offers.offered_to_reader()
    assert (told.name, told.group, told.description, told.slug) == ("Bache", "Calles", "Un hoyo en el pavimento.", "pothole")
    assert told.questions[0]["description"] == "¿De qué tamaño es?"
    own = offers.offer("pothole")
    assert (own.name, own.group, own.description) == ("Pothole", "Streets", "A hole.")
    with translation.override("en"):
        assert offers.offered_to_reader()[0].name == "Pothole"


@pytest.mark.usefixtures("pothole")
def test_the_name_of_every_language_finds_the_service(tmp_path):
    assert finding.suggest("bache") == []
    load(tmp_path)
    assert [offer.slug for offer, _score in finding.suggest("bache")] == ["pothole"]


@pytest.mark.usefixtures("pothole")
def test_a_message_names_the_service_in_its_own_language(tmp_path):
    load(tmp_path)
    request = cases.file_request(answers={"SIZE": "S"})
    with translation.override("es"):
        assert messages.about(request).endswith(": Bache")
        assert offers.answers_to_reader(request) == [("¿De qué tamaño es?", "Chico")]
    assert messages.about(request).endswith(": Pothole")
    assert request.answers[0]["words"] == ["Like a hand"]


@pytest.mark.usefixtures("pothole")
def test_the_order_of_services_does_not_mind_accents(tmp_path):
    cases.make_service("Tree", "TRE", category="Streets")
    load(tmp_path, "language: es\nservices: {pothole: {name: Bache}, tree: {name: Árbol}}\n")
    with translation.override("es"):
        assert [offer.name for offer in offers.offered_to_reader()] == ["Árbol", "Bache"]


@pytest.mark.usefixtures("pothole")
def test_of_many_services_a_mistake_names_those_that_look_like_it(tmp_path):
    for number in range(15):
        cases.make_service(f"Other {number}", f"O{number}")
    with pytest.raises(InputError, match=r"'potole' is not among the services: pothole\.$"):
        load(tmp_path, "language: es\nservices: {potole: {name: Bache}}")
    with pytest.raises(InputError, match=r"'zzz' is not among the services\.$"):
        load(tmp_path, "language: es\nservices: {zzz: {name: Bache}}")


@pytest.mark.usefixtures("pothole")
def test_loading_again_replaces_the_words_of_the_language(tmp_path):
    load(tmp_path)
    load(tmp_path, "language: es\nservices: {pothole: {description: Un hoyo.}}\n")
    with translation.override("es"):
        told = offers.to_reader(offers.offer("pothole"))
    assert (told.name, told.group, told.description) == ("Pothole", "Streets", "Un hoyo.")


@pytest.mark.usefixtures("pothole")
def test_a_draft_holds_every_word_and_loads_back_to_the_same(tmp_path):
    empty = catalog_actions.draft_translation("es")
    assert 'name: ""  # Pothole' in empty
    assert 'Streets: ""' in empty
    load(tmp_path)
    stored = CatalogTranslation.objects.values("groups", "services").get()
    load(tmp_path, catalog_actions.draft_translation("es"))
    assert CatalogTranslation.objects.values("groups", "services").get() == stored


@pytest.mark.usefixtures("pothole")
@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("services: {}", "does not say its language"),
        ("- 1", "does not say its language"),
        ("language: [", "is not valid YAML"),
        ("language: fr", "no pages in the language 'fr'; use es"),
        ("language: es\ngroups: {Strets: Calles}", "'Strets' is not among the groups: Streets"),
        ("language: es\nservices: [pothole]", "services are given by name"),
        ("language: es\nservices: {potole: {name: Bache}}", "'potole' is not among the services: pothole"),
        ("language: es\nservices: {pothole: Bache}", "words are given by name, not as 'Bache'"),
        ("language: es\nservices: {pothole: {name: [Bache]}}", "pothole: name is one text"),
        ("language: es\nservices: {pothole: {nombre: Bache}}", "'nombre' is not among the words"),
        ("language: es\nservices: {pothole: {questions: {LANE: {}}}}", "'LANE' is not among the questions: SIZE"),
        ("language: es\nservices: {pothole: {questions: {SIZE: {values: {XL: Enorme}}}}}", "'XL' is not among the answers: L, S"),
    ],
)
def test_what_is_wrong_in_a_file_is_said_and_nothing_changes(tmp_path, text, sentence):
    load(tmp_path)
    with pytest.raises(InputError, match=sentence):
        load(tmp_path, text)
    assert CatalogTranslation.objects.get().services["pothole"]["name"] == "Bache"


def test_a_file_that_is_not_there_is_said(db, city_home, tmp_path):
    with pytest.raises(InputError, match=r"nothing\.yaml cannot be read"):
        catalog_actions.load_translation(tmp_path / "nothing.yaml")
