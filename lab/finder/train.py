"""Trains the finder for a given time, on a GPU or two cores, and keeps checkpoints."""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import torch
from torch import Tensor

from lab.finder.data import Scenery
from lab.finder.kinds import HAIR, KINDS, SKIN
from lab.finder.light import in_another_light
from lab.finder.model import Finder, Found
from lab.finder.objective import losses
from lab.finder.scenes import CANVASES, Scenes, Shares
from lab.vibe_mini.augment import to_pictures
from lab.vibe_mini.batches import normalised
from lab.vibe_mini.model import imagenet_weights

Report = Callable[[str], None]

ENCODER_SHARE = 0.5  # of the rate: what comes from ImageNet learns slower
WARM_UP = 100
EMA_DECAY = 0.998
TEACHES_FROM = 0.2  # share of the time after which the average teaches
BARE_FROM = 0.2  # and after which it tells which products are shown on people
MOST_SKIN = 0.02  # of a product's photo
SAVE_EVERY = 500


@dataclass(frozen=True)
class FinderConfig:
    """`work` holds the checkpoint. Training ends after `minutes`, or after `steps` if not 0; a run
    that is resumed goes on at the share of the time that its checkpoint had reached."""

    work: Path
    minutes: float = 300.0
    steps: int = 0
    kind: str = "lite0"
    device: str = "cpu"
    rate: float = 1.2e-3
    seed: int = 0
    resume: bool = False
    shares: Shares = field(default_factory=Shares)


class FinderTrainer:
    """`model` learns, `average` follows it smoothly and is what gets exported."""

    def __init__(self, config: FinderConfig, scenery: Scenery, report: Report) -> None:
        self.config, self.report = config, report
        torch.manual_seed(config.seed)
        self.scenes = Scenes(scenery, config.device, config.seed)
        self.model = Finder(config.kind)
        self.model.encoder.load_state_dict(imagenet_weights(config.kind), strict=False)
        self.model.to(config.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average = copy.deepcopy(self.model).eval().requires_grad_(False)
        encoder = list(self.model.encoder.parameters())
        known = {id(one) for one in encoder}
        fresh = [one for one in self.model.parameters() if id(one) not in known]
        groups = [
            {"params": encoder, "full_rate": config.rate * ENCODER_SHARE},
            {"params": fresh, "full_rate": config.rate},
        ]
        self.optimiser = torch.optim.AdamW(groups, lr=config.rate, weight_decay=0.02)
        self.step, self.done, self._bare = 0, 0.0, False
        if config.resume and self.checkpoint.is_file():
            self._load()

    @property
    def checkpoint(self) -> Path:
        return self.config.work / "finder.pt"

    def train(self) -> None:
        begun, first = time.monotonic(), self.done
        shown: dict[str, float] = {}
        while self.done < 1:
            self._set_rate()
            for name, value in self._step().items():
                shown[name] = shown.get(name, value) * 0.95 + value * 0.05
            self.step += 1
            spent = time.monotonic() - begun
            share = spent / (self.config.minutes * 60)
            self.done = min(
                1.0, max(first + share, self.step / self.config.steps if self.config.steps else 0)
            )
            if self.done > BARE_FROM and not self._bare:
                self._keep_bare_products()
            if self.step % 50 == 0:
                parts = " ".join(f"{name} {value:.3f}" for name, value in shown.items())
                self.report(f"step {self.step} {self.done:.3f} {spent:.0f}s {parts}")
            if self.step % SAVE_EVERY == 0:
                self.save()
        self.save()

    def _set_rate(self) -> None:
        share = min(1.0, (self.step + 1) / WARM_UP) * (
            0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * self.done))
        )
        for group in self.optimiser.param_groups:
            group["lr"] = group["full_rate"] * share

    def _step(self) -> dict[str, float]:
        size = CANVASES[self.step % len(CANVASES)]
        teaches = self.done > TEACHES_FROM
        shares = self.config.shares if teaches else replace(self.config.shares, tagged=0)
        with torch.no_grad():
            scene = self.scenes.draw(shares, size)
            taught = None
            if teaches:
                with self._precision():
                    taught = self.average(normalised(scene.pictures[-shares.tagged :]))
            pixels = normalised(in_another_light(scene.pictures, self.scenes))
        self.model.train()
        with self._precision():
            found = self.model(pixels)
        found = Found(*(part.float() for part in found))
        parts = losses(found, scene, taught)
        loss = torch.stack(list(parts.values())).sum()
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 5.0)
        self.optimiser.step()
        self._follow()
        if self.step % 10:
            return {}
        return {name: float(value.detach()) for name, value in parts.items()}

    def _precision(self) -> torch.autocast:
        return torch.autocast(self.scenes.device.type, torch.bfloat16)

    @torch.no_grad()
    def _follow(self) -> None:
        decay = min(EMA_DECAY, (1 + self.step) / (10 + self.step))
        mine, own = self.average.state_dict(), self.model.state_dict()
        floats = [name for name in mine if mine[name].is_floating_point()]
        torch._foreach_lerp_(
            [mine[name] for name in floats], [own[name] for name in floats], 1 - decay
        )
        for name in mine.keys() - set(floats):
            mine[name].copy_(own[name])

    @torch.no_grad()
    def _keep_bare_products(self) -> None:
        """From now on all products take part that are not shown on a person."""
        shares = []
        for rows in torch.arange(len(self.scenes.products)).split(512):  # type: ignore[no-untyped-call]
            pictures = to_pictures(self.scenes.products[rows.to(self.scenes.device)])
            large = torch.nn.functional.interpolate(pictures, size=(256, 192), mode="bilinear")
            with self._precision():
                classes = self.average(normalised(large)).classes
            shares.append(_skin(classes))
        skin = torch.cat(shares)
        self.scenes.usable = skin < MOST_SKIN
        kept = torch.bincount(self.scenes.kind[self.scenes.usable], minlength=len(KINDS)).tolist()
        self.report(f"products not shown on people: {dict(zip(KINDS, kept, strict=True))}")
        self._bare = True

    def save(self) -> None:
        self.config.work.mkdir(parents=True, exist_ok=True)
        partial = self.checkpoint.with_suffix(".part")
        torch.save(
            {
                "kind": self.config.kind,
                "step": self.step,
                "done": self.done,
                "model": self.model.state_dict(),
                "average": self.average.state_dict(),
                "optimiser": self.optimiser.state_dict(),
            },
            partial,
        )
        partial.replace(self.checkpoint)

    def _load(self) -> None:
        state = torch.load(self.checkpoint, map_location=self.config.device, weights_only=True)
        self.model.load_state_dict(state["model"])
        self.average.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.step, self.done = state["step"], state["done"]


def _skin(classes: Tensor) -> Tensor:
    """(n,): the share of pixels that are of people."""
    return (
        torch.isin(classes.argmax(dim=1), torch.tensor([SKIN, HAIR], device=classes.device))
        .float()
        .mean((1, 2))
    )
