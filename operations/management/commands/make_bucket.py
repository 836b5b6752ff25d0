from __future__ import annotations

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.files.storage import storages
from django.core.management.base import BaseCommand, CommandError

from operations.bucket import make_bucket


class Command(BaseCommand):
    help = (
        "Makes the S3 bucket unless it is there; anybody may read the photos of the catalogue in "
        "it, nobody the photos that people searched with."
    )

    def handle(self, **options: Any) -> None:
        if not settings.S3_BUCKET:
            raise CommandError("Files are kept in a folder here: S3_BUCKET is not set.")
        try:
            made = make_bucket(storages["default"])
        except (ClientError, BotoCoreError) as error:
            raise CommandError(f"The S3 server refuses: {error}") from error
        self.stdout.write(f"The bucket {settings.S3_BUCKET} {'was made' if made else 'is there'}.")
