"""What a shopper's words mean to a shop: one understanding of a query, free of Django.

`Reader` reads a query by a `Vocabulary` (the shop's values, as people of several languages call
them) and a `WordIndex` (the words of its products) and gives a `Reading`.
"""

from words.completing import Phrases
from words.index import Alternatives, Text, WordIndex, words_of
from words.limits import Limit
from words.reader import MANY, Reader
from words.reading import Part, Reading, Role
from words.text import fold, run_together
from words.vocabulary import LANGUAGES, Meaning, ShopValue, Vocabulary

__all__ = [
    "LANGUAGES",
    "MANY",
    "Alternatives",
    "Limit",
    "Meaning",
    "Part",
    "Phrases",
    "Reader",
    "Reading",
    "Role",
    "ShopValue",
    "Text",
    "Vocabulary",
    "WordIndex",
    "fold",
    "run_together",
    "words_of",
]
