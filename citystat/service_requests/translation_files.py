"""Read and draft the catalog's words in another language. Returns plain values, text, or one sentence; saves nothing.

language: es
groups: {Streets: Calles}
services:
  pothole:
    name: Bache
    description: Un hoyo en el pavimento.
    questions: {SIZE: {description: "¿De qué tamaño es?", hint: ..., values: {S: Como una mano, L: Como una llanta}}}

Codes of questions and keys of answers are those of the form: only what people read is translated.
"""

import difflib
import os
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from citystat.core import yaml_files
from citystat.core.errors import InputError
from citystat.service_requests.translations import Questions, Words, check_language

FIELDS: Final = frozenset({"name", "description", "questions"})
QUESTION_FIELDS: Final = frozenset({"description", "hint", "values"})
MOST_NAMES: Final = 12


def read(path: str | os.PathLike[str], groups: Collection[str], services: Mapping[str, Questions]) -> dict[str, Any]:
    """`language`, `groups` and `services` (slug -> words) of a file; raises InputError naming what the catalog does not have.

    groups: categories of the catalog. services: slug -> the questions of its form.
    """
    file = Path(path)
    content = yaml_files.read(file)
    if not isinstance(content, dict) or not content.get("language"):
        raise InputError(f"{file.name} does not say its language, such as `language: es`.")
    given_groups, given_services = content.get("groups") or {}, content.get("services") or {}
    _check(given_groups, groups, file.name, "groups")
    _check(given_services, services, file.name, "services")
    return {
        "language": check_language(str(content["language"])),
        "groups": _texts(given_groups, given_groups, file.name),
        "services": {str(slug): _words(words or {}, services[str(slug)], f"{file.name}, {slug}") for slug, words in given_services.items()},
    }


def _words(given: Any, questions: Questions, where: str) -> dict[str, Any]:
    _check(given, FIELDS, where, "words")
    asked = {str(question["code"]): question for question in questions}
    translated = given.get("questions") or {}
    _check(translated, asked, where, "questions")
    said = {str(code): _question(words or {}, asked[str(code)], f"{where}, {code}") for code, words in translated.items()}
    return _texts(given, ("name", "description"), where) | {"questions": said}


def _question(given: Any, question: Mapping[str, Any], where: str) -> dict[str, Any]:
    _check(given, QUESTION_FIELDS, where, "words")
    values = given.get("values") or {}
    _check(values, [str(one["key"]) for one in question.get("values") or ()], where, "answers")
    return _texts(given, ("description", "hint"), where) | {"values": _texts(values, values, where)}


def _texts(given: Mapping[Any, Any], names: Iterable[Any], where: str) -> dict[str, Any]:
    found = {str(name): given[name] for name in names if given.get(name)}
    strange = next((name for name, words in found.items() if isinstance(words, dict | list)), None)
    if strange is not None:
        raise InputError(f"{where}: {strange} is one text, not a list of things.")
    return {name: str(words) for name, words in found.items()}


def _check(given: Any, known: Collection[str], where: str, what: str) -> None:
    if not isinstance(given, Mapping):
        raise InputError(f"{where}: {what} are given by name, not as {str(given)[:40]!r}.")
    strange = sorted({str(name) for name in given} - set(known))
    if strange:
        near = sorted(known) if len(known) <= MOST_NAMES else difflib.get_close_matches(strange[0], known)
        there_are = f": {', '.join(near)}" if near else "" if known else ": there are none"
        raise InputError(f"{where}: {strange[0]!r} is not among the {what}{there_are}.")


def draft(language: str, groups: Mapping[str, str], services: Mapping[str, Words]) -> str:
    """A file for a translator: what stands there now, empty where nothing does, the catalog's words as comments beside."""
    lines = [f"language: {language}", "groups:"]
    lines += [_line(2, name, words, name) for name, words in groups.items()]
    lines.append("services:")
    for slug, one in services.items():
        words = one["words"]
        lines += [f"  {_key(slug)}:", _line(4, "name", words.get("name"), one["name"])]
        if one["description"]:
            lines.append(_line(4, "description", words.get("description"), one["description"]))
        lines += _draft_questions(one["questions"], words.get("questions") or {})
    return "\n".join(lines) + "\n"


def _draft_questions(questions: Questions, words: Words) -> list[str]:
    lines = ["    questions:"] if questions else []
    for question in questions:
        said = words.get(str(question["code"])) or {}
        lines += [f"      {_key(question['code'])}:", _line(8, "description", said.get("description"), question["description"])]
        if question.get("datatype_description"):
            lines.append(_line(8, "hint", said.get("hint"), question["datatype_description"]))
        if question.get("values"):
            names = said.get("values") or {}
            lines.append("        values:")
            lines += [_line(10, one["key"], names.get(str(one["key"])), one["name"]) for one in question["values"]]
    return lines


def _line(indent: int, name: object, words: str | None, own: object) -> str:
    return f"{' ' * indent}{_key(name)}: {_text(words or '')}  # {' '.join(str(own).split())}"


def _key(name: object) -> str:
    return str(yaml.safe_dump(str(name), allow_unicode=True, width=10_000)).splitlines()[0]


def _text(words: str) -> str:
    return yaml.safe_dump(words, default_style='"', allow_unicode=True, width=10_000).strip()
