from __future__ import annotations

from django.db import models


class LastRun(models.Model):
    """When an entry of the timetable was started last, where no `celery beat` does so."""

    name = models.CharField(max_length=60, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name}: {self.at:%Y-%m-%d %H:%M}"
