"""The city's one accent color, darkened until text on it and in it can be read."""

import re

from citystat.core.errors import InputError

MINIMUM_CONTRAST = 4.5
DARKER_STEP = 0.94


def style_sheet(accent: str) -> str:
    """Custom properties: the accent for surfaces under white text, and a darker one for links."""
    base = readable(accent)
    dark = readable(accent, minimum=7.0)
    return f":root{{--city-accent:{base};--city-accent-dark:{dark}}}\n"


def readable(color: str, minimum: float = MINIMUM_CONTRAST) -> str:
    """The color, darkened as far as needed to reach the contrast against white."""
    red, green, blue = channels(color)
    while contrast_with_white((red, green, blue)) < minimum:
        red, green, blue = (int(part * DARKER_STEP) for part in (red, green, blue))
    return f"#{red:02x}{green:02x}{blue:02x}"


def channels(color: str) -> tuple[int, int, int]:
    """`#005ea2` -> (0, 94, 162); anything else is refused, for it would be written into a style sheet."""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", color):
        raise InputError(f"accent_color in city.yaml must be written like #005ea2, not {color!r}.")
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def contrast_with_white(color: tuple[int, int, int]) -> float:
    """WCAG 2 contrast ratio against white."""
    return 1.05 / (_luminance(color) + 0.05)


def _luminance(color: tuple[int, int, int]) -> float:
    linear = [part / 255 / 12.92 if part / 255 <= 0.04045 else ((part / 255 + 0.055) / 1.055) ** 2.4 for part in color]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
