from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings

from matching.engine.errors import SentencesError
from matching.engine.sentences import ENCODER_FILE, Sentences

BUNDLED = Path(settings.BUNDLED_SENTENCES_DIR) / "word-sense"


@pytest.fixture(scope="module")
def sentences() -> Sentences:
    return Sentences(BUNDLED)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BUNDLED, tmp_path / "word-sense"))


@pytest.mark.parametrize(
    "text",
    [
        "gloves to keep my hands warm",
        "Handschuhe damit meine Hände warm bleiben",
        "des gants pour garder les mains au chaud",
        "guantes para mantener las manos calientes",
        "guanti per tenere le mani al caldo",
    ],
)
def test_what_means_the_same_is_near_in_five_languages(sentences: Sentences, text: str) -> None:
    asked, *others = sentences.embed([text, "gloves", "sunglasses", "wallets", "shoes", "dresses"])
    assert int((np.stack(others) @ asked).argmax()) == 0


def test_rows_are_unit_and_the_same_alone_or_among_others(sentences: Sentences) -> None:
    texts = [f"a red dress number {'very ' * count}long" for count in range(40)]
    rows = sentences.embed(texts)
    assert rows.shape == (40, sentences.dimension)
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=1e-3)
    assert float(sentences.embed(texts[:1])[0] @ rows[0]) > 0.99


def test_texts_of_any_length_are_taken(sentences: Sentences) -> None:
    assert sentences.embed(["", "shoes " * 2000, "\x00\n", "鞋子 👠"]).shape[0] == 4
    assert sentences.embed([]).shape == (0, sentences.dimension)


def test_usual_words_are_known_and_others_are_not(sentences: Sentences) -> None:
    assert all(sentences.knows(word) for word in ("beach", "Strand", "plage", "playa", "spiaggia"))
    assert not any(sentences.knows(word) for word in ("asdfghjkl", "qwrtzp", "xy", ""))


def test_a_damaged_encoder_is_not_loaded(folder: Path) -> None:
    with (folder / ENCODER_FILE).open("ab") as file:
        file.write(b"more")
    with pytest.raises(SentencesError, match="damaged"):
        Sentences(folder).embed(["shoes"])


def test_a_manifest_that_lacks_something_is_refused(folder: Path) -> None:
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    del manifest["dimension"]
    path.write_text(json.dumps(manifest))
    with pytest.raises(SentencesError, match="makes no sense"):
        Sentences(folder)


def test_a_folder_without_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SentencesError, match=r"no sentence encoder"):
        Sentences(tmp_path)


def test_it_is_small() -> None:
    assert sum(file.stat().st_size for file in BUNDLED.iterdir()) <= 20_000_000
