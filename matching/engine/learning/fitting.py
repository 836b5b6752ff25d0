"""How layers are fitted: in batches by AdamW, or all rows at once by L-BFGS where these are few."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from matching.engine.learning.native import load_torch


def fit_batches(
    parameters: Sequence[dict[str, Any]],
    loss_of: Callable[[Any], Any],
    epochs: Iterable[Iterable[Any]],
    *,
    rate: float,
    steps: int,
    on_epoch: Callable[[], None],
) -> None:
    """Makes the loss of batches small, in place. `parameters` are groups as torch takes them,
    `epochs` batches of rows, `steps` how many batches there are in all, `rate` the highest of the
    one cycle that the learning rate goes through."""
    torch = load_torch()
    optimiser = torch.optim.AdamW(parameters, lr=rate)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=steps)
    for batches in epochs:
        for rows in batches:
            loss = loss_of(rows)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
        on_epoch()


def fit_whole(parameters: Sequence[Any], loss_of: Callable[[], Any], steps: int) -> None:
    """Makes one loss over all rows small, in place."""
    torch = load_torch()
    optimiser = torch.optim.LBFGS(parameters, max_iter=steps, line_search_fn="strong_wolfe")

    def closure() -> Any:
        optimiser.zero_grad()
        loss = loss_of()
        loss.backward()
        return loss

    optimiser.step(closure)


def attributes_loss(logits: Sequence[Any], targets: Sequence[Any]) -> Any:
    """The cross-entropies of all attributes, each the mean over the rows that have a label: of a
    target of -1 nothing is learnt."""
    torch = load_torch()
    losses = [
        torch.nn.functional.cross_entropy(one, target, ignore_index=-1, reduction="sum")
        / (target >= 0).sum().clamp(min=1)
        for one, target in zip(logits, targets, strict=True)
    ]
    return torch.stack(losses).sum()
