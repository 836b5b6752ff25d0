"""The vectors that are shipped: what photos and names share, beside what is seen in a photo."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch
from torch.nn import functional as F

from matching.engine.vibe_mini.model import FEATURES, ImageTower, TextTower
from matching.engine.vibe_mini.shipped import (
    FEATURES_SHARE,
    SHARED,
    Basis,
    ShippedImage,
    ShippedText,
    basis_of,
    moved_head,
)

PHOTOS, SIDE = 160, 4


@pytest.fixture(autouse=True)
def without_gradients() -> Iterator[None]:
    torch.manual_seed(0)
    with torch.no_grad():
        yield


class OneLayer(ImageTower):
    """Sees something in noise, which the whole network with random weights does not."""

    def __init__(self) -> None:
        super().__init__()
        self.seeing = torch.nn.Linear(3 * SIDE * SIDE, FEATURES)

    def features(self, pixels: torch.Tensor) -> torch.Tensor:
        return F.relu(self.seeing(pixels.flatten(1)))


@pytest.fixture
def tower() -> ImageTower:
    return OneLayer().eval()


@pytest.fixture
def photos() -> torch.Tensor:
    return torch.randn(PHOTOS, 3, SIDE, SIDE)


@pytest.fixture
def basis(tower: ImageTower, photos: torch.Tensor) -> Basis:
    return basis_of(tower, photos.split(50))


def test_photos_and_names_are_unit_rows(
    tower: ImageTower, photos: torch.Tensor, basis: Basis
) -> None:
    names = ShippedText(TextTower(9).eval(), basis)(torch.tensor([[3, 4] + [0] * 14, [0] * 16]))
    for rows in (ShippedImage(tower, basis)(photos[:5]), names):
        assert rows.shape[1] == 512
        assert torch.allclose(rows.norm(dim=1), torch.ones(len(rows)), atol=1e-5)


def test_a_photo_and_its_mirror_image_are_the_same(
    tower: ImageTower, photos: torch.Tensor, basis: Basis
) -> None:
    image = ShippedImage(tower, basis)
    assert torch.allclose(image(photos[:5]), image(photos[:5].flip(3)), atol=1e-5)
    assert not torch.allclose(tower(photos[:5]), tower(photos[:5].flip(3)), atol=1e-5)


def test_the_cosine_is_that_of_both_parts_by_their_shares(
    tower: ImageTower, photos: torch.Tensor, basis: Basis
) -> None:
    rows = ShippedImage(tower, basis)(photos)
    features = (tower.features(photos) + tower.features(photos.flip(3))) / 2
    seen = F.normalize(features - features.mean(dim=0), dim=1)
    vectors = F.normalize(
        tower.project(tower.features(photos)) + tower.project(tower.features(photos.flip(3))), dim=1
    )
    shared = F.normalize(vectors - basis.centre, dim=1)
    expected = FEATURES_SHARE * seen @ seen.T + (1 - FEATURES_SHARE) * shared @ shared.T
    assert torch.allclose(rows @ rows.T, expected, atol=0.02)


def test_names_rank_photos_by_what_they_share_alone(
    tower: ImageTower, photos: torch.Tensor, basis: Basis
) -> None:
    text = TextTower(9).eval()
    ids = torch.tensor([[3, 4] + [0] * 14, [5] + [0] * 15])
    found = ShippedText(text, basis)(ids) @ ShippedImage(tower, basis)(photos).T
    both = F.normalize(tower(photos) + tower(photos.flip(3)), dim=1)
    apart = F.normalize(both - basis.centre, dim=1) @ basis.shared
    words = (text(ids) - basis.centre) @ basis.shared
    expected = F.normalize(words, dim=1) @ F.normalize(apart, dim=1).T
    assert torch.allclose(found, expected * (1 - FEATURES_SHARE) ** 0.5, atol=1e-4)


def test_no_direction_is_there_twice(basis: Basis) -> None:
    assert basis.shared.shape == (512, SHARED)
    assert basis.seen.shape == (1280, 512 - SHARED)
    assert torch.allclose(basis.shared.T @ basis.shared, torch.eye(SHARED), atol=1e-4)
    assert torch.allclose(basis.seen.T @ basis.seen, torch.eye(512 - SHARED), atol=1e-4)


def test_a_moved_head_says_what_it_said(
    tower: ImageTower, photos: torch.Tensor, basis: Basis
) -> None:
    weight, bias = torch.randn(3, SHARED) @ basis.shared.T, torch.randn(3)
    moved, offset = moved_head(weight, bias, basis)
    both = F.normalize(tower(photos) + tower(photos.flip(3)), dim=1)
    apart = both - basis.centre
    as_far = F.normalize(apart, dim=1) * basis.spread + basis.centre
    found = ShippedImage(tower, basis)(photos) @ moved.T + offset
    assert torch.allclose(found, as_far @ weight.T + bias, atol=0.1)
