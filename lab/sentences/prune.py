"""Which pieces of words an encoder keeps: those that the words of a few languages are made of."""

from __future__ import annotations

import gzip
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from lab.sentences.source import Encoder

SPACE = "\N{LOWER ONE EIGHTH BLOCK}"  # what stands for a blank before a word
SPECIAL = 4  # <s>, <pad>, </s>, <unk>
LETTERS = "abcdefghijklmnopqrstuvwxyzäöüßàâæçéèêëîïôœùûÿñáíóúìò"
MARKS = "0123456789.,:;!?'\"()/&%+-€$£"
MOST_WORDS = 60_000  # of each language


def tokenizer_of(pieces: Sequence[str], scores: Sequence[float], unknown: int) -> Any:
    """That of the encoder, XLM-R's, with NFKC for its table of characters; all in lower case, so
    that fewer pieces do."""
    from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers, processors
    from tokenizers.models import Unigram

    made = Tokenizer(Unigram(list(zip(pieces, scores, strict=True)), unk_id=unknown))
    made.normalizer = normalizers.Sequence(
        [
            normalizers.NFKC(),
            normalizers.Lowercase(),
            normalizers.Replace(Regex(r"\s+"), " "),
            normalizers.Strip(),
        ]
    )
    made.pre_tokenizer = pre_tokenizers.Metaspace()
    made.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return made


def frequent_words(folder: Path, languages: Iterable[str]) -> Iterator[tuple[str, float]]:
    """Words of wordfreq's lists in the package's folder, with how often each is said, 0 to 1."""
    import msgpack

    for language in languages:
        with gzip.open(folder / "data" / f"large_{language}.msgpack.gz") as file:
            _header, *levels = msgpack.load(file, raw=False)
        found = (
            (word, 10 ** (-level / 100)) for level, words in enumerate(levels) for word in words
        )
        yield from (pair for pair, _ in zip(found, range(MOST_WORDS), strict=False))


def pieces_to_keep(
    encoder: Encoder, words: Iterable[tuple[str, float]], told: Iterable[str], count: int
) -> npt.NDArray[np.intp]:
    """Numbers, ascending, of `count` pieces: the special ones, single letters, all that the texts
    `told` are made of, and what frequent words need most."""
    tokenizer = tokenizer_of(encoder.pieces, encoder.scores, encoder.unknown)
    needed: dict[int, float] = defaultdict(float)
    pairs = list(words)
    encoded = tokenizer.encode_batch([word for word, _ in pairs])
    for one, (_, share) in zip(encoded, pairs, strict=True):
        for piece in one.ids:
            needed[piece] += math.sqrt(share)
    kept = set(range(SPECIAL)) | _single(encoder.pieces)
    for one in tokenizer.encode_batch(list(told)):
        kept |= set(one.ids)
    best = sorted(needed.keys() - kept, key=lambda piece: (-needed[piece], piece))
    return np.array(sorted([*kept, *best[: count - len(kept)]]), np.intp)


def _single(pieces: Sequence[str]) -> set[int]:
    allowed = {SPACE, *LETTERS, *MARKS}
    allowed |= {SPACE + one for one in allowed}
    return {number for number, piece in enumerate(pieces) if piece in allowed}
