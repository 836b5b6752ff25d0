"""The finder: its kinds, its targets, and the network that was kept."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from lab import finder
from lab.finder.kinds import CLASSES, KINDS, kind_of_product, kind_of_street
from lab.finder.model import Finder
from lab.finder.objective import overlap
from lab.finder.scenes import BOXES, INSTANCES, boxes_of
from matching.measuring.worn import worn


@pytest.mark.parametrize(
    ("item_type", "subcategory", "kind"),
    [
        ("Shirts", "Topwear", "top"),
        ("Blazers", "Topwear", "outerwear"),
        ("Sports Shoes", "Shoes", "shoes"),
        ("Perfume and Body Mist", "Fragrance", "other"),
    ],
)
def test_products_have_kinds(item_type: str, subcategory: str, kind: str) -> None:
    assert kind_of_product(item_type, subcategory) == kind


def test_what_is_no_garment_has_no_kind() -> None:
    assert kind_of_street("skin") is None
    assert {label.kind for label in worn().values()} == set(KINDS)


def test_boxes_are_around_what_is_there_and_strays_do_not_count() -> None:
    map_ = torch.zeros(1, 96, 64, dtype=torch.int64)
    map_[0, 20:60, 10:40] = 2
    map_[0, 90, 60] = 2
    kind_of = torch.full((1, INSTANCES), -1)
    kind_of[0, 2] = KINDS.index("dress")
    boxes, kinds = boxes_of(map_, kind_of)
    assert kinds.shape == (1, BOXES)
    assert kinds[0].tolist().count(KINDS.index("dress")) == 1
    assert boxes[0, 0].tolist() == [40, 80, 160, 240]


def test_equal_boxes_overlap_wholly_and_distant_ones_less_than_nothing() -> None:
    box = torch.tensor([[0.0, 0, 10, 10]])
    assert float(overlap(box, box)) == pytest.approx(1)
    assert float(overlap(box, box + 100)) < 0


def test_the_kept_network_fits_and_sees_nothing_in_a_blank_picture() -> None:
    network = Finder().eval()
    kept = load_file(Path(finder.__file__).with_name("lite0.safetensors"))
    network.load_state_dict(
        {name: value.to(network.state_dict()[name].dtype) for name, value in kept.items()}
    )
    with torch.no_grad():
        found = network(torch.zeros(1, 3, 384, 256))
    assert found.classes.shape == (1, CLASSES, 96, 64)
    assert found.sides.shape == (1, 4 * len(KINDS), 48, 32)
    assert float(found.centres.sigmoid().max()) < 0.3
