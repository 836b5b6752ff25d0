"""The rest of a query as meaning: what a sentence asks for in words that no list has."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import replace

from matching import runtime
from matching.engine.errors import EngineError
from matching.engine.meanings import SURE, Meanings, Values
from matching.engine.sentences import Sentences
from matching.runtime import Live
from words import Meaning, Part, Reading, Role
from words.vocabulary import NAME, OCCASION

logger = logging.getLogger(__name__)
WORD = re.compile(r"[^\W\d_]+")
# Words that say nothing of a product: so many, and people say what they mean in a sentence.
SENTENCE = 2
# Cosine to the nearest phrase from which on it adds to what words say already, or means something
# where it is a word or two.
SURER = 0.65
LETTERS = 2  # of what is too short to be a name
SAID = 3  # values that stand for a meaning where it is looked for by its picture


def with_meaning(live: Live, reading: Reading) -> Reading:
    """The same, with what the whole of it asks for where its words alone do not say what kind of
    thing is sought. As it is without an encoder, and where the sentence is like no phrase."""
    if reading.skus or not (reading.unknown or _is_sentence(reading)):
        return reading
    try:
        sentences = runtime.get_sentences()
        meanings = live.generation.meanings
        if sentences is None or meanings is None or meanings.encoder != sentences.fingerprint:
            return reading
        return _with_meaning(reading, sentences, meanings)
    except EngineError:
        logger.exception("the sentence encoder cannot be used")
        return reading


def _with_meaning(reading: Reading, sentences: Sentences, meanings: Meanings) -> Reading:
    sure = replace(reading, parts=tuple(_kept(reading, sentences)))
    is_said = any(sentences.knows(word) for word in WORD.findall(reading.text))
    if sure.kinds or not is_said:
        return sure if sure else reading
    sentence = sentences.embed([_told(reading)])[0]
    is_alone = _is_sentence(reading) and not sure.wanted
    return _joined(reading, sure, meanings.of(sentence, SURE if is_alone else SURER))


def _is_sentence(reading: Reading) -> bool:
    known = [part.text for part in reading.parts if part.role is not Role.UNKNOWN]
    said = sum(len(WORD.findall(text)) for text in known)
    return len(WORD.findall(reading.text)) - said >= SENTENCE


def _told(reading: Reading) -> str:
    """The text without its limits, and without what is not wanted."""
    left = list(reading.text)
    for part in reading.parts:
        if part.limit or part.role is Role.UNWANTED:
            left[part.start : part.end] = " " * (part.end - part.start)
    return " ".join("".join(left).split())


def _kept(reading: Reading, sentences: Sentences) -> list[Part]:
    """What words alone say for certain: in a sentence a usual word is no name, unless it stands
    beside another, and none is misspelt."""
    parts = [part for part in reading.parts if part.role is not Role.UNKNOWN]
    if not _is_sentence(reading):
        return parts
    return [
        part
        for at, part in enumerate(parts)
        if not (
            (len(part.text) <= LETTERS or sentences.knows(part.text))
            and (part.corrected or (_is_name(part) and not _is_beside_name(parts, at)))
        )
    ]


def _is_name(part: Part) -> bool:
    return part.meaning is not None and part.meaning.role == NAME


def _is_beside_name(parts: Sequence[Part], at: int) -> bool:
    beside = [*parts[max(at - 1, 0) : at], *parts[at + 1 : at + 2]]
    return any(
        _is_name(one) and min(abs(one.start - parts[at].end), abs(parts[at].start - one.end)) <= 1
        for one in beside
    )


def _joined(reading: Reading, sure: Reading, found: Values) -> Reading:
    """What words say goes before what the sentence seems to ask for."""
    new = {key: values for key, values in found.items() if key not in sure.wanted}
    if not new:
        return sure if sure else reading
    said = " ".join((new.get(reading.gate) or next(iter(new.values())))[:SAID])
    part = Part(reading.text, 0, len(reading.text), Role.WANTED, Meaning(OCCASION, new, said=said))
    return replace(sure, parts=(*sure.parts, part))
