"""A line of text as tokens in their places, and what a word is reduced to when it is compared."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import snowballstemmer

STEMMERS = {
    code: snowballstemmer.stemmer(name)
    for code, name in (
        ("en", "english"),
        ("de", "german"),
        ("fr", "french"),
        ("es", "spanish"),
        ("it", "italian"),
    )
}
SHORT = {"w/": "with", "w/o": "without"}
LONGEST = 40  # letters of what may be a word
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
TOKEN = re.compile(
    r"""
    "(?P<quoted>[^"]*[^\W_][^"]*)"
    | (?P<number>(?<![^\W_])\d+(?:[.,]\d+)*(?![^\W_]))
    | (?P<amount>(?<![^\W_])\d+(?:[.,]\d+)*(?=(?:eur|euros?|usd|gbp|chf|rs|k)\b))
    | (?P<short>(?<![^\W_])w/o?(?![^\W_])|(?<![^\W_])w/(?=[^\W_]))
    | (?P<word>[^\W_]+)
    | (?P<mark>[-\u2013,;.!?()/|&<>=$\u20ac\u00a3\u20b9])
    """,
    re.VERBOSE,
)


class Kind(StrEnum):
    WORD = "word"
    NUMBER = "number"
    QUOTED = "quoted"
    MARK = "mark"


@dataclass(frozen=True)
class Token:
    """`text` as typed from `start` to `end`, `word` as it is compared. `corrected`: what it was
    taken for, "" if it was spelt right. `is_glued`: nothing stands between it and the next."""

    text: str
    word: str
    kind: Kind
    start: int
    end: int
    corrected: str = ""
    is_glued: bool = False


def tokens(text: str) -> list[Token]:
    found = []
    text = re.sub(r"[\u2019\u2018`\u00b4]", "'", text)
    for match in TOKEN.finditer(text):
        name = match.lastgroup or ""
        kind = {"amount": Kind.NUMBER, "short": Kind.WORD}.get(name) or Kind(name)
        word = match[0] if kind is Kind.MARK else fold(match[name])
        word = SHORT.get(word, word)
        glued = match.end() < len(text) and not text[match.end()].isspace()
        found.append(Token(match[0], word, kind, *match.span(), is_glued=glued))
    return _without_possessives(found, text)


def _without_possessives(found: list[Token], text: str) -> list[Token]:
    """ "men's" is one word, and "don't" one; "d'hiver" is two."""
    kept: list[Token] = []
    for token in found:
        before = kept[-1] if kept else None
        is_joined = before and text[before.end : token.start] == "'" and token.word in ("s", "t")
        if before and is_joined:
            said = text[before.start : token.end]
            kept[-1] = Token(
                said,
                before.word + token.word,
                before.kind,
                before.start,
                token.end,
                is_glued=token.is_glued,
            )
        else:
            kept.append(token)
    return kept


@lru_cache(maxsize=50_000)
def fold(text: str) -> str:
    """In lower case, without accents: "Gürtel" is "gurtel"."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe"))
    return "".join(one for one in plain if not unicodedata.combining(one))


def folds(text: str) -> set[str]:
    """Both ways to write it without accents: "gurtel" and "guertel"."""
    return {fold(text), fold(text.casefold().translate(UMLAUTS))}


def run_together(text: str) -> str:
    """Its letters and digits alone, folded: "T-Shirts" is "tshirts"."""
    return "".join(re.findall(r"[^\W_]+", fold(text.replace("'s", "s"))))


@lru_cache(maxsize=100_000)
def stem(word: str, language: str = "en") -> str:
    """Of a folded word. "dresses" and "dress", "rote" and "rot", "roja" and "rojo" have the same
    one; numbers and words with digits are their own."""
    is_word = word.isalpha() and len(word) <= LONGEST
    return str(STEMMERS[language].stemWord(word)) if is_word else word
