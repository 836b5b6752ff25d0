"""The phrases that sentences are compared with: what the shop's words are in its values."""

from __future__ import annotations

from matching.engine.meanings import Meanings
from matching.engine.sentences import Sentences
from words import Vocabulary


def meanings_of(vocabulary: Vocabulary, sentences: Sentences | None) -> Meanings | None:
    """None without an encoder. Raises SentencesError."""
    if sentences is None:
        return None
    phrases = vocabulary.meanings()
    vectors = sentences.embed_phrases(list(phrases))
    return Meanings(sentences.fingerprint, vectors, [dict(one.values) for one in phrases.values()])
