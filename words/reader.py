"""Reads a query: its language, its spelling, its phrases and what each of them does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property

from words.clauses import parts_of
from words.index import WordIndex
from words.line import Line
from words.reading import Part, Reading, Role
from words.spelling import Speller
from words.text import Kind, Token, run_together, tokens
from words.vocabulary import CONTENT, LANGUAGES, OWN, Meaning, Vocabulary

# How much likelier than others the language of the page, and English, are.
OF_PAGE, OF_ENGLISH = 0.5, 0.25
HEAD_FIRST = {"fr", "es", "it"}
SHORTEST_WHOLE, LONGEST_WHOLE, SHORTEST_HALF = 7, 30, 3
LINKS = ("", "s", "n", "en", "es")  # what German puts between two words
# Products that have a word: so few may have misspelt one that so many have.
FEW, MANY = 2, 30
SKU_WORD, MOST_SKU_WORDS = "sku", 4


def no_sku(candidates: Sequence[str]) -> str:
    return ""


def told_nowhere(word: str) -> int:
    return 0


class Reader:
    """Reads queries by the words of a shop, its `vocabulary`, and of its products, the `index`.
    `sku_of` gives that of some texts which is a number of a product, "" for none; `told` how many
    products, `MANY` at most, say a word elsewhere than in their names."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        index: WordIndex,
        sku_of: Callable[[Sequence[str]], str] = no_sku,
        told: Callable[[str], int] = told_nowhere,
    ) -> None:
        self.vocabulary, self.index = vocabulary, index
        self._sku_of, self._told = sku_of, told
        self._spellers: dict[tuple[str, ...], Speller] = {}

    def read(self, text: str, language: str = "en") -> Reading:
        """`language`: that of the page it is typed on."""
        likely = self._languages(tokens(text), language)
        order = [OWN, *likely] if likely[0] == "en" else [likely[0], OWN, *likely[1:]]
        gate, kin = self.vocabulary.gate, self._kin
        if sku := self._sku_in(text, order):
            part = Part(text, 0, len(text), Role.SKU, corrected=sku)
            return Reading(text, (part,), gate, kin)
        spelt = [one for token in tokens(text) for one in self._spelt(token, order)]
        line = Line(spelt, order, self.vocabulary, self.index, self._told)
        parts = parts_of(line.items(), is_head_first=likely[0] in HEAD_FIRST)
        return Reading(text, tuple(parts), gate, kin)

    @cached_property
    def _kin(self) -> dict[tuple[str, str], tuple[str, ...]]:
        values = self.vocabulary.values
        return {(one.key, one.name): self.vocabulary.kin(one.key, one.name) for one in values}

    def _languages(self, line: Sequence[Token], page: str) -> list[str]:
        """The likeliest first."""
        known = {
            one: sum(bool(self.vocabulary.look_up(token.word, one)) for token in line)
            + OF_PAGE * (one == page)
            + OF_ENGLISH * (one == "en")
            for one in LANGUAGES
        }
        return sorted(LANGUAGES, key=lambda one: -known[one])

    def _sku_in(self, text: str, order: Sequence[str]) -> str:
        """The SKU that is all the text says, or all after a word like "sku"."""
        words = text.split()
        candidates = [text.strip()]
        for count in range(1, min(MOST_SKU_WORDS, len(words))):
            told = run_together(" ".join(words[:count]))
            if any(self._is_sku_word(told, one) for one in order):
                candidates.append(" ".join(words[count:]).lstrip("#:.- "))
        candidates = [one.strip('#"') for one in candidates if any(c.isdigit() for c in one)]
        return self._sku_of(candidates) if candidates else ""

    def _is_sku_word(self, phrase: str, language: str) -> bool:
        return any(one.role == SKU_WORD for one in self.vocabulary.look_up(phrase, language))

    def _spelt(self, token: Token, order: Sequence[str]) -> list[Token]:
        """The token itself, or what it was meant to be: another word, or two words run together."""
        if token.kind is not Kind.WORD or any(
            self.vocabulary.knows(token.word, one) for one in order
        ):
            return [token]
        count = self.index.count(token.word) or self._told(token.word)
        is_near = count <= FEW and self._speller(order).of_vocabulary(token.word, 1)
        if count <= FEW and not is_near and (halves := self._halves(token, order)):
            return halves
        meant = self._meant(token.word, count, order)
        return [replace(token, word=meant, corrected=meant)] if meant else [token]

    def _meant(self, word: str, count: int, order: Sequence[str]) -> str:
        """What a word was meant to be that `count` products have; "" if that is what it is."""
        speller = self._speller(order)
        if not count:
            return speller.meant(word)
        meant = speller.of_vocabulary(word, 1) if count <= FEW else ""
        return meant if self.index.count(meant) >= MANY else ""

    def _halves(self, token: Token, order: Sequence[str]) -> list[Token]:
        """ "sommerkleid", "reddress": what is said of a thing, and the thing."""
        word = token.word
        if not SHORTEST_WHOLE <= len(word) <= LONGEST_WHOLE:
            return []
        for at in range(SHORTEST_HALF, len(word) - SHORTEST_HALF + 1):
            if not self._is_kind(word[at:], order):
                continue
            for link in LINKS:
                left = word[:at].removesuffix(link)
                if len(left) >= SHORTEST_HALF and self._content(left, order):
                    half = token.start + at
                    return [
                        replace(token, text=token.text[:at], word=left, end=half),
                        replace(token, text=token.text[at:], word=word[at:], start=half),
                    ]
        return []

    def _is_kind(self, word: str, order: Sequence[str]) -> bool:
        meaning = self._content(word, order)
        return meaning is not None and self.vocabulary.is_kind(meaning)

    def _content(self, word: str, order: Sequence[str]) -> Meaning | None:
        found = (one for language in order for one in self.vocabulary.look_up(word, language))
        return next((one for one in found if one.role in CONTENT), None)

    def _speller(self, order: Sequence[str]) -> Speller:
        if tuple(order) not in self._spellers:
            words = [sorted(self.vocabulary.words[one]) for one in order]
            self._spellers[tuple(order)] = Speller(
                words, lambda word: self._content(word, order) is not None, self.index.words
            )
        return self._spellers[tuple(order)]
