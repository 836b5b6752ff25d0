from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.contrib.auth.backends import ModelBackend


def is_closed(user: Any) -> bool:
    """The demo account exists only in debug mode.

    Its password is public: a database that moves from a demo to production must not take it along.
    """
    return bool(user.get_username() == settings.DEMO_USERNAME and not settings.DEBUG)


class DemoAwareBackend(ModelBackend):
    """By user name and password, as staff sign in to the admin."""

    def user_can_authenticate(self, user: Any) -> bool:
        return bool(super().user_can_authenticate(user)) and not (user and is_closed(user))


class EmailBackend(DemoAwareBackend, AuthenticationBackend):  # type: ignore[misc]
    """By e-mail address and password, as shoppers sign in."""
