"""What is said in the reader's language over the catalog's own words. Codes and keys stay: an answer means the same in every language."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings

from citystat.core.errors import InputError

Words = Mapping[str, Any]
Questions = Sequence[Mapping[str, Any]]


def languages() -> tuple[str, ...]:
    """Languages of the pages that the catalog is not written in."""
    return tuple(code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE)


def check_language(language: str) -> str:
    """The language; raises InputError for one the pages do not have."""
    if language not in languages():
        raise InputError(f"There are no pages in the language {language!r}; use {', '.join(languages())}.")
    return language


def questions_in(questions: Questions, words: Words) -> list[dict[str, Any]]:
    """The questions with the words of one language put over theirs."""
    translated = words.get("questions") or {}
    return [_question_in(question, translated.get(str(question["code"])) or {}) for question in questions]


def _question_in(question: Mapping[str, Any], words: Words) -> dict[str, Any]:
    names = words.get("values") or {}
    return {
        **question,
        "description": words.get("description") or question["description"],
        "datatype_description": words.get("hint") or question.get("datatype_description", ""),
        "values": [{**one, "name": names.get(str(one["key"]), one["name"])} for one in question.get("values") or ()],
    }


def answers_in(answers: Sequence[Mapping[str, Any]], words: Words) -> list[tuple[str, str]]:
    """Stored answers as pairs of question and answer, with the words of one language put over those of then."""
    translated = words.get("questions") or {}
    found = []
    for one in answers:
        said = translated.get(str(one["code"])) or {}
        names = said.get("values") or {}
        then = one.get("words") or one["values"]
        told = [str(names.get(str(value), word)) for value, word in zip(one["values"], then, strict=True)]
        found.append((str(said.get("description") or one["question"]), ", ".join(told)))
    return found
