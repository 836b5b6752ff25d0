from django.apps import AppConfig
from django.core.checks import register


class CatalogConfig(AppConfig):
    name = "catalog"
    verbose_name = "Catalogue"

    def ready(self) -> None:
        from catalog import checks

        register(checks.shop_settings)
