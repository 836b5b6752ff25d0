"""What belongs to a signed-in shopper: theirs alone, and nobody else's is there."""

from __future__ import annotations

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404
from rest_framework.response import Response

from api.access.shoppers import IsShopper, OwnSession, TokenAuthentication
from api.base import TaggedView
from shoppers.visitor import Visitor


class OwnView(TaggedView):
    tag = "Own things"
    authentication_classes = [TokenAuthentication, OwnSession]
    permission_classes = [IsShopper]
    open_to_all = ()

    @property
    def visitor(self) -> Visitor:
        return Visitor(self.request.user.pk)

    def handle_exception(self, exc: Exception) -> Response:
        """What was deleted while it was asked for is not there."""
        return super().handle_exception(Http404() if isinstance(exc, ObjectDoesNotExist) else exc)
