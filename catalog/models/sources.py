"""Where products come from again and again: a feed, a file, another shop."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

WEB = ("http://", "https://")
# No other variable may be named: whoever edits sources could send it anywhere.
SECRET = re.compile(r"SOURCE_[A-Z0-9_]+")


class Leaving(models.TextChoices):
    """What becomes of products that a source has listed before and lists no longer."""

    KEEP = "keep", _("Products that are not in it stay as they are")
    ARCHIVE = (
        "archive",
        _("It lists everything: archive what it lists no longer, up to a fifth"),
    )
    ARCHIVE_ALL = (
        "archive_all",
        _("It lists everything: archive what it lists no longer, however much that is"),
    )


class Source(models.Model):
    class Kind(models.TextChoices):
        TABLE = "table", _("A feed, an export or any other table")
        SHOPIFY = "shopify", _("A shop on Shopify, by its REST interface")
        WOOCOMMERCE = "woocommerce", _("A shop on WooCommerce, by its REST interface")

    class Every(models.IntegerChoices):
        """Hours."""

        NEVER = 0, _("by hand only")
        HOUR = 1, _("every hour")
        SIX_HOURS = 6, _("every six hours")
        DAY = 24, _("every day")
        WEEK = 168, _("every week")

    name = models.CharField(_("name"), max_length=100, unique=True)
    kind = models.CharField(_("kind"), max_length=11, choices=Kind, default=Kind.TABLE)
    address = models.CharField(
        _("address"),
        max_length=500,
        help_text=_(
            "Of the feed, or of the shop (https://shop.example); or the name of a file in the "
            "folder SOURCES_DIR."
        ),
    )
    credentials = models.CharField(
        _("variable with the credentials"),
        max_length=100,
        blank=True,
        help_text=_(
            "Begins with SOURCE_ and is set where the server runs: a token, or user:password."
        ),
    )
    columns = models.JSONField(
        _("columns"),
        default=dict,
        blank=True,
        help_text=_('What is not matched by itself: {"Their column": "price"}.'),
    )
    unlisted = models.CharField(
        _("what it lists no longer"), max_length=11, choices=Leaving, default=Leaving.ARCHIVE
    )
    every = models.PositiveSmallIntegerField(_("when"), choices=Every, default=Every.DAY)
    next_run_at = models.DateTimeField(_("next run"), null=True, blank=True, editable=False)
    synced_at = models.DateTimeField(_("last success"), null=True, blank=True, editable=False)
    error = models.TextField(_("what went wrong last"), blank=True, editable=False)
    etag = models.CharField(max_length=300, blank=True, editable=False)
    modified = models.CharField(max_length=100, blank=True, editable=False)

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        """What its products and its matched columns are remembered under."""
        return f"source {self.pk}"

    @property
    def is_web(self) -> bool:
        return self.address.startswith(WEB)

    @property
    def file(self) -> Path | None:
        """None for what lies outside of the folder for them."""
        folder = Path(settings.SOURCES_DIR).resolve()
        path = (folder / self.address).resolve()
        return path if folder in path.parents else None

    def clean(self) -> None:
        if not self.is_web and (self.kind != self.Kind.TABLE or self.file is None):
            raise ValidationError(
                {"address": _("Give a web address, or the name of a file in SOURCES_DIR.")}
            )
        if self.credentials and not SECRET.fullmatch(self.credentials):
            raise ValidationError({"credentials": _("Its name has to begin with SOURCE_.")})
        if self.credentials and self.credentials not in settings.SOURCE_SECRETS:
            text = gettext("%(name)s is not set where the server runs.")
            raise ValidationError({"credentials": text % {"name": self.credentials}})
        if not isinstance(self.columns, dict) or not all(
            isinstance(one, str) for one in self.columns.values()
        ):
            raise ValidationError({"columns": _('Write it as {"Their column": "price"}.')})
