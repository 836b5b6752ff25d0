"""The bucket that photos are kept in: who may read what of it."""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import ClientError
from storages.backends.s3 import S3Storage

ABSENT = {"404", "NoSuchBucket"}


def make_bucket(public: S3Storage) -> bool:
    """Makes the bucket of a storage unless it is there, and lets anybody read what the storage
    holds, and nothing else; True if it was made. Raises ClientError."""
    client, bucket = public.connection.meta.client, public.bucket_name
    made = not _exists(client, bucket)
    if made:
        client.create_bucket(Bucket=bucket, **_place(public.region_name))
    policy = json.dumps(readable_by_anybody(bucket, public.location))
    client.put_bucket_policy(Bucket=bucket, Policy=policy)
    return made


def _exists(client: Any, bucket: str) -> bool:
    try:
        client.head_bucket(Bucket=bucket)
    except ClientError as error:
        if error.response["Error"]["Code"] not in ABSENT:
            raise
        return False
    return True


def _place(region: str | None) -> dict[str, Any]:
    """Amazon's first region is the one that must not be named."""
    if region in (None, "us-east-1"):
        return {}
    return {"CreateBucketConfiguration": {"LocationConstraint": region}}


def readable_by_anybody(bucket: str, folder: str) -> dict[str, Any]:
    """A policy by which single files of a folder can be read, but not listed."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": "*",
                "Action": ["s3:GetObject"],
                "Resource": [f"arn:aws:s3:::{bucket}/{folder.strip('/')}/*"],
            }
        ],
    }
