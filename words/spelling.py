"""What a misspelt word was meant to be: a word of the vocabulary, else one of the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import extract

# One letter may be wrong, missing, too many or swapped with the next; two of a long word.
SHORTEST, LONG, LONG_NAME = 4, 6, 10
# The likeliest languages, of which a short word may be.
LIKELY = 3


class Speller:
    """`vocabulary`: lists of words, those that come first at the same distance first; `is_whole`
    tells those that say something by themselves; `counts`: a word of the catalogue -> how many
    products have it."""

    def __init__(
        self,
        vocabulary: Iterable[Iterable[str]],
        is_whole: Callable[[str], bool],
        counts: Mapping[str, int],
    ) -> None:
        self._vocabulary = [
            [word for word in words if len(word) >= SHORTEST and word.isalpha()]
            for words in vocabulary
        ]
        self._is_whole, self._counts = is_whole, counts
        self._catalogue = [word for word in counts if len(word) >= SHORTEST and word.isalpha()]

    def meant(self, word: str) -> str:
        """The word that `word` is a misspelling of; "" if it is near to none."""
        return self.of_vocabulary(word, 1 if len(word) < LONG else 2) or self._of_catalogue(word)

    def of_vocabulary(self, word: str, most: int) -> str:
        """The nearest word that differs in `most` letters."""
        if len(word) < SHORTEST or not word.isalpha():
            return ""
        found = [
            (
                distance,
                not self._is_whole(known),
                place,
                -JaroWinkler.similarity(word, known),
                known,
            )
            for place, words in enumerate(self._vocabulary[: LIKELY if most == 1 else None])
            for known, distance, _ in extract(
                word, words, scorer=OSA.distance, score_cutoff=most, limit=None
            )
            if most == 1 or distance < most or known[0] == word[0]
        ]
        return min(found)[-1] if found else ""

    def _of_catalogue(self, word: str) -> str:
        """Of names and brands there are so many that one letter is all, and the first is right."""
        if len(word) < SHORTEST or not word.isalpha():
            return ""
        most = 1 if len(word) < LONG_NAME else 2
        near = extract(word, self._catalogue, scorer=OSA.distance, score_cutoff=most, limit=None)
        found = [
            (distance, -self._counts[known], known)
            for known, distance, _ in near
            if known[0] == word[0]
        ]
        return min(found)[2] if found else ""
