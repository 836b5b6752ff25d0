from __future__ import annotations

import json
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalog.attributes import Meaning, key_of
from catalog.models import Attribute
from matching.engine.errors import EngineError
from matching.models import Search, SearchMatch
from matching.runtime import NotReadyError
from matching.search.api.serializers import AnswerSerializer
from matching.search.ask import DEFAULT_K, MAX_K, Ask, Asker
from matching.search.find import find
from matching.search.grid import GridError, show_grid
from matching.search.look import Spot
from matching.search.wording import told_in_english
from pictures import PictureError


def count(text: str) -> int:
    if text.isdecimal() and 1 <= int(text) <= MAX_K:
        return int(text)
    raise ArgumentTypeError(f"must be a whole number from 1 to {MAX_K}")


def place_of_photo(match: SearchMatch) -> str:
    """What a terminal can open: the path of its file, or its address where photos are no files."""
    try:
        return match.product.photo.path if match.product else match.image
    except NotImplementedError:
        return match.image


class Command(BaseCommand):
    help = "Says what a photo shows and which products of the catalogue match it best."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("photo", type=Path)
        parser.add_argument("-k", type=count, default=DEFAULT_K, help="products; default: 3")
        parser.add_argument("--json", action="store_true", help="the answer as the API gives it")
        parser.add_argument("--grid", type=Path, metavar="FILE", help="draw photo and matches")

    def handle(self, *, photo: Path, k: int, grid: Path | None, **options: Any) -> None:
        try:
            data = photo.read_bytes()
        except OSError as error:
            raise CommandError(f"{photo} cannot be read: {error.strerror}.") from error
        try:
            search = find(Ask(data, k=k), asker=Asker(Search.Source.COMMAND))
        except (EngineError, PictureError, NotReadyError) as error:
            raise CommandError(f"{photo}: {error}") from error
        if options["json"]:
            self.stdout.write(json.dumps(AnswerSerializer(search).data, indent=2))
        else:
            self._print(search)
        try:
            shown = show_grid(search, grid)
        except GridError as error:
            raise CommandError(str(error)) from error
        if shown and not options["json"]:
            self.stdout.write(f"grid: {shown}")

    def _print_garments(self, search: Search) -> None:
        """Of a photo of several things, what each is and where."""
        garments = search.garments if len(search.garments) > 1 else []
        for number, garment in enumerate(garments):
            spot = Spot.from_json(garment)
            left, top, right, bottom = (f"{side:.2f}" for side in spot.box)
            ranked = garment["prediction"].get(key_of(Meaning.KIND))
            what = ranked[0]["value"] if ranked else spot.kind
            turned = f", turned {spot.degrees} degrees" if spot.degrees else ""
            which = "searched with" if number == search.garment else "also seen"
            self.stdout.write(
                f" garment {number + 1}: {what} ({spot.confidence * 100:.0f} %) "
                f"from {left}, {top} to {right}, {bottom}{turned}; {which}"
            )

    def _print(self, search: Search) -> None:
        for attribute in Attribute.objects.all():
            ranked = search.prediction.get(attribute.key)
            if ranked is None:
                continue
            if attribute.key == search.style:
                shares = ", ".join(f"{row['value']} ({row['probability']:.1%})" for row in ranked)
                self.stdout.write(f" {attribute.key} top-3: {shares.replace('%', ' %')}")
            else:
                value = ranked[0]["value"] if ranked else "unknown; the photo has no colours"
                self.stdout.write(f" {attribute.key:10}: {value}")
        self._print_garments(search)
        told = told_in_english(search)
        if told["message"]:
            self.stdout.write(told["message"])
        if told["widened"]:
            self.stdout.write(f"widened to: {told['widened']}")
        for match, reasons in zip(
            search.matches.select_related("product"), told["reasons"], strict=True
        ):
            because = f"; {', '.join(reasons)}" if reasons else ""
            more = f"; {match.similar} more like this" if match.similar else ""
            self.stdout.write(
                f" {match.rank}. {match.sku}  {match.name}  "
                f"score {match.score:.3f} (visual {match.visual:.3f}, style {match.style:.3f})"
                f"{because}{more}\n    {place_of_photo(match)}"
            )
