"""Photos a second, ours against transformers + torch, from the same JPEG files in one run.

    python -m benchmarks.embed [FOLDER] [--count 96] [--rounds 5] [--size 480x640] [--json FILE]

FOLDER holds JPEG files; without it photos of --size are drawn. The models are a ViT-B/32 of
FashionCLIP's shape with random weights, and vibe-mini. `theirs` opens a photo with Pillow, hands it
to transformers' image processor and runs the model in torch, one photo at a time as a demo does it,
or in batches. `ours` is Backbone.embed_stream. `feeding` is ours without the model: it should be
much faster than the model, which is then all that counts.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.common import (
    in_int8,
    jpegs,
    machine,
    save_clip,
    side_by_side,
    size,
    table,
    write_json,
)
from matching.engine.backbone import IMAGE_BATCH, Backbone
from matching.engine.installing.export import export_checkpoint

BUNDLED = Path(__file__).parent.parent / "matching/backbones/vibe-mini"
ALONE = "theirs: transformers + torch, one at a time"
BATCHED = f"theirs: transformers + torch, batches of {IMAGE_BATCH}"
OWN_ALONE = "torch, one at a time"
OWN_BATCHED = f"torch, batches of {IMAGE_BATCH}"


def theirs(checkpoint: Path, photos: Sequence[Path], batch: int) -> Callable[[], Any]:
    embed = their_model(checkpoint, batch)
    return lambda: embed(photos)


def their_model(checkpoint: Path, batch: int = IMAGE_BATCH) -> Callable[[Sequence[Path]], Any]:
    """Photos to unit rows (n, 512), as the original embeds them."""
    import torch
    from PIL import Image
    from transformers import CLIPImageProcessorPil, CLIPModel

    model = CLIPModel.from_pretrained(checkpoint).eval()
    processor = CLIPImageProcessorPil.from_pretrained(checkpoint)

    def embed(photos: Sequence[Path]) -> Any:
        rows = []
        for start in range(0, len(photos), batch):
            images = [Image.open(one).convert("RGB") for one in photos[start : start + batch]]
            with torch.no_grad():
                inputs = processor(images=images, return_tensors="pt")
                found = model.get_image_features(**inputs).pooler_output
                rows.append(torch.nn.functional.normalize(found, dim=-1))
        return torch.cat(rows).numpy()

    return embed


def mini_in_torch(backbone: Backbone, photos: Sequence[Path], batch: int) -> Callable[[], Any]:
    """vibe-mini's own networks with random weights: they cost the same."""
    import torch
    from PIL import Image

    from lab.vibe_mini.model import ImageTower
    from lab.vibe_mini.shipped import Eye, ShippedImage, basis_of

    given = max(backbone.preprocess.size)
    kinds = backbone.manifest["source"]["towers"]
    eyes = [Eye(ImageTower(kind=kind).eval(), side, given) for kind, side in kinds.items()]
    model = ShippedImage(eyes, basis_of(eyes, [torch.randn(8, 3, given, given)])).eval()

    def run() -> Any:
        rows = []
        for start in range(0, len(photos), batch):
            images = [Image.open(one).convert("RGB") for one in photos[start : start + batch]]
            pixels = np.stack([backbone.preprocess(image) for image in images])
            with torch.no_grad():
                rows.append(model(torch.from_numpy(pixels)))
        return torch.cat(rows).numpy()

    return run


def ours(backbone: Backbone, photos: Sequence[Path]) -> Callable[[], Any]:
    return lambda: backbone.embed_images(photos)


def feeding(backbone: Backbone, photos: Sequence[Path]) -> Callable[[], Any]:
    def run() -> Any:
        with ThreadPoolExecutor() as pool:
            return sum(1 for _ in pool.map(backbone.prepare, photos))

    return run


def model_alone(backbone: Backbone, photos: Sequence[Path]) -> Callable[[], Any]:
    pixels = [np.stack([backbone.prepare(one) for one in photos[:IMAGE_BATCH]])]
    pixels *= -(-len(photos) // IMAGE_BATCH)
    left = len(photos) % IMAGE_BATCH or IMAGE_BATCH
    pixels[-1] = pixels[-1][:left]
    return lambda: [backbone._run_image(batch) for batch in pixels]


def compare_clip(photos: Sequence[Path], rounds: int, scratch: Path) -> dict[str, Any]:
    print("ViT-B/32, as FashionCLIP: exporting")
    checkpoint = save_clip(scratch / "checkpoint")
    export_checkpoint(str(checkpoint), scratch / "vit-b-32")
    full = Backbone(scratch / "vit-b-32")
    small = Backbone(in_int8(scratch / "vit-b-32", scratch / "vit-b-32-int8"))
    alone = theirs(checkpoint, photos, 1)
    print(f"  lowest cosine of ours to theirs: {cosine(alone(), full.embed_images(photos)):.4f}")
    spent = side_by_side(
        {
            ALONE: alone,
            BATCHED: theirs(checkpoint, photos, IMAGE_BATCH),
            "ours, fp32": ours(full, photos),
            "ours, int8": ours(small, photos),
            "ours, fp32, the model alone": model_alone(full, photos),
            "ours, feeding alone": feeding(full, photos),
        },
        rounds,
    )
    result = table(spent, len(photos), ALONE)
    best = max(result[name]["times"] for name in (ALONE, BATCHED))
    for name in ("ours, fp32", "ours, int8"):
        print(f"  {name} against the faster of theirs: {result[name]['times'] / best:.2f} x")
    return result


def compare_mini(photos: Sequence[Path], rounds: int) -> dict[str, Any]:
    print("vibe-mini")
    backbone = Backbone(BUNDLED)
    spent = side_by_side(
        {
            OWN_ALONE: mini_in_torch(backbone, photos, 1),
            OWN_BATCHED: mini_in_torch(backbone, photos, IMAGE_BATCH),
            "ours": ours(backbone, photos),
            "ours, the model alone": model_alone(backbone, photos),
            "ours, feeding alone": feeding(backbone, photos),
        },
        rounds,
    )
    return table(spent, len(photos), OWN_ALONE)


def cosine(first: Any, second: Any) -> float:
    return float((first * second).sum(axis=1).min())


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--count", type=int, default=96, help="photos in a round; default: 96")
    parser.add_argument("--rounds", type=int, default=5, help="default: 5")
    parser.add_argument("--size", type=size, default=(480, 640), help="of drawn photos")
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        photos = jpegs(chosen.folder, chosen.size, chosen.count, Path(folder))
        told = machine()
        print(", ".join(f"{name} {value}" for name, value in told.items()))
        result = {
            "machine": told,
            "photos": chosen.count,
            "rounds": chosen.rounds,
            "vit-b-32": compare_clip(photos, chosen.rounds, Path(folder)),
            "vibe-mini": compare_mini(photos, chosen.rounds),
        }
    write_json(chosen.json, result)


if __name__ == "__main__":
    main()
