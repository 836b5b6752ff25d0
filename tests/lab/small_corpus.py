"""A few drawings with labels, in the folders that the training of the bundled backbone reads."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

from PIL import Image, ImageDraw

from matching.engine.vibe_mini.train import TrainConfig, Trainer, corpus_of

COLUMNS = ("id", "articleType", "gender", "baseColour", "season", "usage", "productDisplayName")
TYPES = ("Tshirts", "Jeans", "Heels", "Tops")
COLOURS = ("Red", "Green", "Blue")


def drawing(number: int, width: int = 60, height: int = 80) -> Image.Image:
    image = Image.new("RGB", (width, height), "white")
    box = (8 + number % 7, 9 + number % 5, width - 9 - number % 3, height - 10 - number % 11)
    brush = ImageDraw.Draw(image)
    brush.rectangle(box, fill=COLOURS[number % 3].lower())
    brush.line((0, number, width, height - number), fill="black", width=2)
    return image


def shop(folder: Path, count: int) -> Path:
    (folder / "images").mkdir(parents=True)
    with (folder / "styles.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        for number in range(count):
            kind, colour = TYPES[number % 4], COLOURS[number % 3]
            season = "NA" if number % 5 == 0 else "Summer"
            name = f"Brand {colour} {kind} {number}"
            table.writerow([number, kind, "Women", colour, season, "Casual", name])
            drawing(number).save(folder / "images" / f"{number}.jpg")
    return folder


def snapshots(folder: Path, count: int) -> Path:
    (folder / "images").mkdir(parents=True)
    with (folder / "images.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["image", "sender_id", "label", "kids"])
        for number in range(count):
            label = ("T-Shirt", "Pants", "Shoes", "Not sure")[number % 4]
            table.writerow([f"shot{number}", number // 3, label, "False"])
            drawing(number, 90, 70).save(folder / "images" / f"shot{number}.jpg")
    return folder


def nothing(folder: Path, count: int) -> Path:
    folder.mkdir()
    for number in range(count):
        Image.radial_gradient("L").rotate(9 * number).convert("RGB").save(folder / f"{number}.jpg")
    return folder


def trained(config: TrainConfig, steps: int) -> Trainer:
    trainer = Trainer(config, corpus_of(config), lambda _: None)
    epochs = steps / trainer.batches.per_epoch
    trainer.config = replace(config, epochs=epochs)
    trainer.train()
    return trainer
