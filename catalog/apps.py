from django.apps import AppConfig
from django.core.checks import register
from django.db.models.signals import post_migrate, pre_migrate


class CatalogConfig(AppConfig):
    name = "catalog"
    verbose_name = "Catalogue"

    def ready(self) -> None:
        from catalog import checks, photo_files, renditions, texts
        from catalog.importers import uploads
        from catalog.models import pictured
        from files.ledger import Shelf, add_shelf

        register(checks.shop_settings)
        storage = photo_files.STORAGE
        add_shelf(Shelf(storage, pictured.PHOTOS, pictured.shown_photos))
        add_shelf(Shelf(storage, renditions.FOLDER, pictured.shown_renditions))
        add_shelf(uploads.SHELF)
        pre_migrate.connect(texts.make_way, sender=self)
        post_migrate.connect(texts.install, sender=self)
