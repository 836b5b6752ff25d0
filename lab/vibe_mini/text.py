"""The words vibe-mini reads: a word-level tokenizer, and phrases made of attributes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from lab.vibe_mini.model import TEXT_LENGTH

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Ids = npt.NDArray[np.int64]

WORD = "[a-z0-9']+"
PADDING = "[PAD]"
UNKNOWN = "[UNK]"
RAREST = 3
MOST_WORDS = 5000


def build_tokenizer(names: Iterable[str], classes: Mapping[str, Sequence[str]]) -> Tokenizer:
    """Words seen at least three times, and every word of a class name; id 0 is padding."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

    counts = Counter(word for name in names for word in re.findall(WORD, name.lower()))
    labels = {
        word for key in sorted(classes) for name in classes[key] for word in re.findall(WORD, name)
    }
    common = [word for word, count in counts.most_common(MOST_WORDS) if count >= RAREST]
    words = [PADDING, UNKNOWN, *dict.fromkeys([*common, *sorted(labels)])]
    tokenizer = Tokenizer(
        models.WordLevel({word: code for code, word in enumerate(words)}, unk_token=UNKNOWN)
    )
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(WORD), "removed", invert=True)
    tokenizer.enable_truncation(TEXT_LENGTH)
    tokenizer.enable_padding(length=TEXT_LENGTH, pad_id=0, pad_token=PADDING)
    return tokenizer


def encode(tokenizer: Tokenizer, texts: Sequence[str]) -> Ids:
    """(n, 16)."""
    return np.array([one.ids for one in tokenizer.encode_batch(list(texts))], np.int64)


def phrase(values: Mapping[str, str], kept: Iterable[str]) -> str:
    """What somebody might type who knows no product name: "women navy blue dresses summer"."""
    order = ("gender", "style", "colour", "item_type", "season")
    chosen = set(kept)
    return " ".join(values[key] for key in order if key in chosen and values.get(key))
