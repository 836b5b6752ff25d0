from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.urls import reverse

from catalog.attributes import Meaning, key_of
from catalog.models import Attribute, AttributeValue, Product
from catalog.slugs import slug_of

Ranked = dict[str, list[dict[str, Any]]]


PRIVATE, PHOTOS = "private", "searches"


def private_storage() -> Storage:
    return storages[PRIVATE]


class Embedding(models.Model):
    """The vector of a photo of one product: the source of truth that every index is built from.

    It is current while the product has a photo of the `image_digest`; `vector` is d little-endian
    float32.
    """

    product = models.ForeignKey(Product, models.CASCADE, related_name="embeddings")
    backbone = models.CharField(max_length=16, help_text="Fingerprint of the backbone.")
    image_digest = models.CharField(max_length=64)
    vector = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["product", "backbone", "image_digest"], name="one_vector_of_each_photo"
            )
        ]
        indexes = [
            # Before a photo is embedded: has another product the same one?
            models.Index(fields=["backbone", "image_digest"], name="embedding_of_image"),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} by {self.backbone}"


class PhotoFault(models.Model):
    """Why a photo of a product has no vector, while the product has one of the `image_digest`."""

    class Code(models.TextChoices):
        """Beside it, the codes of a PictureError."""

        FAILED = "failed", "Something else than the photo failed"

    product = models.ForeignKey(Product, models.CASCADE, related_name="photo_faults")
    image_digest = models.CharField(max_length=64)
    code = models.CharField(max_length=20)
    detail = models.CharField(max_length=300, blank=True, help_text="For staff, in English.")
    created_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["product", "image_digest"], name="one_fault_of_each_photo"
            )
        ]

    def __str__(self) -> str:
        return f"{self.product_id}: {self.code}"


class Search(models.Model):
    """One photo that somebody searched with, and what the answer was at that time."""

    class Source(models.TextChoices):
        PAGE = "page", "Page"
        API = "api", "API"
        COMMAND = "command", "Command line"

    class Message(models.TextChoices):
        NO_GARMENT = "no_garment", "No garment was seen"
        WEAK = "weak", "No match is a good one"
        NOTHING = "nothing", "Nothing was found"
        NOTHING_LEFT = "nothing_left", "No product passes the filters"
        UNKNOWN_WORDS = "unknown_words", "None of the words is known"

    class Widened(models.TextChoices):
        """Beside these, the groups of the shop's own item types."""

        EVERYTHING = "everything"
        WISHES = "other_attributes"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="searches"
    )
    session_key = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=7, choices=Source)
    photo = models.ImageField(upload_to=f"{PHOTOS}/%Y/%m/", storage=private_storage, blank=True)
    photo_width = models.PositiveIntegerField(null=True)
    photo_height = models.PositiveIntegerField(null=True)
    crop = models.JSONField(
        null=True,
        blank=True,
        help_text="The part of the photo that was searched with: left, top, width and height as "
        "shares of its sides; empty for all of it.",
    )
    garments = models.JSONField(
        default=list,
        blank=True,
        help_text="The garments that were found in the photo, the main one first: where, which way "
        "up, of what kind, how surely, and what each is.",
    )
    garment_vectors = models.BinaryField(
        null=True, help_text="One after the other as `vector`, of `garments`."
    )
    garment = models.PositiveSmallIntegerField(
        default=0, help_text="Which of the garments was searched with."
    )
    words = models.CharField(max_length=200, blank=True)
    wishes = models.JSONField(
        default=dict,
        blank=True,
        help_text="Attribute key to the values that the words ask for.",
    )
    corrections = models.JSONField(
        default=dict,
        blank=True,
        help_text="Attribute key to the value that the shopper says is right.",
    )
    vector = models.BinaryField(
        null=True, help_text="What was searched with: d little-endian float32, of `backbone`."
    )
    like = models.ForeignKey(
        Product,
        models.SET_NULL,
        null=True,
        related_name="+",
        help_text="The product that more like it is wanted of: it is no match itself.",
    )
    k = models.PositiveSmallIntegerField()
    visual_weight = models.FloatField()
    prediction = models.JSONField(
        help_text="Attribute key to its most probable values, each with a probability; none where "
        "the photo does not tell."
    )
    gate = models.CharField(
        max_length=50, blank=True, help_text="Key of the attribute whose values were the gate."
    )
    style = models.CharField(
        max_length=50, blank=True, help_text="Key of the attribute that was compared as the style."
    )
    types = models.JSONField(
        default=list,
        blank=True,
        help_text="The values of the gate that were searched among; none for all of them.",
    )
    is_fashion = models.BooleanField()
    widened = models.CharField(
        max_length=100,
        blank=True,
        help_text="What was looked among beside what was asked for: everything, "
        "other_attributes, or a group of item types.",
    )
    message = models.CharField(
        max_length=200,
        blank=True,
        choices=Message,
        help_text="What there is to say of the whole answer; empty for a good one.",
    )
    generation = models.PositiveIntegerField()
    backbone = models.CharField(max_length=16)
    heads = models.CharField(max_length=16)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]
        verbose_name_plural = "searches"
        indexes = [
            # A visitor's own searches, newest first.
            models.Index(fields=["session_key", "-created_at"], name="search_of_session"),
            models.Index(fields=["user", "-created_at"], name="search_of_user"),
        ]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M} {self.subject or 'search'}"

    def get_absolute_url(self) -> str:
        return reverse("matching:search", args=[self.pk])

    @property
    def subject(self) -> str:
        """What this is a search of, wherever it is named: the words where they are all that is
        known, else the kind of thing; "" if nothing says it."""
        is_words_alone = self.words and not self.prediction and not self.corrections
        return self.words if is_words_alone else self.kind or self.words

    @property
    def kind(self) -> str:
        """The kind of thing that was looked for; "" if the shop has no attribute that says it."""
        return self.looked_for(key_of(Meaning.KIND))

    @property
    def vibe(self) -> str:
        """The style that was looked for; "" if there is none."""
        return self.looked_for(self.style)

    def label(self, key: str) -> str:
        """The most probable value of an attribute; "" if there is none."""
        ranked: list[dict[str, Any]] = self.prediction.get(key, [])
        return str(ranked[0]["value"]) if ranked else ""

    def said(self, key: str) -> tuple[str, ...]:
        """What the shopper says of an attribute: the corrected value, else what the words ask
        for."""
        if key in self.corrections:
            return (self.corrections[key],)
        return tuple(self.wishes.get(key, ()))

    def sought(self, key: str) -> tuple[str, ...]:
        """What a good match has: what is said, else the most probable value."""
        return self.said(key) or ((self.label(key),) if self.label(key) else ())

    def looked_for(self, key: str) -> str:
        """The first of what is sought of an attribute; "" if nothing is."""
        return next(iter(self.sought(key)), "")


class SearchMatch(models.Model):
    """A product as it was shown; its name and photo are kept should the product go."""

    search = models.ForeignKey(Search, models.CASCADE, related_name="matches")
    rank = models.PositiveSmallIntegerField()
    product = models.ForeignKey(Product, models.SET_NULL, null=True)
    sku = models.CharField(max_length=64)
    name = models.CharField(max_length=255)
    image = models.CharField(max_length=500, blank=True)
    score = models.FloatField()
    visual = models.FloatField()
    style = models.FloatField()
    reasons = models.JSONField(
        default=list, help_text="Keys of the attributes that it has as they were sought."
    )
    similar = models.PositiveIntegerField(default=0, help_text="Near-twins folded under it.")
    twins = models.JSONField(default=list, blank=True, help_text="Their ids, most alike first.")

    # What a page has put there (matching/search/cards.py): the reasons in words, whether it is one
    # of the best three, how like it is in words, and what it is where that is not what was named.
    because: list[str]
    is_best: bool
    likeness: str
    other_kind: str

    class Meta:
        ordering = ["search", "rank"]
        constraints = [
            models.UniqueConstraint(fields=["search", "rank"], name="one_match_per_rank")
        ]

    def __str__(self) -> str:
        return f"{self.rank}. {self.name}"

    @property
    def url(self) -> str:
        slug = self.product.slug if self.product else slug_of(self.sku)
        return reverse("browsing:product", args=[slug])


class Finding(models.Model):
    """A merchant's label that the heads doubt, or a missing one that they propose."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        ACCEPTED = "accepted", "Accepted: the prediction became the label"
        KEPT = "kept", "Kept: the merchant's label stands"

    product = models.ForeignKey(Product, models.CASCADE, related_name="findings")
    attribute = models.ForeignKey(Attribute, models.CASCADE)
    label = models.ForeignKey(
        AttributeValue,
        models.CASCADE,
        null=True,
        related_name="+",
        help_text="The merchant's value; none if it is missing.",
    )
    proposal = models.ForeignKey(AttributeValue, models.CASCADE, related_name="+")
    probability = models.FloatField(help_text="Of the proposed value, 0 to 1.")
    label_probability = models.FloatField(default=0, help_text="Of the merchant's value, 0 to 1.")
    score = models.FloatField(help_text="How sure it is that the label is wrong; sorts the audit.")
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    created_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-score", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "attribute"], name="one_finding_per_attribute"
            )
        ]
        indexes = [
            # The audit's list: what is still open, surest first.
            models.Index(fields=["state", "-score"], name="finding_open_first"),
        ]

    def __str__(self) -> str:
        return f"{self.product}: {self.label or 'none'} or {self.proposal}"
