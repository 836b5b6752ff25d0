"""A matrix from the encoder's vectors to the teacher's, learnt from texts of five languages that
say the same: what English phrases are to each other, their translations become."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lab.sentences.source import Floats
from words.vocabulary import LANGUAGES, OCCASION, VALUE, rows, sayings

TEMPLATES = {
    "en": ("{}", "something for {}", "for my {}", "I need {}", "good for {}"),
    "de": ("{}", "etwas für {}", "für {}", "ich brauche {}", "gut für {}"),
    "fr": ("{}", "quelque chose pour {}", "pour {}", "j'ai besoin de {}", "bien pour {}"),
    "es": ("{}", "algo para {}", "para {}", "necesito {}", "bueno para {}"),
    "it": ("{}", "qualcosa per {}", "per {}", "ho bisogno di {}", "buono per {}"),
}
TEMPLATES_OF = {OCCASION: 5, VALUE: 2}  # by role; others stand alone
RIDGE = 0.3
Embed = Callable[[Sequence[str]], Floats]


@dataclass(frozen=True)
class Adapter:
    """A vector (m,) becomes `matrix` (d, m) times what it is less `offset` (m,)."""

    matrix: Floats
    offset: Floats


def _groups() -> Iterator[Mapping[str, Sequence[str]]]:
    """Language -> texts, all of which mean the same."""
    counted = [
        *((row, TEMPLATES_OF.get(row.role, 1)) for row in rows()),
        *((row, 1) for row in sayings()),
    ]
    for row, count in counted:
        for at in range(count):
            yield {
                language: [TEMPLATES[language][at].format(one) for one in row.phrases[language]]
                for language in LANGUAGES
            }


def fit_adapter(names: Sequence[str], encode: Embed, teach: Embed) -> Adapter:
    """By ridge regression: each text towards the mean of what the teacher says of its English
    forms, an English one half towards its own; `names` of products towards their own."""
    groups = [group for group in _groups() if group["en"]]
    english = sorted({text for one in groups for text in one["en"]} | set(names))
    taught = dict(zip(english, teach(english), strict=True))
    wanted: dict[str, Floats] = {name: taught[name] for name in names}
    for group in groups:
        mean = np.mean([taught[text] for text in group["en"]], axis=0)
        mean /= np.linalg.norm(mean)
        for language in LANGUAGES:
            for text in group[language]:
                own = (taught[text] + mean) / 2 if language == "en" else mean
                wanted.setdefault(text, own)
    return _ridge(encode(list(wanted)), np.stack(list(wanted.values())))


def _ridge(given: Floats, wanted: Floats) -> Adapter:
    offset = given.mean(axis=0)
    moved = given - offset
    gram = moved.T @ moved + RIDGE * np.eye(moved.shape[1], dtype=np.float32)
    found = np.linalg.solve(gram, moved.T @ (wanted - wanted.mean(axis=0)))
    return Adapter(found.T.astype(np.float32), offset.astype(np.float32))
