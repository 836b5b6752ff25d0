"""What a picture can tell about a product, and the values there are."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.parameters import TAKEN


class AttributeQuerySet(models.QuerySet["Attribute"]):
    def shown(self) -> AttributeQuerySet:
        """Those that shoppers see on pages."""
        return self.filter(is_shown=True)


class Attribute(models.Model):
    """Something a picture can tell about a product. A new row is a new attribute: no code."""

    class Role(models.TextChoices):
        """What an attribute does in a search; all but plain are for one attribute each."""

        GATE = "gate", _("Gate: matches are chosen among products that agree")
        STYLE = "style", _("Style: agreement is part of the score")
        PLAIN = "plain", _("Plain: shown and given as a reason")

    class Meaning(models.TextChoices):
        """What code has to know of an attribute, and what it does with that: it asks for this, and
        for no key."""

        KIND = "kind", _("The kind of thing: it names a search")
        COLOUR = "colour", _("The colour: what goes with a product has one that goes with it")
        WEARER = "wearer", _("Who wears it: an outfit is for one person")
        SEASON = "season", _("The season: an outfit is for the same one")

    key = models.SlugField(unique=True, help_text="Name in the API, for example item_type.")
    label = models.CharField(max_length=60)
    role = models.CharField(max_length=5, choices=Role, default=Role.PLAIN)
    meaning = models.CharField(
        max_length=6,
        choices=Meaning,
        blank=True,
        help_text=_("If it is one of these, the shop does more with it."),
    )
    is_shown = models.BooleanField(
        _("shown to shoppers"),
        default=True,
        help_text=_("Untick it to keep it off the pages; imports, search and API still use it."),
    )
    csv_column = models.CharField(
        "CSV column", max_length=60, unique=True, help_text="Where an import finds it."
    )
    parent_columns = models.JSONField(
        default=list,
        blank=True,
        help_text="CSV columns of the groups a value belongs to, nearest first; "
        "a search that finds too little widens along them.",
    )
    position = models.PositiveSmallIntegerField(default=0)

    objects = AttributeQuerySet.as_manager()

    class Meta:
        ordering = ["position", "key"]
        constraints = [
            models.UniqueConstraint(
                fields=["role"],
                condition=~Q(role="plain"),
                name="one_gate_and_one_style",
                violation_error_message=_("Another attribute has this role already."),
            ),
            models.UniqueConstraint(
                fields=["meaning"],
                condition=~Q(meaning=""),
                name="one_attribute_of_each_meaning",
                violation_error_message=_("Another attribute means this already."),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        """A filter is called as its attribute's key, beside what else stands in an address."""
        if self.key.lower() in TAKEN:
            text = _(
                "%(key)s is the name of something else in addresses and answers: choose another "
                "key, for example %(key)s_of_product."
            )
            raise ValidationError({"key": text % {"key": self.key}})


class AttributeValue(models.Model):
    attribute = models.ForeignKey(Attribute, models.CASCADE, related_name="values")
    value = models.CharField(max_length=100, help_text="In lower case, as the API gives it.")
    ancestors = models.JSONField(
        default=list, blank=True, help_text="The groups it belongs to, nearest first."
    )
    spellings = models.JSONField(
        default=list,
        blank=True,
        help_text="What else shops write for it; an import takes these for this value.",
    )

    class Meta:
        ordering = ["attribute", "value"]
        constraints = [
            models.UniqueConstraint(fields=["attribute", "value"], name="unique_value_of_attribute")
        ]

    def __str__(self) -> str:
        return self.value

    def clean(self) -> None:
        """As it is kept, so that a form finds the value that is there already."""
        self.value = self.value.strip().lower()

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.value = self.value.strip().lower()
        super().save(*args, **kwargs)
