"""What people have said of the columns of files."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ColumnMatch(models.Model):
    """What somebody has said of the columns of a source: the next file of it is read so too."""

    source = models.CharField(
        max_length=120,
        unique=True,
        help_text=_("What the source is called, or a code of its columns."),
    )
    name = models.CharField(max_length=200, help_text=_("The file that it was said of."))
    columns = models.JSONField(default=dict, help_text=_("Column to what it is; empty: left out."))
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-updated_at"]
        verbose_name_plural = "column matches"

    def __str__(self) -> str:
        return self.name
