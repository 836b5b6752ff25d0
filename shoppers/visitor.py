"""Who is asking, and what of all that is kept is theirs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest

from shoppers.first_visit import begin_session
from shoppers.models import FavouriteList

Row = TypeVar("Row", bound=Model)


class Owned(Protocol):
    """A row that is a user's or, as long as there is none, a session's."""

    @property
    def user_id(self) -> Any: ...

    @property
    def session_key(self) -> Any: ...


@dataclass(frozen=True)
class Visitor:
    """Either `user_id` or `session_key` says who it is; neither: somebody who has nothing, such as
    another program."""

    user_id: int | None = None
    session_key: str = ""

    @classmethod
    def of(cls, request: HttpRequest) -> Visitor:
        # Who the user is comes first: it reads the session, and only then is its key more than
        # what a cookie claims.
        if request.user.is_authenticated:
            return cls(request.user.pk)
        return cls.before_sign_in(request)

    @classmethod
    def before_sign_in(cls, request: HttpRequest) -> Visitor:
        return cls(session_key=request.session.session_key or "")

    @classmethod
    def to_keep(cls, request: HttpRequest) -> Visitor:
        """One with a session, made now if need be, to find again what is kept."""
        if not request.user.is_authenticated and not request.session.session_key:
            begin_session(request)
        return cls.of(request)

    @property
    def owner(self) -> dict[str, Any]:
        """The columns of a row that is to be theirs."""
        return {"user_id": self.user_id, "session_key": self.session_key}

    def own(self, rows: QuerySet[Row]) -> QuerySet[Row]:
        """Those of the rows that are theirs."""
        if self.user_id is not None:
            return rows.filter(user_id=self.user_id)
        if self.session_key:
            return rows.filter(user=None, session_key=self.session_key)
        return rows.none()

    def owns(self, row: Owned) -> bool:
        if row.user_id is not None:
            return bool(row.user_id == self.user_id)
        return bool(self.session_key) and bool(row.session_key == self.session_key)

    @property
    def lists(self) -> QuerySet[FavouriteList]:
        return self.own(FavouriteList.objects.all())


def name_of(user: Any) -> str:
    """What the shopper knows the account by; user names are made up."""
    return str(user.email or user.get_username())
