"""Which labels are likely wrong: asks for a second opinion on each that has not seen the label.

The opinion on a product comes from its photo and the words of its name. Three experts, none of
which knows the product's own label, are weighed against each other for each attribute:

- linear heads on vector and words, trained out of fold: on products of other near-duplicate groups;
- votes of the nearest other products;
- the words of the name (naive Bayes, the product itself left out of the counts).

A label is doubted by the odds that it was swapped for a random other value against that it stands
there as such labels stand (confident learning: Northcutt et al., 2021, with a model of the error).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import numpy as np

from matching.engine.arrays import Codes, Floats, Ints
from matching.engine.heads import VOTE_SHARPNESS, softmax, votes
from matching.engine.learning.fitting import attributes_loss, fit_batches, fit_whole
from matching.engine.learning.native import load_torch
from matching.engine.learning.neighbours import nearest
from matching.engine.learning.training import Labels

OnProgress = Callable[[int, int], None]

FOLDS = 2
EPOCHS = 12
BATCH = 512
LEARNING_RATE = 0.003
WEIGHT_DECAY = 0.05
# Unit vectors are small numbers beside counts of words.
VECTOR_SCALE = 16.0
NEIGHBOURS = 30
EXACT_UP_TO = 20_000
FEWEST_OF_A_WORD = 5
WORD = re.compile(r"[^\W_]+")
# The weights of the experts are few: so many rows tell them.
POOLED_ROWS = 10_000
SMALLEST = 1e-6
# How many labels are taken to be wrong, before any is looked at.
WRONG_SHARE = 0.01
SURE_OF_WRONG, SURE_OF_MISSING = 0.5, 0.8
FEWEST_LABELS = 20


@dataclass(frozen=True)
class Words:
    """Of product i the words are `codes[starts[i]:starts[i + 1]]`, each below `size`."""

    codes: Ints
    starts: Ints
    size: int

    @property
    def rows(self) -> Ints:
        """Which product each word belongs to."""
        return np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))

    def of(self, rows: Ints) -> tuple[Ints, Ints]:
        """Words of those products in a row, and where each product's begin."""
        counts = np.diff(self.starts)[rows]
        begins = np.concatenate([[0], np.cumsum(counts)[:-1]]) if len(rows) else counts
        steps = np.arange(counts.sum()) - np.repeat(begins, counts)
        return self.codes[np.repeat(self.starts[rows], counts) + steps], begins


@dataclass(frozen=True)
class Doubts:
    """Surest first, aligned arrays (m,): product row, class code of the label (-1 if missing) and
    of the proposal, their probabilities, and the score: log odds that the label is wrong."""

    rows: Ints
    labels: Codes
    proposals: Codes
    probabilities: Floats
    label_probabilities: Floats
    scores: Floats


def read_words(names: Sequence[str]) -> Words:
    """The words that at least five names hold."""
    found = [sorted(set(WORD.findall(name.lower()))) for name in names]
    counts = Counter(word for words in found for word in words)
    kept = sorted(word for word, count in counts.items() if count >= FEWEST_OF_A_WORD)
    code_of = {word: code for code, word in enumerate(kept)}
    codes = [[code_of[word] for word in words if word in code_of] for words in found]
    starts = np.concatenate([[0], np.cumsum([len(one) for one in codes], dtype=np.int64)])
    flat = [code for one in codes for code in one]
    return Words(np.array(flat, np.int64), starts.astype(np.int64), len(kept))


def second_opinion(
    vectors: Floats,
    words: Words,
    labels: Mapping[str, Labels],
    groups: Ints,
    *,
    seed: int = 0,
    on_progress: OnProgress | None = None,
) -> dict[str, Floats]:
    """What each label would be by all but the label itself: attribute -> (n, classes), rows
    summing to 1.

    `vectors` (n, d) are unit rows, `groups` (n,) those of near-duplicates, aligned with `labels`
    and `words`. Attributes with fewer than 20 labels or one class are left out.
    """
    usable = {key: label for key, label in labels.items() if _is_usable(label)}
    if not usable:
        return {}
    linear = _out_of_fold(vectors, words, usable, groups, seed, on_progress)
    neighbours, cosines = _neighbours(vectors)
    weights = np.exp((cosines - cosines.max(axis=1, keepdims=True)) / VOTE_SHARPNESS)
    opinions = {}
    for key, label in usable.items():
        experts = [
            np.log(linear[key] + SMALLEST),
            np.log(votes(weights, label.codes[neighbours], len(label.classes)) + 0.002),
            _name_scores(words, label),
        ]
        opinions[key] = _pool(experts, label.codes, seed)
    return opinions


def find_doubts(label: Labels, opinion: Floats) -> Doubts:
    """The labels that are doubted, likeliest wrong first, and sure proposals for missing ones.

    `opinion` (n, classes) is aligned with `label.codes`.
    """
    codes, rows = label.codes, np.arange(len(label.codes))
    best = opinion.argmax(axis=1).astype(np.int32)
    known = codes >= 0
    top = opinion[rows, best]
    own = np.where(known, opinion[rows, np.maximum(codes, 0)], 0).astype(np.float32)
    swapped = WRONG_SHARE / max(1, opinion.shape[1] - 1) * (1 - own)
    scores = np.log(swapped + 1e-12) - np.log((1 - WRONG_SHARE) * own + 1e-9)
    # A missing label is no mistake: a sure proposal stands beside a label as likely wrong.
    scores = np.where(known, scores, np.log(top + 1e-9) - np.log(1 - top + 0.01)).astype(np.float32)
    sure = np.where(known, SURE_OF_WRONG, SURE_OF_MISSING)
    doubted = (best != codes) & (top >= sure)
    chosen = np.flatnonzero(doubted)
    chosen = chosen[np.argsort(-scores[chosen], kind="stable")]
    return Doubts(chosen, codes[chosen], best[chosen], top[chosen], own[chosen], scores[chosen])


def _is_usable(label: Labels) -> bool:
    known = label.codes[label.codes >= 0]
    return len(known) >= FEWEST_LABELS and len(np.unique(known)) > 1


def _out_of_fold(
    vectors: Floats,
    words: Words,
    labels: Mapping[str, Labels],
    groups: Ints,
    seed: int,
    on_progress: OnProgress | None,
) -> dict[str, Floats]:
    names, group = np.unique(groups, return_inverse=True)
    fold = np.random.default_rng(seed).permutation(len(names))[group] % FOLDS
    found = {
        key: np.zeros((len(vectors), len(label.classes)), np.float32)
        for key, label in labels.items()
    }
    for number in range(FOLDS):
        asked = np.flatnonzero(fold == number)

        def step(done: int, total: int, base: int = number) -> None:
            if on_progress:
                on_progress(base * total + done, FOLDS * total)

        logits = _fit(vectors, words, labels, np.flatnonzero(fold != number), asked, seed, step)
        for key, part in logits.items():
            found[key][asked] = softmax(part)
    return found


def _fit(
    vectors: Floats,
    words: Words,
    labels: Mapping[str, Labels],
    learnt: Ints,
    asked: Ints,
    seed: int,
    on_progress: OnProgress,
) -> dict[str, Floats]:
    """Trains one linear layer for all attributes on the rows `learnt`: logits of rows `asked`."""
    torch = load_torch()
    sizes = [len(label.classes) for label in labels.values()]
    inputs = torch.from_numpy(np.array(vectors))
    targets = [torch.from_numpy(label.codes.astype(np.int64)) for label in labels.values()]
    photo = torch.nn.Linear(vectors.shape[1], sum(sizes))
    name = torch.nn.EmbeddingBag(max(1, words.size), sum(sizes), mode="sum")
    for start in (photo.weight, photo.bias, name.weight):
        torch.nn.init.zeros_(start)

    def logits(rows: Ints) -> Any:
        codes, begins = (torch.from_numpy(part) for part in words.of(rows))
        return photo(inputs[torch.from_numpy(rows)] * VECTOR_SCALE) + name(codes, begins)

    batches = max(1, -(-len(learnt) // BATCH))
    random, done = np.random.default_rng(seed), count(1)

    def loss_of(rows: Ints) -> Any:
        parts = logits(rows).split(sizes, dim=1)
        return attributes_loss(parts, [target[torch.from_numpy(rows)] for target in targets])

    fit_batches(
        [{"params": [*photo.parameters(), *name.parameters()], "weight_decay": WEIGHT_DECAY}],
        loss_of,
        (np.array_split(random.permutation(learnt), batches) for _ in range(EPOCHS)),
        rate=LEARNING_RATE,
        steps=EPOCHS * batches,
        on_epoch=lambda: on_progress(next(done), EPOCHS),
    )
    parts = np.split(_whole(logits, asked), np.cumsum(sizes)[:-1], axis=1)
    return dict(zip(labels, parts, strict=True))


def _whole(logits: Callable[[Ints], Any], rows: Ints) -> Floats:
    """(n, sum of classes), asked for some rows at a time."""
    pieces = np.array_split(rows, max(1, len(rows) // 4096))
    with load_torch().no_grad():
        return np.concatenate([logits(piece).numpy() for piece in pieces])


def _neighbours(vectors: Floats) -> tuple[Ints, Floats]:
    """(n, k) rows of the nearest others and their cosines; a row is never its own neighbour."""
    cosines, found = nearest(vectors, NEIGHBOURS + 1, exact_up_to=EXACT_UP_TO, probes=8)
    absent = (found < 0) | (found == np.arange(len(vectors))[:, None])
    return found, np.where(absent, -np.inf, cosines).astype(np.float32)


def _name_scores(words: Words, label: Labels) -> Floats:
    """(n, classes): how much the words of the name speak for each class, as a log ratio to its
    share of all. Each product is left out of the counts that it is judged by."""
    rows, classes = words.rows, len(label.classes)
    codes = label.codes[rows]
    known = codes >= 0
    pairs = words.codes[known] * classes + codes[known]
    counts = np.bincount(pairs, minlength=words.size * classes).reshape(words.size, classes)
    totals = np.bincount(label.codes[label.codes >= 0], minlength=classes).astype(float)
    base = (counts.sum(axis=1) + 1) / (totals.sum() + words.size)
    ratios = np.log((counts + base[:, None]) / (totals + 1)) - np.log(base)[:, None]
    scores = np.zeros((len(label.codes), classes), np.float32)
    for code in range(classes):
        column = ratios[words.codes, code]
        own = codes == code
        fewer = counts[words.codes[own], code] - 1 + base[words.codes[own]]
        column[own] = np.log(fewer / totals[code]) - np.log(base[words.codes[own]])
        scores[:, code] = np.bincount(rows, weights=column, minlength=len(scores))
    lengths = np.maximum(1, np.diff(words.starts))
    scaled: Floats = (scores / np.sqrt(lengths)[:, None]).astype(np.float32)
    return scaled


def _pool(experts: Sequence[Floats], codes: Codes, seed: int) -> Floats:
    """A log-linear pool of experts (n, classes), weighed by how well they tell the labels."""
    torch = load_torch()
    known = np.random.default_rng(seed).permutation(np.flatnonzero(codes >= 0))[:POOLED_ROWS]
    scores = torch.from_numpy(np.stack([expert[known] for expert in experts]))
    truth = torch.from_numpy(codes[known].astype(np.int64))
    weights = torch.full((len(experts), 1, 1), 1 / len(experts), requires_grad=True)

    def loss() -> Any:
        return torch.nn.functional.cross_entropy((weights * scores).sum(0), truth)

    fit_whole([weights], loss, 25)
    learnt = weights.detach().numpy().ravel()
    total = sum(weight * expert for weight, expert in zip(learnt, experts, strict=True))
    return softmax(np.asarray(total, np.float32))
