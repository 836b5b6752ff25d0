"""Plain drawings that the bundled backbone takes for garments; what a reader sees of a page."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from html import unescape
from typing import Any

from PIL import Image, ImageDraw

from catalog.models import Product

MakeProduct = Callable[..., Product]
WHITE = (255, 255, 255)


def picture(
    colour: Any = "red", shape: str = "tshirt", size: tuple[int, int] = (60, 80)
) -> Image.Image:
    """A plain drawing on white that the bundled backbone takes for a garment."""
    image = Image.new("RGB", (240, 320), WHITE)
    draw = ImageDraw.Draw(image)
    if shape == "tshirt":
        draw.polygon(
            [
                (60, 60),
                (180, 60),
                (225, 120),
                (190, 145),
                (180, 130),
                (180, 280),
                (60, 280),
                (60, 130),
                (50, 145),
                (15, 120),
            ],
            fill=colour,
        )
        draw.ellipse([95, 40, 145, 80], fill=WHITE)
    elif shape == "trousers":
        draw.polygon(
            [(70, 30), (170, 30), (185, 300), (130, 300), (120, 120), (110, 300), (55, 300)],
            fill=colour,
        )
    else:
        draw.rectangle([60, 120, 180, 260], fill=colour)
        draw.arc([80, 60, 160, 180], 180, 360, fill=colour, width=10)
    return image.resize(size, Image.Resampling.LANCZOS)


def encoded(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    packed = io.BytesIO()
    image.save(packed, kind, **{"quality": 95} | options)
    return packed.getvalue()


def text_of(response: Any) -> str:
    """What a reader sees: no tags, single spaces."""
    body = re.sub(r"(?s)<(script|style|template).*?</\1>", " ", response.content.decode())
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())
