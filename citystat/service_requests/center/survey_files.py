"""Rows of a survey of callers as responses, by layout. Nothing that names a person leaves the file."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from citystat.service_requests.center import values
from citystat.service_requests.center.layout_files import Header, Layout
from citystat.service_requests.center.tables import Account, Row

LOWEST, HIGHEST = 1, 5


@dataclass(frozen=True)
class Response:
    """One respondent's scores by question."""

    line: int
    respondent: str
    on: date
    department: str
    scores: dict[str, int]


class Reader:
    """Reads rows of one file."""

    def __init__(self, layout: Layout, header: Header, source: str) -> None:
        self.layout, self.source = layout, source
        self.starts, self.respondent, self.department = (
            header.find(layout.spellings(name)) for name in ("starts", "respondent", "department")
        )
        found = ((one["code"], header.find(one["columns"])) for one in layout.definition["questions"])
        self.questions = {code: place for code, place in found if place is not None}
        self.words: dict[str, Any] = {word.casefold(): score for word, score in layout.definition.get("scores", {}).items()}

    def response(self, row: Row) -> Response:
        """The response of a row; ValueError, with the reason, for one that cannot be counted."""
        who = row.text(self.respondent)
        if not who:
            raise ValueError("no number of the response")
        try:
            answered_at, _has_time = values.instant(row.text(self.starts), self.layout.spellings("date_formats"))
        except ValueError as error:
            raise ValueError(f"day: {error}") from None
        if answered_at.date() > (datetime.now(tz=answered_at.tzinfo) + timedelta(days=1)).date():
            raise ValueError("day: a day to come")
        scores = {code: self.score(code, row.text(place)) for code, place in self.questions.items() if not values.is_empty(row.text(place))}
        if not scores:
            raise ValueError("no question answered")
        key = hashlib.sha256(f"{self.source}|{who}".encode()).hexdigest()
        return Response(row.line, key, answered_at.date(), row.text(self.department)[:200], scores)

    def score(self, question: str, text: str) -> int:
        """1 to 5 of a number, of a word the layout knows, or of both (`5 - Very satisfied`)."""
        said = text.casefold()
        for part in (said, *(piece.strip() for piece in said.split("-", 1))):
            if part in self.words:
                return int(self.words[part])
        try:
            value = values.number(said.split("-")[0].strip() or said)
        except ValueError:
            value = None
        if value is None or value != int(value) or not LOWEST <= value <= HIGHEST:
            raise ValueError(f"{question.replace('_', ' ')}: not a score from {LOWEST} to {HIGHEST}")
        return int(value)


def responses(reader: Reader, rows: Iterator[Row], account: Account) -> Iterator[Response]:
    """Responses; a row that cannot be counted is accounted for and left out."""
    for row in rows:
        account.read += 1
        try:
            yield reader.response(row)
        except ValueError as error:
            account.reject(row.line, str(error))
