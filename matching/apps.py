from django.apps import AppConfig
from django.core.checks import register
from django.db.models.signals import post_delete


class MatchingConfig(AppConfig):
    name = "matching"

    def ready(self) -> None:
        from matching import checks
        from matching.search import history

        register(checks.vision_settings)
        post_delete.connect(history.delete_photo, sender="matching.Search")
