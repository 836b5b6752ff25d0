from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend


class DemoAwareBackend(ModelBackend):
    """Django's own backend, for which the demo account exists only in debug mode.

    Its password is public: a database that moves from a demo to production must not take it along.
    """

    def user_can_authenticate(self, user: Any) -> bool:
        is_demo = user is not None and user.get_username() == settings.DEMO_USERNAME
        return bool(super().user_can_authenticate(user)) and (settings.DEBUG or not is_demo)
