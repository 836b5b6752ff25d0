"""The tokens of a query as phrases: the longest that any likely language knows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from words.clauses import Does, Item
from words.index import WordIndex, stems_of
from words.limits import What, limit_at
from words.text import Kind, Token, stem
from words.vocabulary import CONTENT, LONGEST, NAME, TOLD, Meaning, Vocabulary

GRAMMAR = {one.value for one in (Does.NOT, Does.WITH, Does.FOR, Does.MAIN, Does.OR, Does.SMALL)}
HYPHENS = {"-", "\N{EN DASH}"}
LIKELY = 1  # languages, beside the shop's own, in whose grammar a query is


@dataclass(frozen=True)
class Line:
    """`order`: the languages, likeliest first; `told`: how many products say a word elsewhere than
    in their names."""

    tokens: Sequence[Token]
    order: Sequence[str]
    vocabulary: Vocabulary
    index: WordIndex
    told: Callable[[str], int]

    def items(self) -> Iterator[Item]:
        place = 0
        while place < len(self.tokens):
            item, count = self._at(place)
            if item is not None:
                yield item
            place += count

    def _at(self, place: int) -> tuple[Item | None, int]:
        """What begins there, None for nothing, and how many tokens it takes."""
        if found := self._limit(place):
            return found
        token = self.tokens[place]
        if token.kind is Kind.MARK:
            return self._mark(place), 1
        if token.kind is Kind.QUOTED:
            return self._named(token, stems_of(token.word)), 1
        for count in range(min(LONGEST, len(self.tokens) - place), 0, -1):
            meaning = self._phrase(place, count)
            if meaning:
                return self._item(place, count, meaning), count
        return self._other(token), 1

    def _limit(self, place: int) -> tuple[Item, int] | None:
        found = limit_at(place, self.tokens, self._taken)
        if found is None or (found[0].what is What.NEW and self._is_of_a_name(place + found[1])):
            return None
        limit, count = found
        return self._made(place, count, Does.LIMIT, limit=limit), count

    def _is_of_a_name(self, place: int) -> bool:
        """ "new balance" is no "new"."""
        following = self.tokens[place : place + 1]
        return any(self.index.knows(one.word) and not self._phrase(place, 1) for one in following)

    def _mark(self, place: int) -> Item | None:
        token = self.tokens[place]
        if token.text in HYPHENS:
            is_first = place == 0 or not self.tokens[place - 1].is_glued
            is_not = is_first and token.is_glued
            return self._made(place, 1, Does.NOT, is_tight=True) if is_not else None
        does = {"/": Does.OR, "&": Does.OR}.get(token.text, Does.BREAK)
        return self._made(place, 1, does) if token.text in ",;.!?()/|&" else None

    def _other(self, token: Token) -> Item:
        if self.index.knows(token.word):
            return self._named(token, (stem(token.word),))
        is_told = self.told(token.word) > 0
        does = Does.CONTENT if is_told else Does.UNKNOWN
        meaning = Meaning(TOLD, said=token.word) if is_told else None
        return Item(does, token.text, token.start, token.end, meaning, None, token.corrected)

    def _named(self, token: Token, stems: tuple[str, ...]) -> Item:
        meaning = Meaning(NAME, {}, (stems,), (stems,), token.word)
        return Item(
            Does.CONTENT, token.text, token.start, token.end, meaning, None, token.corrected
        )

    def _item(self, place: int, count: int, meaning: Meaning) -> Item:
        if meaning.role in GRAMMAR:
            is_tight = meaning.role == Does.NOT and self._is_hyphenated(place + count - 1)
            return self._made(place, count, Does(meaning.role), is_tight=is_tight)
        kind = self.vocabulary.is_kind(meaning)
        return self._made(place, count, Does.CONTENT, meaning=meaning, is_kind=kind)

    def _is_hyphenated(self, place: int) -> bool:
        following = self.tokens[place + 1 : place + 2]
        return self.tokens[place].is_glued and any(one.text in HYPHENS for one in following)

    def _made(self, place: int, count: int, does: Does, **about: object) -> Item:
        taken = self.tokens[place : place + count]
        text = " ".join(token.text for token in taken)
        corrected = any(token.corrected for token in taken)
        said = " ".join(token.word for token in taken) if corrected else ""
        return Item(does, text, taken[0].start, taken[-1].end, corrected=said, **about)  # type: ignore[arg-type]

    def _taken(self, place: int, role: str) -> int:
        """How many tokens the longest phrase of that role takes there."""
        for count in range(min(LONGEST, len(self.tokens) - place), 0, -1):
            phrase = self._words(place, count)
            if phrase and any(
                meaning.role == role
                for language in self.order
                for meaning in self.vocabulary.look_up(phrase, language)
            ):
                return count
        return 0

    def _phrase(self, place: int, count: int) -> Meaning | None:
        phrase = self._words(place, count)
        if not phrase:
            return None
        is_named = count == 1 and self.index.knows(phrase)
        likely, others = self.order[: LIKELY + 1], self.order[LIKELY + 1 :]
        for look_up in (self.vocabulary.exact, self.vocabulary.alike):
            for language in likely:
                for meaning in look_up(phrase, language):
                    if meaning.role in CONTENT | GRAMMAR:
                        return meaning
        return None if is_named else self._foreign(phrase, others)

    def _foreign(self, phrase: str, languages: Sequence[str]) -> Meaning | None:
        """Of an unlikely language only what is sought; nothing of what is a small word in one."""
        for look_up in (self.vocabulary.exact, self.vocabulary.alike):
            found = [one for language in languages for one in look_up(phrase, language)]
            if any(one.role in GRAMMAR for one in found):
                return None
            if known := next((one for one in found if one.role in CONTENT), None):
                return known
        return None

    def _words(self, place: int, count: int) -> str:
        """Words that no mark but a hyphen parts; "" if one does."""
        taken = self.tokens[place : place + count]
        inner = taken[1:-1] if count > 1 else ()
        ends = (taken[0], taken[-1])
        if any(one.kind in (Kind.QUOTED, Kind.NUMBER) for one in taken) and count > 1:
            return ""
        if any(one.kind is Kind.MARK and not self._joins(one) for one in inner):
            return ""
        if any(one.kind is Kind.MARK for one in ends):
            return taken[0].text if count == 1 else ""
        return " ".join(one.word for one in taken if one.kind is not Kind.MARK)

    def _joins(self, mark: Token) -> bool:
        return mark.text in HYPHENS and mark.is_glued
