"""The one place that opens pictures nobody vouches for: photos of products, of shoppers, of data
sets. Free of Django; knows nobody."""

from pictures.errors import PictureError
from pictures.intake import as_rgb, clean, decode, open_picture

__all__ = ["PictureError", "as_rgb", "clean", "decode", "open_picture"]
