from django.apps import AppConfig


class MatchingConfig(AppConfig):
    name = "matching"

    def ready(self) -> None:
        from matching import checks, tasks  # noqa: F401  (they register themselves)
        from matching.services import history  # noqa: F401
