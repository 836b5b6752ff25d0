from django.apps import AppConfig
from django.core.checks import Tags, register


class OperationsConfig(AppConfig):
    name = "operations"

    def ready(self) -> None:
        from operations import checks

        register(checks.proxy_in_front, Tags.security, deploy=True)
