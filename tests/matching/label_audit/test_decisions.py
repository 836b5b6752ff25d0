from __future__ import annotations

import pytest

from matching.label_audit import decisions
from matching.models import Finding

pytestmark = pytest.mark.django_db


def test_what_was_changed_meanwhile_is_left_alone(finding: Finding) -> None:
    finding.product.attributes.all().delete()
    with pytest.raises(decisions.DecisionError, match="changed meanwhile"):
        decisions.accept(finding)
