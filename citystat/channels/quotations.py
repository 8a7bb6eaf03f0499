"""What was written anew in a letter, above, below or between the words it answers, in the forms mail programs give them."""

import re
from typing import Final

SPACED: Final = re.compile(r"\s+")
# Where the words of another message begin, and nobody writes below.
MARKED: Final = re.compile(
    r"^(?:-{2,}\s*(?:(?:Original|Forwarded) message|Mensaje (?:original|reenviado))\s*-{2,}|_{20,}|"
    r"Begin forwarded message:|Inicio del mensaje reenviado:|(?:From|De): .+@.+)$",
    re.IGNORECASE,
)
HEADED: Final = re.compile(r"^\*?(?:From|De)\s*:\*?\s*\S", re.IGNORECASE)
HEADER: Final = re.compile(r"^\*?(?:Sent|Date|To|Subject|Enviado(?: el)?|Fecha|Para|Asunto)\s*:\*?\s*\S", re.IGNORECASE)
# The line before a quotation, with a date or an address in it; some programs go on in the same line.
INTRODUCED: Final = re.compile(
    r"^(?:(?:On|El)\b(?=.*\d).{4,300}\b(?:wrote|escribi[oó])\s*:$|(?:On|El)\b.{4,300}<[^<>\s]+@[^<>\s]+>\)?,? ?(?:wrote|escribi[oó])\s*:|"
    r".{0,100}<[^<>\s]+@[^<>\s]+>\)? ?(?:wrote|writes|escribi[oó])?\s*:$)",
    re.IGNORECASE,
)
LONGEST_INTRODUCTION: Final = 4
SIGNED: Final = re.compile(
    r"^(?:-- ?|—|(?:Sent|Enviado) (?:from|with|via|desde|con|mediante) .{2,60}|"
    r"(?:Get|Obtener|Obtén|Descargar?) Outlook (?:for|para) .{2,120}|Yahoo Mail: .{2,80})$",
    re.IGNORECASE,
)


def fresh_text(text: str, *, is_reply: bool) -> str:
    """What was written anew: no signature and, in a reply, nothing of the message it answers. A forwarded message is kept whole."""
    lines = text.splitlines()
    return "\n".join(_of_reply(lines) if is_reply else _unsigned(lines)).strip()


def _of_reply(lines: list[str]) -> list[str]:
    kept: list[str] = []
    position = 0
    while position < len(lines) and not _begins_another(lines, position):
        skipped = _introduction(lines, position)
        has_words = any(line.strip() for line in kept)
        if has_words and (_is_signature(lines[position]) or (skipped and not _is_quoted(lines, position + skipped))):
            break
        if not skipped and not lines[position].startswith(">") and not _is_signature(lines[position]):
            kept.append(lines[position])
        position += skipped or 1
    return kept


def _unsigned(lines: list[str]) -> list[str]:
    """Lines without signatures, which end where a forwarded message begins."""
    kept: list[str] = []
    is_signature = False
    for position, line in enumerate(lines):
        is_signature = (is_signature or (bool(kept) and _is_signature(line))) and not _begins_another(lines, position)
        if not is_signature:
            kept.append(line)
    return kept


def _is_signature(line: str) -> bool:
    return SIGNED.match(line.strip()[:200]) is not None


def _begins_another(lines: list[str], position: int) -> bool:
    """Whether another message begins here: a mark of its own, or its headers one below the other."""
    line = lines[position].strip()[:400]
    if MARKED.match(line):
        return True
    return HEADED.match(line) is not None and any(HEADER.match(one.strip()[:400]) for one in lines[position + 1 : position + 4])


def _introduction(lines: list[str], position: int) -> int:
    """How many lines introduce a quotation here; mail programs break `On Monday, somebody <a@b> wrote:` over several. None is 0."""
    for count in range(1, LONGEST_INTRODUCTION + 1):
        part = lines[position : position + count]
        if len(part) < count or not all(line.strip() for line in part) or any(line.startswith(">") for line in part):
            return 0
        if count > 1 and not re.match(r"\s*(?:On|El)\b", part[0], re.IGNORECASE):
            return 0
        if INTRODUCED.match(SPACED.sub(" ", " ".join(part)).strip()[:800]):
            return count
    return 0


def _is_quoted(lines: list[str], position: int) -> bool:
    """Whether the next line with words is marked as a quotation."""
    return next((line.startswith(">") for line in lines[position:] if line.strip()), False)
