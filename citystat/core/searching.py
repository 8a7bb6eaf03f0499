"""Words looked for in texts of the database, large and small letters alike on either engine.

SQLite takes only the letters A to Z for alike, PostgreSQL those of every language: CAFÉ would find a café on one of them alone.
"""

from django.db.models import Q


def holds(text: str, *fields: str) -> Q:
    """Rows where one of the fields holds the text."""
    found = Q()
    for field in fields:
        for spelling in _spellings(text):
            found |= Q(**{f"{field}__icontains": spelling})
    return found


def begins(text: str, field: str) -> Q:
    """Rows where the field begins with the text."""
    found = Q()
    for spelling in _spellings(text):
        found |= Q(**{f"{field}__istartswith": spelling})
    return found


def _spellings(text: str) -> list[str]:
    """As typed, and with all and with the first letters of the words large; a text of plain letters needs one."""
    return [text] if text.isascii() else list(dict.fromkeys((text, text.lower(), text.upper(), text.title())))
