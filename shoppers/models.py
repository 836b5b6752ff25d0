from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from catalog.models import Product


class FavouriteList(models.Model):
    """A named list of liked products, of a user or, before they sign up, of a session."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="favourite_lists",
    )
    session_key = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=80)
    share_token = models.CharField(
        max_length=43,
        null=True,
        blank=True,
        unique=True,
        editable=False,
        help_text="What the link that shows the list to others ends in; none while it is private.",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    products: models.ManyToManyField[Product, Favourite] = models.ManyToManyField(
        Product, through="Favourite", related_name="favourite_lists"
    )

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "name"], condition=Q(user__isnull=False), name="one_list_per_name"
            ),
            models.UniqueConstraint(
                fields=["session_key", "name"],
                condition=Q(user__isnull=True),
                name="one_list_per_name_of_session",
            ),
        ]
        indexes = [
            # A signed-out visitor's own lists.
            models.Index(fields=["session_key"], name="favourites_of_session"),
        ]

    def __str__(self) -> str:
        return self.name


class Favourite(models.Model):
    list = models.ForeignKey(FavouriteList, models.CASCADE, related_name="favourites")
    product = models.ForeignKey(Product, models.CASCADE, related_name="favourites")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["list", "product"], name="one_favourite_per_list")
        ]

    def __str__(self) -> str:
        return f"{self.product} in {self.list}"
