"""Which attribute of this shop means what: code asks here, and names no key."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from catalog.models import Attribute, AttributeValue

Meaning = Attribute.Meaning
Role = Attribute.Role
SECONDS_BETWEEN_CHECKS = 2.0

_lock = threading.Lock()


@dataclass(frozen=True)
class _Meant:
    """The attribute of one meaning; `groups`: each of its values to those it belongs to."""

    key: str = ""
    is_shown: bool = False
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)


_known: dict[str, tuple[float, dict[str, _Meant]]] = {}


def key_of(meaning: Meaning) -> str:
    """The key of the attribute that means this; "" if the shop has none."""
    return _meant(meaning).key


def is_shown(meaning: Meaning) -> bool:
    """Whether shoppers see the attribute that means this; no if the shop has none."""
    return _meant(meaning).is_shown


def groups_of(meaning: Meaning) -> dict[str, tuple[str, ...]]:
    """Each value of the attribute that means this to the groups it belongs to, nearest first."""
    return _meant(meaning).groups


def roles() -> dict[str, str]:
    """Role but plain -> key of the attribute that has it; "" for one that none has."""
    keys = dict(Attribute.objects.values_list("role", "key"))
    return {str(role): keys.get(role, "") for role in Role if role != Role.PLAIN}


def _meant(meaning: Meaning) -> _Meant:
    """A change made by another process is seen after two seconds at the latest."""
    name = str(connection.settings_dict["NAME"])
    with _lock:
        known = _known.get(name)
        if known is None or time.monotonic() - known[0] >= SECONDS_BETWEEN_CHECKS:
            known = _known[name] = time.monotonic(), _read()
        return known[1].get(meaning, _Meant())


def _read() -> dict[str, _Meant]:
    rows = AttributeValue.objects.exclude(attribute__meaning="").exclude(ancestors=[])
    groups: dict[int, dict[str, tuple[str, ...]]] = {}
    for attribute, value, ancestors in rows.values_list("attribute", "value", "ancestors"):
        groups.setdefault(attribute, {})[value] = tuple(ancestors)
    return {
        one.meaning: _Meant(one.key, one.is_shown, groups.get(one.pk, {}))
        for one in Attribute.objects.exclude(meaning="")
    }


@receiver([post_save, post_delete], sender=Attribute)
@receiver([post_save, post_delete], sender=AttributeValue)
def forget(**about: Any) -> None:
    """The next question goes to the database again: after a change of our own, and in tests."""
    with _lock:
        _known.clear()
