"""Trains vibe-mini: at a constant rate for as long as wanted, then a short cool-down to export.

The steady state is kept in a checkpoint, so that training can stop at any time and go on for longer
later; an export is a cool-down that starts from it. A cool-down keeps a checkpoint of its own: what
was interrupted in it is resumed in it.
"""

from __future__ import annotations

import ctypes
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from lab.vibe_mini.batches import Batches, Mix
from lab.vibe_mini.data import Corpus, Report, load_corpus
from lab.vibe_mini.model import imagenet_weights
from lab.vibe_mini.objective import Vibe
from lab.vibe_mini.start import Network, read_networks, read_tokenizer, start_from
from lab.vibe_mini.street import load_street
from lab.vibe_mini.text import build_tokenizer, encode
from matching.engine.backbone import Backbone

if TYPE_CHECKING:
    from tokenizers import Tokenizer

CHECKPOINT = "checkpoint.safetensors"
COOLING = "cooling.safetensors"
COOLED = "cooled.safetensors"
EMA_DECAY = 0.998
WARM_UP = 150
REPORT_EVERY = 20
FULL_SIZE_BELOW = 0.4  # share of the rate
FRESH = 2.5  # how much faster what does not come from ImageNet learns
FROZEN_BLOCKS = 3  # of a tower that starts from a finished one


@dataclass(frozen=True)
class TrainConfig:
    """`epochs` counts passes over the product photos at the constant rate, `cooldown` those of
    the cool-down that follows; `minutes` and `cooldown_minutes`, if not 0, end this run's part of
    either early. `warm_restart`, if not 0, is the share of the rate at which the last cool-down's
    network is cooled once more, with no constant rate before it. `export_only` writes the folder
    anew from the last cool-down. `tower` is the kind of image tower that learns, one of
    `model.SCALES`. `start` is a folder that this trainer wrote, to go on from the tower of that
    kind in it instead of from ImageNet's weights; `beside` another, whose towers of other kinds are
    shipped beside this one. `out` receives the backbone folder, `work` holds the checkpoints and
    cached pictures."""

    data: Path
    out: Path
    work: Path
    snapshots: Path | None = None
    no_garment: Path | None = None
    demo: Path | None = None
    street: Path | None = None
    tower: str = "lite0"
    start: Path | None = None
    beside: Path | None = None
    resume: bool = False
    epochs: float = 20.0
    cooldown: float = 2.0
    minutes: float = 0.0
    cooldown_minutes: float = 0.0
    warm_restart: float = 0.0
    export_only: bool = False
    seed: int = 0
    side: int = 80
    small_side: int = 64
    rate: float = 8e-4
    threads: int = 2  # fewer where another program keeps the cores busy
    save_every: int = 100
    pretrained: bool = True
    mix: Mix = field(default_factory=Mix)
    cooldown_pasted: float = 0.25  # nearer to the photos of a catalogue than `mix` is
    cooldown_worn: float = 0.4


@dataclass(frozen=True)
class Progress:
    """What is reported while it trains; `losses` are means since the last report."""

    stage: str
    step: int = 0
    steps: int = 0
    losses: dict[str, float] = field(default_factory=dict)


OnProgress = Callable[[Progress], None]


def corpus_of(config: TrainConfig, report: Report = lambda _: None) -> Corpus:
    """Everything that a run of `config` sees, `config.side` pixels wide."""
    corpus = load_corpus(
        config.data,
        config.work / "cache",
        side=config.side,
        seed=config.seed,
        snapshots=config.snapshots,
        no_garment=config.no_garment,
        demo=config.demo,
        report=report,
    )
    if config.street is None:
        return corpus
    report("garments of street photos")
    return replace(corpus, street=load_street(config.street, corpus.classes, config.seed))


class Trainer:
    """`model` learns, `average` follows it smoothly and is what gets exported."""

    def __init__(self, config: TrainConfig, corpus: Corpus, on_progress: OnProgress) -> None:
        self.config, self.corpus, self._on_progress = config, corpus, on_progress
        self.tokenizer = self._tokenizer()
        self.batches = self._batches(corpus)
        torch.manual_seed(config.seed)
        self.model = self._new_model()
        if config.start:
            start_from(config.start, self.model, corpus.classes, corpus.split)
            self.model.image.freeze(FROZEN_BLOCKS)
        elif config.pretrained:
            self.model.image.load_state_dict(imagenet_weights(config.tower), strict=False)
        self._beside = (
            read_networks(config.beside, corpus.classes, corpus.split, but=config.tower)
            if config.beside
            else []
        )
        self.model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.optimiser = self._make_optimiser()
        self.average = {name: value.clone() for name, value in self.model.state_dict().items()}
        self.step, self.seconds = 0, 0.0
        self._cooled_from: tuple[int, float] | None = None  # a step, and the next rate's share
        self._threads = Threads(config.threads)
        if config.resume:
            for path in (self.cooling, self.checkpoint):
                if path.is_file():
                    self.load(path)
                    break

    def _new_model(self) -> Vibe:
        return Vibe(
            self.tokenizer.get_vocab_size(),
            self.corpus.classes,
            kind=self.config.tower,
            folded=self.config.start is not None,
        )

    def _tokenizer(self) -> Tokenizer:
        """All towers of a folder read the same words. Raises ValueError where they can't."""
        folders = [folder for folder in (self.config.start, self.config.beside) if folder]
        if not folders:
            products = self.corpus.products
            learnt = np.flatnonzero(~products.held_out)
            return build_tokenizer((products.names[row] for row in learnt), self.corpus.classes)
        first, *others = (read_tokenizer(folder) for folder in folders)
        if any(other.to_str() != first.to_str() for other in others):
            raise ValueError(f"{folders[1]} reads other words than {folders[0]}.")
        return first

    def _batches(self, corpus: Corpus) -> Batches:
        words = [encode(self.tokenizer, part.names) for part in corpus.named]
        return Batches(
            corpus,
            self.config.mix,
            self.config.seed,
            words,
            lambda text: encode(self.tokenizer, [text])[0],
        )

    def seen_at(self, side: int) -> tuple[Corpus, Batches]:
        """What it learns from, `side` pixels wide."""
        if side == self.config.side:
            return self.corpus, self.batches
        corpus = corpus_of(replace(self.config, side=side))
        return corpus, self._batches(corpus)

    def networks(self) -> list[Network]:
        """All that is shipped: the averaged network, and those beside it."""
        return [Network(self.averaged(), self.config.side), *self._beside]

    @property
    def checkpoint(self) -> Path:
        return self.config.work / CHECKPOINT

    @property
    def cooling(self) -> Path:
        return self.config.work / COOLING

    @property
    def cooled(self) -> Path:
        return self.config.work / COOLED

    def steps_of(self, epochs: float) -> int:
        return round(epochs * self.batches.per_epoch)

    def train(self) -> None:
        """The steady phase: goes on from where the checkpoint stands, unless it already cools."""
        if self._cooled_from is not None:
            return
        self.cooling.unlink(missing_ok=True)  # of another run, which this one replaces
        spent = _clock(self.config.minutes)

        def rate(step: int) -> float:
            return 0.0 if spent() >= 1 else min(1.0, (step + 1) / WARM_UP)

        self._run("training", self.steps_of(self.config.epochs), rate, self.checkpoint)
        self.save(self.checkpoint)

    def restart(self) -> None:
        """Makes `cool_down` start from the end of the last one, at a share of the rate; an
        interrupted cool-down that is resumed goes on instead.

        Source: Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", 2017.
        """
        if self._cooled_from is None:
            self.load(self.cooled)
            self._cooled_from = self.step, self.config.warm_restart

    def cool_down(self) -> None:
        """The rate falls to zero; the checkpoint of the steady phase stays as it was."""
        begun, left = self._cooled_from or (self.step, 1.0)
        self._cooled_from = begun, left
        first, steps = self.step, max(1, self.steps_of(self.config.cooldown) - (self.step - begun))
        spent = _clock(self.config.cooldown_minutes)
        self.batches.mix = replace(
            self.config.mix, pasted=self.config.cooldown_pasted, worn=self.config.cooldown_worn
        )

        def share(step: int) -> float:
            return left * (1 - max((step - first) / steps, spent()))

        def rate(step: int) -> float:
            self._cooled_from = begun, share(step + 1)
            return share(step)

        self._run("cool-down", first + steps, rate, self.cooling)
        self.batches.mix = self.config.mix
        self.save(self.cooled)
        self.cooling.unlink(missing_ok=True)

    def averaged(self) -> Vibe:
        """The averaged network, ready to embed."""
        model = self._new_model()
        model.load_state_dict(self.average)
        return model.eval().to(memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]

    def _run(self, stage: str, last: int, rate: Callable[[int], float], kept: Path) -> None:
        """Up to step `last`, or until the rate is zero; now and then saved as `kept`."""
        self.model.train()
        sums: dict[str, float] = {}
        for step in range(self.step, last):
            started, share = time.monotonic(), rate(step)
            if share <= 0:
                break
            with self._threads:
                losses = self._train_step(step, self._side(step, share), share)
            self.step, self.seconds = step + 1, self.seconds + time.monotonic() - started
            for name, value in losses.items():
                sums[name] = sums.get(name, 0.0) + value / REPORT_EVERY
            if self.step % REPORT_EVERY == 0:
                self._on_progress(Progress(stage, self.step, last, sums))
                sums = {}
            if self.step % self.config.save_every == 0:
                self.save(kept)

    def _side(self, step: int, rate: float) -> int:
        """Every other step sees smaller pictures, for speed and distance, until near the end."""
        small = step % 2 == 0 and rate > FULL_SIZE_BELOW
        return self.config.small_side if small else self.config.side

    def _train_step(self, step: int, side: int, rate: float) -> dict[str, float]:
        batch = self.batches.batch(step, side)
        for group in self.optimiser.param_groups:
            group["lr"] = group["full_rate"] * rate
        device = torch.get_default_device().type
        with torch.autocast(device, torch.bfloat16, enabled=device != "cpu"):
            losses = self.model.losses(batch)
        self.optimiser.zero_grad(set_to_none=True)
        torch.stack(list(losses.values())).sum().backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 5.0)
        self.optimiser.step()
        self._follow(min(EMA_DECAY, (1 + step) / (10 + step)))
        return {name: float(loss.detach()) for name, loss in losses.items()}

    @torch.no_grad()
    def _follow(self, decay: float) -> None:
        for name, value in self.model.state_dict().items():
            if value.is_floating_point() and not name.startswith("queue"):
                self.average[name].lerp_(value, 1 - decay)
            else:
                self.average[name].copy_(value)

    def _make_optimiser(self) -> torch.optim.AdamW:
        """Fresh layers learn faster than those that come from ImageNet; vectors do not decay."""
        groups = []
        for fresh in (False, True):
            for flat in (False, True):
                chosen = [
                    value
                    for name, value in self.model.named_parameters()
                    if value.requires_grad and _fresh(name) == fresh and (value.ndim < 2) == flat
                ]
                full = self.config.rate * (FRESH if fresh else 1)
                decay = 0.0 if flat else 0.02
                groups.append({"params": chosen, "full_rate": full, "weight_decay": decay})
        return torch.optim.AdamW(groups, lr=self.config.rate)

    def save(self, path: Path) -> None:
        """One file: all tensors, and as metadata what else is needed to go on."""
        from safetensors.torch import save_file

        tensors = {f"model/{name}": value for name, value in self.model.state_dict().items()}
        tensors |= {f"average/{name}": value for name, value in self.average.items()}
        for number, state in self.optimiser.state_dict()["state"].items():
            tensors |= {f"adam/{number}/{name}": value for name, value in state.items()}
        state = {
            "step": self.step,
            "seconds": self.seconds,
            "cooled_from": self._cooled_from,
            "classes": self.corpus.classes,
            "split": self.corpus.split,
        }
        self.config.work.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".part")
        contiguous = {name: value.detach().contiguous().clone() for name, value in tensors.items()}
        save_file(contiguous, partial, metadata={"state": json.dumps(state)})
        partial.replace(path)

    def load(self, path: Path) -> None:
        """Raises ValueError if the labels were others, or other pictures were held out."""
        from safetensors import safe_open

        with safe_open(path, "pt") as file:
            state = json.loads(file.metadata()["state"])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        if state["classes"] != self.corpus.classes:
            raise ValueError(f"{path} was trained on data with other labels.")
        if state.get("split") != self.corpus.split:
            raise ValueError(f"{path} was trained on another split; start without --resume.")
        self.step, self.seconds = state["step"], state["seconds"]
        begun = state.get("cooled_from")
        self._cooled_from = (begun[0], begun[1]) if begun else None
        learnt = _under(tensors, "model/")
        if _shapes(learnt) != _shapes(self.model.state_dict()):
            raise ValueError(
                f"{path} began elsewhere; give --start and --tower just as they were given then."
            )
        self.model.load_state_dict(learnt)
        for name, value in _under(tensors, "average/").items():
            self.average[name].copy_(value)
        self._load_optimiser(_under(tensors, "adam/"))

    def _load_optimiser(self, tensors: dict[str, Tensor]) -> None:
        adam: dict[int, dict[str, Tensor]] = {}
        for name, value in tensors.items():
            number, key = name.split("/")
            adam.setdefault(int(number), {})[key] = value
        state: dict[str, Any] = self.optimiser.state_dict()
        self.optimiser.load_state_dict(state | {"state": adam})

    def summary(self, networks: Sequence[Network]) -> dict[str, Any]:
        """What the model card says about how `networks` were made."""
        shown = asdict(self.config)
        return {
            "step": self.step,
            "epochs": self.step / self.batches.per_epoch,
            "hours": self.seconds / 3600,
            "products": int((~self.corpus.products.held_out).sum()),
            "start": _start_name(self.config.start),
            "given": max(side for _, side in networks),
            "towers": {model.kind: side for model, side in networks},
            **{key: shown[key] for key in ("tower", "seed", "side", "small_side", "rate", "mix")},
        }


def _shapes(tensors: Mapping[str, Tensor]) -> dict[str, torch.Size]:
    return {name: value.shape for name, value in tensors.items()}


def _start_name(folder: Path | None) -> str:
    if folder is None:
        return "ImageNet weights"
    return f"the earlier backbone {Backbone(folder).fingerprint}, whose training is not counted"


def _clock(minutes: float) -> Callable[[], float]:
    """The share of `minutes` that has passed; never any of 0 minutes, which are no limit."""
    begun = time.monotonic()
    return lambda: (time.monotonic() - begun) / (minutes * 60) if minutes else 0.0


class Threads:
    """As many threads as there is time for: one that another program has pushed off its core keeps
    all others waiting, so that two are then slower than one."""

    PATIENCE = 6
    BUSY = 0.65

    def __init__(self, most: int) -> None:
        self._most, self._alone = most, 0
        torch.set_num_threads(most)

    def __enter__(self) -> None:
        torch.set_num_threads(1 if self._alone else self._most)
        self._wall, self._cpu = time.monotonic(), time.process_time()

    def __exit__(self, *_: object) -> None:
        wall, cpu = time.monotonic() - self._wall, time.process_time() - self._cpu
        if self._alone:
            self._alone -= 1
        elif self._most > 1 and cpu < self.BUSY * self._most * wall:
            self._alone = self.PATIENCE


def _fresh(name: str) -> bool:
    return not name.startswith("image.") or name.startswith("image.projection")


def _under(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {
        name.removeprefix(prefix): value
        for name, value in tensors.items()
        if name.startswith(prefix)
    }


def keep_memory() -> None:
    """Lets glibc reuse large blocks: asking the system for each anew takes time."""
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):
        trim_threshold, most_mapped = -1, -4  # M_TRIM_THRESHOLD, M_MMAP_MAX of malloc.h
        library.mallopt(most_mapped, 0)
        library.mallopt(trim_threshold, 2**31 - 1)
