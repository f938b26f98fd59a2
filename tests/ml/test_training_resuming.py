"""Checkpoints: six steps equal three plus three, also after the process was killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import nn

from ml.artefacts import BadArtefact
from ml.reporter import Cancelled, SilentReporter
from ml.training import Schedule, train
from ml.training.figures import read
from tests.ml.lessons import SLOW, learn, network

PLAIN = Schedule(steps=6, batch=4, save_every=100, device="cpu")
FORMS = {
    "plain": PLAIN,
    "accumulated": replace(PLAIN, accumulate=3),
    "averaged and clipped": replace(PLAIN, ema=0.9, clip_norm=0.5),
    "float16 with a scaler": replace(PLAIN, precision="float16"),
    "everything": replace(PLAIN, accumulate=2, ema=0.99, clip_norm=1.0, precision="bfloat16"),
}


class StopAfter(SilentReporter):
    def __init__(self, steps: int) -> None:
        self.left = steps

    def should_stop(self) -> bool:
        self.left -= 1
        return self.left < 0


@pytest.fixture(autouse=True)
def _one_thread():
    """Sums in one order, so that equal means equal."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def same(one: nn.Module, other: nn.Module) -> bool:
    pairs = zip(one.state_dict().values(), other.state_dict().values(), strict=True)
    return all(torch.equal(a, b) for a, b in pairs)


@pytest.mark.parametrize("schedule", FORMS.values(), ids=FORMS)
def test_six_steps_equal_three_plus_three(schedule: Schedule, tmp_path: Path) -> None:
    whole, halves = network(), network()
    losses = learn(whole, schedule).losses["model"]
    with pytest.raises(Cancelled):
        learn(halves, schedule, tmp_path, StopAfter(3))
    torch.manual_seed(99)
    again = nn.Sequential(*network())
    for parameter in again.parameters():
        nn.init.zeros_(parameter)
    rest = learn(again, schedule, tmp_path)
    assert rest.losses["model"] == losses[3:]
    assert rest.images == schedule.images(6)
    assert same(whole, again)
    assert [line["step"] for line in read(tmp_path / "figures.jsonl")] == [1, 2, 3, 4, 5, 6]


def test_early_stopping_goes_on_counting(tmp_path: Path) -> None:
    schedule = replace(PLAIN, steps=20, check_every=1, patience=5)

    def figures(model: nn.Module):  # type: ignore[no-untyped-def]
        return lambda: -float(next(model.parameters()).detach().abs().sum())

    whole, halves = network(), network()
    first = learn(whole, schedule, validate=figures(whole))
    with pytest.raises(Cancelled):
        learn(halves, schedule, tmp_path, StopAfter(3), validate=figures(halves))
    again = network()
    second = learn(again, schedule, tmp_path, validate=figures(again))
    assert (first.steps, first.best, first.best_step) == (second.steps, second.best, second.best_step)
    assert same(whole, again)


def test_a_killed_process_is_gone_on_with_to_the_same_numbers(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.ml.lessons", str(tmp_path), "0"]
    child = subprocess.Popen(command, env=os.environ | {"OMP_NUM_THREADS": "1"})
    end = time.monotonic() + 90
    while not (tmp_path / "step-00000004.json").is_file() and time.monotonic() < end:
        assert child.poll() is None
        time.sleep(0.02)
    child.send_signal(signal.SIGKILL)
    assert child.wait() == -signal.SIGKILL
    kept = sorted(path.name for path in tmp_path.glob("step-*.json"))
    assert len(kept) >= 2
    assert kept[-1] < "step-00000012.json"
    whole, again = network(), network()
    learn(whole, SLOW)
    learn(again, SLOW, tmp_path)
    assert same(whole, again)
    assert [line["step"] for line in read(tmp_path / "figures.jsonl")] == list(range(1, 13))


def test_two_checkpoints_are_kept_and_a_broken_one_is_passed_over(tmp_path: Path) -> None:
    schedule = replace(PLAIN, save_every=1)
    whole = network()
    learn(whole, schedule, tmp_path)
    states = sorted(tmp_path.glob("step-*.safetensors"))
    assert [path.stem for path in states] == ["step-00000005", "step-00000006"]
    states[-1].write_bytes(states[-1].read_bytes()[:-8])
    said = []

    class Listening(SilentReporter):
        def log(self, message: str) -> None:
            said.append(message)

    again = network()
    assert len(learn(again, schedule, tmp_path, Listening()).losses["model"]) == 1
    assert "step-00000006" in said[0]
    assert same(whole, again)


def test_a_finished_run_is_not_done_again(tmp_path: Path) -> None:
    whole, again = network(), network()
    learn(whole, PLAIN, tmp_path)
    outcome = learn(again, PLAIN, tmp_path)
    assert outcome.losses["model"] == []
    assert outcome.images == PLAIN.images(6)
    assert outcome.speed() == {}
    assert same(whole, again)


def test_a_checkpoint_of_other_settings_or_another_network_is_refused(tmp_path: Path) -> None:
    learn(network(), PLAIN, tmp_path)
    with pytest.raises(BadArtefact, match="other settings"):
        learn(network(), replace(PLAIN, learning_rate=0.1), tmp_path)
    other = nn.Linear(2, 2)
    with pytest.raises(BadArtefact, match="another network"):
        train(other, lambda _n, _r: other.weight.sum(), PLAIN, SilentReporter(), checkpoint=tmp_path)


def test_the_checkpoint_says_where_the_sampler_stands(tmp_path: Path) -> None:
    learn(network(), replace(PLAIN, accumulate=2), tmp_path)
    facts = json.loads((tmp_path / "step-00000006.json").read_text())
    assert (facts["step"], facts["batch"], facts["images"]) == (6, 12, 48)
