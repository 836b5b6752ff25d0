from django.apps import AppConfig
from django.core.checks import register
from django.db.models.signals import post_delete


class MatchingConfig(AppConfig):
    name = "matching"

    def ready(self) -> None:
        from catalog.changes import products_changed
        from files.ledger import Shelf, add_shelf
        from matching import checks, models, runtime
        from matching.indexing import delta, keep_up
        from matching.search import history

        register(checks.vision_settings)
        runtime.follow(delta.with_changes)
        products_changed.connect(keep_up.hear)
        post_delete.connect(history.delete_photo, sender="matching.Search")
        add_shelf(Shelf(models.PRIVATE, models.PHOTOS, history.kept_photos))
