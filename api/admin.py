"""The back office of the API."""

from api.access import admin

__all__ = ["admin"]
