from __future__ import annotations


class PictureError(Exception):
    """A picture cannot be used; the message is one sentence for whoever sent it. `code`: empty,
    too_large, too_many_pixels, too_costly, too_small, not_a_picture, damaged or missing."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
