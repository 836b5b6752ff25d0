"""What people do to the photo of a product before they search with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

COLLAGE = "in a collage of four"
TILE, GAP = 400, 16  # pixels of a collage

Change = Callable[[Image.Image], Image.Image]

PAGE = (390, 844)  # of a phone's screen
LIGHT, DARK = "white", (18, 18, 20)


def _turned(way: Image.Transpose) -> Change:
    return lambda photo: photo.transpose(way)


def _on_white(share: float, left: float, top: float) -> Change:
    """A square of white with the photo so large, so far from the left and the top."""

    def change(photo: Image.Image) -> Image.Image:
        side = round(max(photo.size) / share)
        canvas = Image.new("RGB", (side, side), LIGHT)
        room = side - photo.width, side - photo.height
        canvas.paste(photo, (round(left * room[0]), round(top * room[1])))
        return canvas

    return change


def _screen(ground: str | tuple[int, int, int], ink: str) -> Change:
    """The page of a shop: a bar, the photo, a name, a price and a button."""

    def change(photo: Image.Image) -> Image.Image:
        page = Image.new("RGB", PAGE, ground)
        draw = ImageDraw.Draw(page)
        draw.rectangle((0, 0, PAGE[0], 56), fill=ink)
        shown = photo.resize((300, round(300 * photo.height / photo.width)))
        page.paste(shown, (45, 90))
        below = 110 + shown.height
        for line, width in enumerate((260, 180, 90)):
            draw.rectangle((45, below + 26 * line, 45 + width, below + 26 * line + 10), fill=ink)
        draw.rounded_rectangle((45, below + 100, 345, below + 144), 8, fill=(230, 60, 60))
        return page

    return change


def _in_light(red: float, blue: float) -> Change:
    def change(photo: Image.Image) -> Image.Image:
        bands = zip(photo.split(), (red, 1.0, blue), strict=True)
        return Image.merge("RGB", [band.point(_times(factor)) for band, factor in bands])

    return change


def _times(factor: float) -> Callable[[int], float]:
    return lambda level: min(255, round(level * factor))


def _small(photo: Image.Image) -> Image.Image:
    small = photo.copy()
    small.thumbnail((48, 48))
    return small


def collage(photos: Sequence[Image.Image]) -> Image.Image:
    """Four photos on white, two by two; the first is at the upper left."""
    side = 2 * TILE + 3 * GAP
    canvas = Image.new("RGB", (side, side), LIGHT)
    for at, photo in enumerate(photos):
        tile = photo.resize(_fitted(photo.size))
        left, top = (GAP + place * (TILE + GAP) for place in (at % 2, at // 2))
        canvas.paste(tile, (left + (TILE - tile.width) // 2, top + (TILE - tile.height) // 2))
    return canvas


def _fitted(size: tuple[int, int]) -> tuple[int, int]:
    ratio = TILE / max(size)
    return max(1, round(size[0] * ratio)), max(1, round(size[1] * ratio))


CHANGES: dict[str, Change] = {
    "as it is": lambda photo: photo,
    "turned by 90": _turned(Image.Transpose.ROTATE_270),
    "turned by 180": _turned(Image.Transpose.ROTATE_180),
    "turned by 270": _turned(Image.Transpose.ROTATE_90),
    "small in the middle": _on_white(0.35, 0.5, 0.5),
    "in a corner": _on_white(0.25, 0.9, 0.9),
    "on a shop's page": _screen(LIGHT, "black"),
    "screenshot in dark mode": _screen(DARK, "lightgrey"),
    "grey": lambda photo: photo.convert("L").convert("RGB"),
    "warm light": _in_light(1.15, 0.75),
    "cold light": _in_light(0.8, 1.15),
    "dark": lambda photo: ImageEnhance.Brightness(photo).enhance(0.5),
    "blurred": lambda photo: photo.filter(ImageFilter.GaussianBlur(max(photo.size) / 60)),
    "small": _small,
}
