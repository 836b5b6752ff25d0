"""From a configuration to a finished backbone."""

from __future__ import annotations

from pathlib import Path

from lab.vibe_mini.export import export
from lab.vibe_mini.train import OnProgress, Progress, TrainConfig, Trainer, corpus_of, keep_memory


def train_backbone(config: TrainConfig, on_progress: OnProgress = lambda _: None) -> Path:
    """Trains, cools down, fits the heads and writes the backbone folder; returns it."""
    keep_memory()
    corpus = corpus_of(config, lambda stage: on_progress(Progress(stage)))
    trainer = Trainer(config, corpus, on_progress)
    if config.export_only:
        trainer.load(trainer.cooled)
    else:
        if config.warm_restart:
            trainer.restart()
        trainer.train()
        trainer.cool_down()
    return export(trainer, on_progress)
