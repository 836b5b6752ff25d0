"""From an SVG drawing to the bytes of a picture file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from io import BytesIO
from multiprocessing import get_context

from PIL import Image

QUALITY = 80  # 577 drawings in less than 6 MB


def render(svg: str, width: int = 480, height: int = 640) -> bytes:
    """WebP bytes of the drawing at the given size; the same drawing always gives the same bytes."""
    import resvg_py

    png = resvg_py.svg_to_bytes(svg_string=svg, width=width, height=height, skip_system_fonts=True)
    picture = Image.open(BytesIO(bytes(png))).convert("RGB")
    if picture.size != (width, height):
        picture = picture.resize((width, height), Image.Resampling.LANCZOS)
    out = BytesIO()
    picture.save(out, "WEBP", quality=QUALITY, method=6)
    return out.getvalue()


def render_all(svgs: Iterable[str], workers: int = 2) -> Iterator[bytes]:
    """`render` for many drawings, in their order, spread over processes.

    Processes and not threads: the rasteriser holds the interpreter's lock.
    """
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(render, svgs, chunksize=8)
