"""What the shop decides about a doubted label, and what follows from it."""

from __future__ import annotations

from functools import partial

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from catalog.labels import Label, forget_predicted, write_merchant_labels
from catalog.models import Product, ProductAttribute
from catalog.turns import in_turn
from matching.models import Finding

State = Finding.State


class DecisionError(ValueError):
    """It cannot be decided so; the message says why."""


def decide(finding: Finding, verb: str) -> None:
    """`verb` is accept, keep or reopen; what is decided so already stays. Raises DecisionError."""
    if verb not in DECISIONS:
        raise DecisionError(gettext("A finding is accepted, kept or opened again."))
    what, state = DECISIONS[verb]
    if finding.state != state:
        in_turn(partial(what, finding))


def accept(finding: Finding) -> None:
    """The proposal becomes the merchant's label; the index is out of date then."""
    _check_state(finding, State.OPEN, State.KEPT)
    _check_label(finding, finding.label_id)
    forget_predicted(finding.product_id, finding.attribute_id)
    _write(finding, finding.proposal_id)
    _close(finding, State.ACCEPTED)


def keep(finding: Finding) -> None:
    _check_state(finding, State.OPEN)
    _close(finding, State.KEPT)


def reopen(finding: Finding) -> None:
    """Takes a decision back, and with it the label that it changed."""
    _check_state(finding, State.ACCEPTED, State.KEPT)
    if finding.state == State.ACCEPTED:
        _check_label(finding, finding.proposal_id)
        _write(finding, finding.label_id)
    _close(finding, State.OPEN)


DECISIONS = {
    "accept": (accept, State.ACCEPTED),
    "keep": (keep, State.KEPT),
    "reopen": (reopen, State.OPEN),
}


def accept_all(findings: QuerySet[Finding]) -> tuple[list[Finding], int]:
    """Accepts the open ones; returns which, and how many labels were changed meanwhile."""
    done, outdated = list[Finding](), 0
    for finding in _open(findings):
        try:
            decide(finding, "accept")
            done.append(finding)
        except DecisionError:
            outdated += 1
    return done, outdated


def keep_all(findings: QuerySet[Finding]) -> list[Finding]:
    """Keeps the open ones; returns which."""
    kept = list(_open(findings))
    still = Finding.objects.filter(pk__in=[one.pk for one in kept], state=State.OPEN)
    still.update(state=State.KEPT, decided_at=timezone.now())
    return kept


def _open(findings: QuerySet[Finding]) -> QuerySet[Finding]:
    related = ("product", "attribute", "label", "proposal")
    return findings.filter(state=State.OPEN).select_related(*related)


def _check_state(finding: Finding, *states: State) -> None:
    # The product first, as its deletion does.
    Product.objects.select_for_update().filter(pk=finding.product_id).first()
    row = Finding.objects.select_for_update().filter(pk=finding.pk).first()
    if row is None:
        raise DecisionError(gettext("This finding is gone: a newer audit has taken its place."))
    finding.state = row.state
    if row.state not in states:
        raise DecisionError(gettext("This was decided before."))


def _check_label(finding: Finding, expected: int | None) -> None:
    labels = ProductAttribute.objects.merchant().filter(
        product=finding.product_id, attribute=finding.attribute_id
    )
    found = labels.values_list("value_id", flat=True).first()
    if found != expected:
        raise DecisionError(gettext("The label was changed meanwhile. Run the audit again."))


def _write(finding: Finding, value_id: int | None) -> None:
    write_merchant_labels([Label(finding.product_id, finding.attribute_id, value_id)])
    Product.objects.filter(pk=finding.product_id).update(updated_at=timezone.now())


def _close(finding: Finding, state: State) -> None:
    finding.state = state
    finding.decided_at = None if state == State.OPEN else timezone.now()
    finding.save(update_fields=["state", "decided_at"])
