"""The words of a header: `DateTimeClosed`, `DATE_TIME_CLOSED` and `DATETIMECLOSED` are all "date time closed"."""

import re
from functools import lru_cache
from typing import Final

# Words that headers of request exports run together; a name is taken apart only where all of it is made of them.
WORDS: Final = frozenset(
    """
    acronym action activity add added address agency area assigned at beat business by call caller case category cell channel city
    class clear clock close closed code complaint complete completed contact coord coordinate council count county created creation
    date day days dept department desc description detail details district division due end expected final first flag geo global goal
    group house id incident init inspection inspector invt issue key last lat latitude long longitude location method mobile modified
    name neighborhood number object on open opened order organization origin outcome overdue owner parent planned point police post
    precinct prj priority prob problem project public reason received record ref reference region repository reported request
    requested resolution resolved response row service sla source sr state status street sub subject submit suffix target taken team
    time title to type unique unit update updated verified ward work x y year zip zone
    """.split()  # noqa: SIM905 - a list of words reads better than a list of literals
)
ROW_NUMBERS: Final = frozenset({"_id", "fid", "oid", "objectid", "object_id", "rowid", "ogc_fid", "esri_oid", "cartodb_id"})


def words_of(header: str) -> str:
    """The words of a header in lower case, one blank between them; a column that only numbers the rows is a "row id"."""
    if header.strip().lower() in ROW_NUMBERS:
        return "row id"
    split = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", header)
    tokens = re.sub(r"[^0-9a-záâàçéèêëíîïóôúûüñ#]+", " ", split.lower()).split()
    return " ".join(" ".join(_taken_apart(token)) for token in tokens)


def _taken_apart(token: str) -> tuple[str, ...]:
    if len(token) < 5 or token in WORDS:
        return (token,)
    return _parts(token) or (token,)


@lru_cache(maxsize=4096)
def _parts(text: str) -> tuple[str, ...]:
    """The fewest known words a text is made of; empty if it is not."""
    if text in WORDS:
        return (text,)
    found: tuple[str, ...] = ()
    for length in range(len(text) - 1, 0, -1):
        rest = _parts(text[length:]) if text[:length] in WORDS else ()
        if rest and (not found or len(rest) + 1 < len(found)):
            found = (text[:length], *rest)
    return found
