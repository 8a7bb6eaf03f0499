"""Read articles from YAML. Returns plain values or one sentence, saves nothing.

articles:
  holiday-collection:
    department: Solid Waste
    review_by: 2027-01-15
    services: [missed-trash]
    public: true
    en: {title: ..., body: ..., keywords: [...]}
    es: {title: ..., body: ..., keywords: [...]}
"""

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from citystat.core import yaml_files
from citystat.core.errors import InputError
from citystat.knowledge.actions import Content, Text

FIELDS: Final = frozenset({"department", "review_by", "services", "public"})
TEXT_FIELDS: Final = frozenset({"title", "body", "keywords"})
LANGUAGE: Final = re.compile(r"[a-z]{2}(?:-[a-z]{2,4})?")


def read(path: Path) -> dict[str, Content]:
    """Articles by slug; raises InputError naming what is wrong."""
    content = yaml_files.read(path)
    articles = content.get("articles") if isinstance(content, dict) else None
    if not isinstance(articles, dict):
        raise InputError(f"{path.name} has no `articles`.")
    return {str(slug): _content(values, f"{path.name}, {slug}") for slug, values in articles.items()}


def _content(values: Any, where: str) -> Content:
    if not isinstance(values, dict):
        raise InputError(f"{where}: an article is a list of named values.")
    unknown = sorted(str(name) for name in values if name not in FIELDS and not LANGUAGE.fullmatch(str(name)))
    if unknown:
        raise InputError(f"{where}: {unknown[0]!r} is not known here. Known are {', '.join(sorted(FIELDS))} and languages such as en.")
    review_by = values.get("review_by")
    if review_by is not None and not isinstance(review_by, date):
        raise InputError(f"{where}: review_by is a date such as 2027-01-15.")
    return Content(
        texts={name: _text(text, f"{where}, {name}") for name, text in values.items() if name not in FIELDS},
        department=str(values.get("department", "")),
        review_by=review_by,
        services=tuple(map(str, values.get("services") or ())),
        is_public=bool(values.get("public", True)),
    )


def _text(values: Any, where: str) -> Text:
    if not isinstance(values, Mapping) or not values.get("title") or not values.get("body"):
        raise InputError(f"{where}: a text needs title and body.")
    unknown = sorted(str(name) for name in values if name not in TEXT_FIELDS)
    if unknown:
        raise InputError(f"{where}: {unknown[0]!r} is not known here. Known are {', '.join(sorted(TEXT_FIELDS))}.")
    return Text(str(values["title"]), str(values["body"]), tuple(map(str, values.get("keywords") or ())))
