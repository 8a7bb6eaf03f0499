"""The demo city's invented photos: drawings of the kind of thing a service is about, before and after the work."""

import io
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw

Draw = ImageDraw.ImageDraw
SKY, ROAD, WALK, LAWN, WALL = "#a8c6d8", "#6d6d6d", "#b9b5ab", "#7d9a63", "#b98d6b"
# The first kind of which a word is one of the service's; anything else is a road.
KINDS: tuple[tuple[str, frozenset[str]], ...] = (
    ("graffiti", frozenset({"graffiti"})),
    ("snow", frozenset({"snow"})),
    ("light", frozenset({"light", "signal"})),
    ("tree", frozenset({"tree", "stump", "mowing", "overgrown", "yard", "park", "playground"})),
    ("animal", frozenset({"animal", "dog", "rat"})),
    ("vehicle", frozenset({"vehicle", "parking"})),
    ("water", frozenset({"water", "hydrant", "flooding", "drain", "sewer", "creek", "mosquito"})),
    ("bags", frozenset({"trash", "recycling", "dumping", "litter", "bulky", "cart", "debris", "encampment"})),
    ("house", frozenset({"housing", "building", "paint", "zoning", "food"})),
)


def kind_of(service: str) -> str:
    """What the photo of a service shows, by its short name."""
    named = set(service.split("-"))
    return next((kind for kind, words in KINDS if words & named), "road")


def picture(random: np.random.Generator, service: str, *, is_done: bool = False) -> bytes:
    """A small drawing that stands for a photo: the thing reported, or its place once the work is done."""
    ground = {"bags": WALK, "tree": LAWN, "animal": LAWN, "house": LAWN, "graffiti": WALK}.get(kind_of(service), ROAD)
    image = Image.new("RGB", (640, 480), ground)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 640, 190), fill=SKY)
    x, y, size = int(random.integers(150, 420)), int(random.integers(260, 360)), int(random.integers(40, 80))
    DRAWINGS[kind_of(service)](draw, x, y, size, is_done)
    out = io.BytesIO()
    image.save(out, "JPEG")
    return out.getvalue()


def _road(draw: Draw, x: int, y: int, size: int, is_done: bool) -> None:
    draw.line((320, 190, 320, 480), fill="#e8c63a", width=8)
    draw.ellipse((x, y, x + 2 * size, y + size), fill="#585858" if is_done else "#2b2b2b")


def _bags(draw: Draw, x: int, y: int, size: int, is_done: bool) -> None:
    draw.rectangle((0, 420, 640, 480), fill=ROAD)
    draw.rectangle((70, 200, 140, 330), fill="#2f5d43")
    draw.rectangle((62, 190, 148, 206), fill="#24482f")
    for step in () if is_done else (0, 1, 2):
        left = x + step * size
        draw.ellipse((left, y - size // 2, left + size, y + size // 2), fill=("#24262b", "#33363d", "#1d1f23")[step])
        draw.polygon(
            (left + size // 2 - 10, y - size // 2 - 14, left + size // 2 + 10, y - size // 2 - 14, left + size // 2, y - 10), "#3d4048"
        )


def _tree(draw: Draw, x: int, y: int, size: int, is_done: bool) -> None:
    draw.rectangle((x - 14, 170, x + 14, y), fill="#6b4a2f")
    draw.ellipse((x - 110, 40, x + 110, 210), fill="#3f6b3a")
    if not is_done:
        draw.line((x + 60, y + 30, x + 60 + 2 * size, y + 50), fill="#6b4a2f", width=18)
        draw.ellipse((x + 40 + size, y + 5, x + 80 + 2 * size, y + 85), fill="#56823f")


def _light(draw: Draw, x: int, y: int, size: int, is_done: bool) -> None:
    draw.rectangle((0, 0, 640, 190), fill="#3a4660")
    draw.rectangle((x, 80, x + 14, y + 60), fill="#2a2d31")
    draw.line((x + 7, 82, x + 90, 70), fill="#2a2d31", width=10)
    if is_done:
        draw.polygon((x + 70, 84, x + 120, 84, x + 120 + size, y + 60, x + 70 - size, y + 60), fill="#8f8a6a")
    draw.ellipse((x + 70, 62, x + 120, 88), fill="#ffe89a" if is_done else "#4b4f55")


def _graffiti(draw: Draw, x: int, y: int, size: int, is_done: bool) -> None:
    draw.rectangle((0, 60, 640, 390), fill=WALL)
    for row in range(60, 390, 30):
        draw.line((0, row, 640, row), fill="#a37a5a", width=2)
    if is_done:
        draw.rectangle((x - 60, 160, x + 190, 300), fill="#c29a79")
        return
    for step, color in enumerate(("#c2255c", "#1c7ed6", "#f08c00")):
        left = x - 50 + 70 * step
        draw.arc((left, 170, left + size + 30, 250 + size // 2), 20 + 60 * step, 290 + 60 * step, fill=color, width=14)


def _animal(draw: Draw, x: int, y: int, size: int, is_done: bool) -> None:
    draw.rectangle((0, 400, 640, 480), fill=WALK)
    if is_done:
        return
    draw.ellipse((x, y - size // 2, x + 2 * size, y + size // 3), fill="#7a5a3c")
    draw.ellipse((x + 2 * size - 20, y - size, x + 2 * size + 36, y - size // 3), fill="#7a5a3c")
    for leg in (x + 14, x + 2 * size - 24):
        draw.rectangle((leg, y, leg + 12, y + size), fill="#66492f")


def _vehicle(draw: Draw, x: int, y: int, size: int, is_done: bool) -> None:
    draw.rectangle((0, 190, 640, 240), fill=WALK)
    if is_done:
        return
    left = min(x, 340)
    draw.polygon((left + 60, 280, left + 100, 220, left + 190, 220, left + 230, 280), fill="#7f99ad")
    draw.rectangle((left, 280, left + 280, 340), fill="#5b7386")
    for wheel in (left + 40, left + 190):
        draw.ellipse((wheel, 315, wheel + 52, 367), fill="#1d1f23")


def _water(draw: Draw, x: int, y: int, size: int, is_done: bool) -> None:
    draw.rectangle((0, 190, 640, 225), fill=WALK)
    for bar in range(x, x + 100, 20):
        draw.rectangle((bar, 200, bar + 10, 222), fill="#2a2d31")
    if not is_done:
        draw.ellipse((x - 2 * size, y - 40, x + 3 * size, y + 80), fill="#5d87a6")
        draw.ellipse((x - size, y - 15, x + size, y + 30), fill="#86abc4")


def _house(draw: Draw, x: int, y: int, size: int, is_done: bool) -> None:
    draw.rectangle((180, 130, 460, 380), fill="#d5c7ae")
    draw.polygon((160, 130, 320, 40, 480, 130), fill="#8a4b3a")
    for left in (215, 365):
        draw.rectangle((left, 190, left + 60, 250), fill="#8fb3c9" if is_done else "#6f5a41")
    draw.rectangle((290, 280, 350, 380), fill="#5f4632")
    if not is_done:
        draw.line((215, 190, 275, 250), fill="#3c2f21", width=8)


def _snow(draw: Draw, x: int, y: int, size: int, is_done: bool) -> None:
    draw.ellipse((-80, 190, 200, 420), fill="#f2f5f7")
    draw.ellipse((460, 200, 720, 430), fill="#f2f5f7")
    if not is_done:
        draw.polygon((100, 200, 560, 200, 640, 480, 0, 480), fill="#e6ecf0")
        draw.line((x, 260, x - 40, 480), fill="#c3ccd3", width=10)


DRAWINGS: dict[str, Callable[[Draw, int, int, int, bool], None]] = {
    "road": _road, "bags": _bags, "tree": _tree, "light": _light, "graffiti": _graffiti, "animal": _animal,
    "vehicle": _vehicle, "water": _water, "house": _house, "snow": _snow,
}  # fmt: skip
