"""The loop: it learns, bounds its steps, averages its weights, keeps the best, stops early, says what it does."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import nn

from ml.reporter import SilentReporter
from ml.training import Diverged, Schedule, Turn, run, train
from ml.training.figures import read
from ml.training.form import dtype_of
from ml.training.outcome import Numbers
from tests.ml.lessons import learn, network

QUICK = Schedule(steps=6, batch=4, device="cpu")


def test_it_learns(tmp_path: Path) -> None:
    outcome = learn(network(), Schedule(steps=60, batch=8, learning_rate=0.02, device="cpu"))
    losses = outcome.losses["model"]
    assert len(losses) == 60
    assert sum(losses[-10:]) < 0.8 * sum(losses[:10])
    assert outcome.images == 480


def test_the_rate_warms_up_and_falls_to_nothing_along_a_cosine() -> None:
    schedule = Schedule(steps=100, warm_up=0.1)
    assert [schedule.factor(step) for step in (0, 4, 9, 10)] == pytest.approx([0.1, 0.5, 1, 1])
    assert schedule.factor(55) == pytest.approx(0.5)
    assert schedule.factor(99) < 0.001


@pytest.mark.parametrize(
    "wrong", [{"steps": 0}, {"ema": 1.0}, {"precision": "int8"}, {"warm_up": 2}, {"clip_norm": -1}]
)
def test_settings_that_mean_nothing_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Schedule(**wrong)  # type: ignore[arg-type]


def test_two_half_batches_move_the_network_as_one_whole() -> None:
    whole, halves = network(plain=True), network(plain=True)

    def square(model: nn.Module, numbers: list[int]) -> torch.Tensor:
        shown = torch.stack([torch.full((3, 8, 8), number / 10) for number in numbers])
        return model(shown).square().mean()

    train(whole, lambda step, _r: square(whole, [2 * step, 2 * step + 1]), QUICK, SilentReporter())
    train(halves, lambda part, _r: square(halves, [part]), replace(QUICK, accumulate=2), SilentReporter())
    for one, other in zip(whole.parameters(), halves.parameters(), strict=True):
        assert torch.allclose(one, other, atol=1e-6)


def test_a_long_gradient_is_shortened() -> None:
    model = nn.Linear(1, 1, bias=False)
    moved = Turn("model", model, lambda _n, _r: 1e6 * model.weight.sum())
    norms = []

    class Listening(SilentReporter):
        def progress(self, *args: object, metrics: dict[str, float], **kwargs: object) -> None:  # type: ignore[override]
            norms.append((metrics["gradient"], float(model.weight.grad.norm())))  # type: ignore[union-attr]

    run([moved], Numbers(), replace(QUICK, steps=1, clip_norm=1.0), Listening())
    assert norms == [(pytest.approx(1e6), pytest.approx(1.0))]


def test_the_network_ends_with_averaged_weights() -> None:
    """By hand: the average follows with decay min(ema, (1 + step) / (10 + step)) from the weights at the start."""
    model = nn.Linear(1, 1, bias=False)
    average, values = float(model.weight.detach()), []

    def loss(_number: int, _random: torch.Generator) -> torch.Tensor:
        values.append(float(model.weight.detach()))
        return model.weight.sum()

    plain = nn.Linear(1, 1, bias=False)
    plain.load_state_dict(model.state_dict())
    train(model, loss, replace(QUICK, ema=0.5), SilentReporter())
    train(plain, lambda _n, _r: plain.weight.sum(), QUICK, SilentReporter())
    for step, value in enumerate([*values[1:], float(plain.weight.detach())]):
        decay = min(0.5, (1 + step) / (10 + step))
        average = decay * average + (1 - decay) * value
    assert float(model.weight.detach()) == pytest.approx(average, abs=1e-6)
    assert float(model.weight.detach()) != pytest.approx(float(plain.weight.detach()))


def test_parts_learn_at_their_own_rate_and_a_rate_of_nothing_freezes() -> None:
    model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 1))
    before = [value.clone() for value in model.state_dict().values()]
    turn = Turn("model", model, lambda _n, _r: model(torch.ones(1, 2)).sum(), rates={"0.": 0.0})
    run([turn], Numbers(), QUICK, SilentReporter())
    after = list(model.state_dict().values())
    assert [torch.equal(one, other) for one, other in zip(before, after, strict=True)] == [True, True, False, False]


def test_several_networks_take_turns_on_batches_of_their_own() -> None:
    models, seen = {name: nn.Linear(1, 1) for name in ("one", "other")}, []

    def turn(name: str) -> Turn:
        def loss(number: int, _random: torch.Generator) -> torch.Tensor:
            seen.append((name, number))
            return models[name](torch.ones(1, 1)).sum()

        return Turn(name, models[name], loss)

    outcome = run([turn("one"), turn("other")], Numbers(), replace(QUICK, steps=2), SilentReporter())
    assert seen == [("one", 0), ("other", 1), ("one", 2), ("other", 3)]
    assert {name: len(losses) for name, losses in outcome.losses.items()} == {"one": 2, "other": 2}


def test_the_best_weights_are_kept_and_the_run_ends_when_none_better_come() -> None:
    model, figures = network(), iter([0.2, 0.7, 0.6, math.nan, 0.5, 0.9])
    judged = []

    def validate() -> float:
        assert not model.training
        judged.append([value.clone() for value in model.state_dict().values()])
        return next(figures)

    schedule = Schedule(steps=50, batch=4, check_every=2, patience=3, device="cpu", ema=0.9)
    outcome = learn(model, schedule, validate=validate)
    assert (outcome.steps, outcome.best, outcome.best_step) == (10, 0.7, 4)
    assert all(torch.equal(one, kept) for one, kept in zip(judged[1], model.state_dict().values(), strict=True))
    assert not model.training


def test_a_loss_that_is_no_number_ends_the_run_with_its_reason() -> None:
    model = nn.Linear(1, 1)
    with pytest.raises(Diverged, match="step 1"):
        train(model, lambda _n, _r: model.weight.sum() * math.inf, QUICK, SilentReporter())


@pytest.mark.parametrize("precision", ["bfloat16", "float16"])
def test_mixed_precision_computes_small_and_keeps_weights_whole(precision: str) -> None:
    model, types = network(), set()
    model[0].register_forward_hook(lambda _m, _i, found: types.add(found.dtype))
    outcome = learn(model, replace(QUICK, precision=precision, channels_last=True))
    assert types == {getattr(torch, precision)}
    assert {value.dtype for value in model.parameters()} == {torch.float32}
    assert all(math.isfinite(loss) for loss in outcome.losses["model"])


def test_float16_is_the_choice_only_where_there_is_no_bfloat16(monkeypatch: pytest.MonkeyPatch) -> None:
    for has_it, chosen in ((True, torch.bfloat16), (False, torch.float16)):
        monkeypatch.setattr("torch.cuda.is_bf16_supported", lambda has_it=has_it, **_kwargs: has_it)
        assert dtype_of("auto", "cuda:0") == chosen
    assert dtype_of("auto", "cpu") == torch.float32


def test_settings_and_figures_lie_beside_the_run_counted_in_pictures(tmp_path: Path) -> None:
    told = []

    class Listening(SilentReporter):
        def progress(self, done: int, total: int | None = None, **kwargs: object) -> None:  # type: ignore[override]
            told.append((done, total))

    schedule = replace(QUICK, accumulate=2, check_every=3)
    learn(network(), schedule, tmp_path, Listening(), validate=lambda: 0.5)
    settings = json.loads((tmp_path / "settings.json").read_text())
    assert settings["schedule"]["batch"] == 4
    assert settings["form"] == {"device": "cpu", "dtype": "float32", "channels_last": False}
    lines = read(tmp_path / "figures.jsonl")
    steps = [line for line in lines if "loss" in line]
    assert [line["images"] for line in steps] == [8, 16, 24, 32, 40, 48]
    assert told == [(images, 48) for images in (8, 16, 24, 32, 40, 48)]
    assert all(0 <= line["waiting"] <= 1 and line["pictures per second"] > 0 for line in steps)
    assert [line["validation"] for line in lines if "validation" in line] == [0.5, 0.5]
