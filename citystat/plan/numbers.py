"""Numbers as people type them, read in the unit of a measure. What could mean two things is asked, never guessed."""

import re

from django.utils.translation import gettext as _

from citystat.core.errors import InputError

# Beyond this not every whole number can be told from the next one.
MOST = 1e15
# As most of the world writes decimals; 1,200 with three digits is a thousand and two hundred.
WITH_COMMA = re.compile(r"[-+]?\d+,(\d{1,2}|\d{4,})")
PERCENT_IN_WORDS = re.compile(r"\s*(percent|per cent|pct|por ciento)\.?$", re.IGNORECASE)
WRITTEN = re.compile(r"[-+]?(\d{1,3}(,\d{3})+|\d+)?(\.\d+)?")


def read_number(text: str) -> float:
    """A typed number, commas between thousands and a dollar sign allowed; InputError with what to do for anything else."""
    digits = text.replace("\u00a0", " ").replace("\u2212", "-").strip().removeprefix("$").strip()
    if WITH_COMMA.fullmatch(digits):
        words = {"text": text.strip()[:40], "point": digits.replace(",", ".")}
        raise InputError(_("“%(text)s” has a comma before its decimals: write it with a point, %(point)s.") % words)
    if not WRITTEN.fullmatch(digits) or not any(character.isdigit() for character in digits):
        raise InputError(_("“%(text)s” is not a number: write it like 61, 61.5 or 1,200.") % {"text": text.strip()[:40]})
    number = float(digits.replace(",", ""))
    if abs(number) > MOST:
        raise InputError(_("“%(text)s” is larger than any number a city counts: check its digits.") % {"text": text.strip()[:40]})
    return number


def read(text: str, form: str) -> float:
    """A typed number in the measure's own unit; a share of a percent measure is between 0 and 1.

    `form` is the measure's format. 61% and 61 are 0.61 for a percent measure. 0.61 could be either and is asked back, in one sentence.
    """
    cleaned = PERCENT_IN_WORDS.sub("%", text.strip())
    is_percent = cleaned.endswith("%")
    number = read_number(cleaned.removesuffix("%"))
    if form != "percent":
        if is_percent:
            raise InputError(_("This measure is not a percentage: write the number without the percent sign."))
        return number
    if not is_percent and 0 < abs(number) <= 1:
        raise InputError(
            _("Did you mean %(large)s%% or %(small)s%%? Write it with the percent sign.")
            % {"large": f"{round(number * 100, 6):g}", "small": f"{number:g}"}
        )
    return number / 100
