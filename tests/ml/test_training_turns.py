"""Rates that stay, Adam's decays and averages by turn, an end by the clock: what networks that play against one another need."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import nn

from ml.reporter import SilentReporter
from ml.training import Schedule, Turn, checkpoints, run
from ml.training.form import form_of
from ml.training.outcome import Numbers
from ml.training.turns import Mover

STAYS = Schedule(steps=4, learning_rate=0.1, weight_decay=0.0, warm_up=0.0, falls=False, ema=0.5, device="cpu")


def lesson(name: str = "model", **more: object) -> Turn:
    torch.manual_seed(1)
    network = nn.Linear(2, 1)

    def loss(_number: int, random: torch.Generator) -> torch.Tensor:
        return (network(torch.randn(4, 2, generator=random)) - 1).square().mean()

    return Turn(name, network, loss, **more)  # type: ignore[arg-type]


def test_a_rate_that_stays_is_the_same_at_every_step() -> None:
    assert {STAYS.factor(step) for step in range(10)} == {1.0}
    falling = replace(STAYS, falls=True)
    assert falling.factor(0) > falling.factor(3)


def test_a_rate_that_stays_cannot_be_warmed_up_by_a_share_of_the_steps() -> None:
    with pytest.raises(ValueError, match="warm_up"):
        replace(STAYS, warm_up=0.1)


def test_only_a_rate_that_stays_lets_a_run_go_on_for_more_steps(tmp_path: Path) -> None:
    assert STAYS.lesson() == replace(STAYS, steps=9).lesson()
    assert replace(STAYS, falls=True).lesson() != replace(STAYS, falls=True, steps=9).lesson()
    whole, longer = lesson(), lesson()
    run([whole], Numbers(), replace(STAYS, steps=8), SilentReporter(), folder=tmp_path / "whole")
    run([longer], Numbers(), STAYS, SilentReporter(), folder=tmp_path / "longer")
    longer = lesson()
    run([longer], Numbers(), replace(STAYS, steps=8), SilentReporter(), folder=tmp_path / "longer")
    assert torch.equal(whole.model.weight, longer.model.weight)  # type: ignore[arg-type]


def test_each_turn_has_decays_and_an_average_of_its_own() -> None:
    form = form_of(STAYS)
    own = Mover(lesson(betas=(0.0, 0.9), is_averaged=False), STAYS, form)
    usual = Mover(lesson(), STAYS, form)
    assert own.optimiser.param_groups[0]["betas"] == (0.0, 0.9)
    assert usual.optimiser.param_groups[0]["betas"] == (0.9, 0.999)
    assert not own.average
    assert usual.average


def test_without_an_average_the_last_weights_are_kept_beside_an_averaged_turn() -> None:
    plain, averaged = lesson("plain", is_averaged=False), lesson("averaged")
    alone = lesson("alone")
    run([plain, averaged], Numbers(), STAYS, SilentReporter())
    run([alone, lesson()], Numbers(), replace(STAYS, ema=0.0), SilentReporter())
    assert torch.equal(plain.model.weight, alone.model.weight)  # type: ignore[arg-type]


def test_the_clock_ends_a_run_and_counts_what_came_before(tmp_path: Path) -> None:
    timed = replace(STAYS, steps=10**6, minutes=0.003)
    first = run([lesson()], Numbers(), timed, SilentReporter(), folder=tmp_path)
    assert 0 < first.steps < 10**6
    assert checkpoints.steps(tmp_path)[-1] == first.steps
    again = run([lesson()], Numbers(), timed, SilentReporter(), folder=tmp_path)
    assert len(again.losses["model"]) <= 1
