from __future__ import annotations

from django.db import models

LONGEST_NAME = 255


class KeptFile(models.Model):
    """One file of a storage: a row for each, in the same transaction as what refers to it."""

    class State(models.TextChoices):
        WANTED = "wanted", "Wanted: it is being written, and nothing refers to it yet"
        WRITTEN = "written", "Written: something refers to it"
        TO_DELETE = "to_delete", "To be deleted: nothing refers to it any more"

    storage = models.CharField(max_length=20, help_text="Its name in the setting STORAGES.")
    name = models.CharField(max_length=LONGEST_NAME)
    state = models.CharField(max_length=9, choices=State)
    since = models.DateTimeField(help_text="Since when it is in that state.")
    until = models.DateTimeField(
        null=True, help_text="When it goes by itself, as an upload that nobody took up."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["storage", "name"], name="one_row_for_each_file")
        ]
        indexes = [
            # What the sweeper looks at, every few minutes.
            models.Index(
                fields=["state", "since"],
                name="files_in_doubt",
                condition=~models.Q(state="written"),
            ),
            models.Index(
                fields=["until"], name="files_for_a_while", condition=~models.Q(until=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.storage}/{self.name}: {self.state}"
