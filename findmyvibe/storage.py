from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Before `collectstatic` was run, pages stand without their styles instead of failing."""

    manifest_strict = False
