"""The vectors that are shipped: what photos and names share, beside what is seen in a photo."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch
from torch.nn import functional as F

from matching.engine.vibe_mini.model import DIMENSION, FEATURES, ImageTower, TextTower
from matching.engine.vibe_mini.shipped import (
    FEATURES_SHARE,
    SHARED,
    Basis,
    Eye,
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


@pytest.fixture(params=[1, 2], ids=["one tower", "two towers"])
def eyes(request: pytest.FixtureRequest) -> list[Eye]:
    return [Eye(OneLayer().eval(), SIDE, SIDE) for _ in range(request.param)]


@pytest.fixture
def photos() -> torch.Tensor:
    return torch.randn(PHOTOS, 3, SIDE, SIDE)


@pytest.fixture
def basis(eyes: list[Eye], photos: torch.Tensor) -> Basis:
    return basis_of(eyes, photos.split(50))


def texts(eyes: list[Eye]) -> list[TextTower]:
    return [TextTower(9).eval() for _ in eyes]


def mirrored(tower: ImageTower, photos: torch.Tensor) -> torch.Tensor:
    return F.normalize(tower(photos) + tower(photos.flip(3)), dim=1)


def centres(basis: Basis) -> torch.Tensor:
    return basis.centre.view(-1, DIMENSION)


def test_photos_and_names_are_unit_rows(
    eyes: list[Eye], photos: torch.Tensor, basis: Basis
) -> None:
    names = ShippedText(texts(eyes), basis)(torch.tensor([[3, 4] + [0] * 14, [0] * 16]))
    for rows in (ShippedImage(eyes, basis)(photos[:5]), names):
        assert rows.shape[1] == DIMENSION
        assert torch.allclose(rows.norm(dim=1), torch.ones(len(rows)), atol=1e-5)


def test_a_photo_and_its_mirror_image_are_the_same(
    eyes: list[Eye], photos: torch.Tensor, basis: Basis
) -> None:
    image, tower = ShippedImage(eyes, basis), eyes[0].tower
    assert torch.allclose(image(photos[:5]), image(photos[:5].flip(3)), atol=1e-5)
    assert not torch.allclose(tower(photos[:5]), tower(photos[:5].flip(3)), atol=1e-5)


def test_the_cosine_is_that_of_both_parts_by_their_shares(
    eyes: list[Eye], photos: torch.Tensor, basis: Basis
) -> None:
    rows = ShippedImage(eyes, basis)(photos)
    seen, shared = [], []
    for eye, centre in zip(eyes, centres(basis), strict=True):
        tower = eye.tower
        both = (tower.features(photos) + tower.features(photos.flip(3))) / 2
        both = both - both.mean(dim=0)
        seen.append(both / both.square().sum(dim=1).mean().sqrt())
        apart = mirrored(tower, photos) - centre
        shared.append(apart / apart.square().sum(dim=1).mean().sqrt())
    seen_by_all, shared_by_all = (
        F.normalize(torch.cat(part, dim=1), dim=1) for part in (seen, shared)
    )
    expected = FEATURES_SHARE * seen_by_all @ seen_by_all.T
    expected += (1 - FEATURES_SHARE) * shared_by_all @ shared_by_all.T
    # the directions that are left out hold little of one tower's, a few hundredths of two
    assert torch.allclose(rows @ rows.T, expected, atol=0.02 if len(eyes) == 1 else 0.1)


def test_names_rank_photos_by_what_they_share_alone(
    eyes: list[Eye], photos: torch.Tensor, basis: Basis
) -> None:
    towers = texts(eyes)
    ids = torch.tensor([[3, 4] + [0] * 14, [5] + [0] * 15])
    found = ShippedText(towers, basis)(ids) @ ShippedImage(eyes, basis)(photos).T
    seen = torch.cat([mirrored(eye.tower, photos) for eye in eyes], dim=1)
    words = torch.cat([tower(ids) for tower in towers], dim=1)
    shared = [F.normalize((rows - basis.centre) @ basis.shared, dim=1) for rows in (words, seen)]
    expected = shared[0] @ shared[1].T
    assert torch.allclose(found, expected * (1 - FEATURES_SHARE) ** 0.5, atol=1e-4)


def test_no_direction_is_there_twice(eyes: list[Eye], photos: torch.Tensor, basis: Basis) -> None:
    features = torch.cat([eye(photos)[1] for eye in eyes], dim=1) - basis.mean
    width = features.view(PHOTOS, -1, FEATURES).square().sum(dim=2).mean(dim=0).sqrt()
    for part, lengths, size, directions in (
        (basis.shared, basis.spread, DIMENSION, SHARED),
        (basis.seen, width, FEATURES, DIMENSION - SHARED),
    ):
        assert part.shape == (len(eyes) * size, directions)
        even = part * lengths.repeat_interleave(size)[:, None]
        assert torch.allclose(even.T @ even, torch.eye(directions), atol=1e-4)


def test_one_tower_counts_as_much_as_another(photos: torch.Tensor) -> None:
    eyes = [Eye(OneLayer().eval(), SIDE, SIDE) for _ in range(2)]
    before = ShippedImage(eyes, basis_of(eyes, [photos]))(photos)
    assert isinstance(eyes[1].tower, OneLayer)
    eyes[1].tower.seeing.weight *= 9
    eyes[1].tower.seeing.bias *= 9
    eyes[1].tower.projection.bias *= 9
    after = ShippedImage(eyes, basis_of(eyes, [photos]))(photos)
    assert torch.allclose(before @ before.T, after @ after.T, atol=1e-3)


def test_moved_heads_say_on_average_what_they_said(
    eyes: list[Eye], photos: torch.Tensor, basis: Basis
) -> None:
    blocks = basis.shared.split(DIMENSION)
    weights = [
        torch.randn(3, SHARED) @ block.T * spread
        for block, spread in zip(blocks, basis.spread, strict=True)
    ]
    biases = [torch.randn(3) for _ in eyes]
    moved, offset = moved_head(weights, biases, basis)
    found = ShippedImage(eyes, basis)(photos) @ moved.T + offset
    parts = zip(eyes, centres(basis), basis.spread, strict=True)
    apart = torch.stack(
        [(mirrored(eye.tower, photos) - centre) / spread for eye, centre, spread in parts]
    )
    as_usual = apart.square().sum(dim=(0, 2)).sqrt() / len(eyes) ** 0.5
    apart = apart / as_usual[:, None]
    said = [
        (rows * spread + centre) @ weight.T + bias
        for rows, spread, centre, weight, bias in zip(
            apart, basis.spread, centres(basis), weights, biases, strict=True
        )
    ]
    expected = torch.stack(said).mean(dim=0)
    if len(eyes) == 1:
        assert torch.allclose(found, expected, atol=0.1)
    # of two towers, heads speak of directions as well that are left out
    assert torch.corrcoef(torch.stack([found.flatten(), expected.flatten()]))[0, 1] > 0.9


def test_a_tower_is_shown_pictures_of_the_size_it_learnt_from() -> None:
    seen: list[torch.Tensor] = []

    class Watching(ImageTower):
        def features(self, pixels: torch.Tensor) -> torch.Tensor:
            seen.append(pixels)
            return super().features(pixels)

    grey = torch.linspace(-1, 1, 40)[None, None, None].expand(1, 3, 40, 40)
    Eye(Watching().eval(), 32, 40)(grey)
    assert seen[0].shape == (2, 3, 32, 32)
    assert torch.allclose(seen[0][0, 0, 5], torch.linspace(-1, 1, 32), atol=0.03)
    Eye(Watching().eval(), 40, 40)(grey)
    assert torch.equal(seen[1][:1], grey)
