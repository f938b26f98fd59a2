"""A training goes on to the same numbers after a stop or a kill, from any kept state; and says what stands in its way."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from ml.artefacts import BadArtefact, load_tensors
from ml.backbone import COMPACT, untrained
from ml.gan import Gan, training
from ml.gan.networks import painter
from ml.gan.training import TooLarge, fitting, from_state, schedule_for
from ml.images import Pixels
from ml.reporter import Cancelled
from ml.training import checkpoints
from ml.training.checkpoints import NoRoom
from ml.training.figures import read
from tests.ml.playing import BRIEF, TINY, Listening, StopAfter, easy, play


@pytest.fixture(autouse=True)
def _one_thread():
    """Sums in one order, so that equal means equal."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def weights(gan: Gan) -> dict[str, torch.Tensor]:
    return gan.generator.state_dict()


def same(one: Gan, other: Gan) -> bool:
    pairs = zip(weights(one).values(), weights(other).values(), strict=True)
    return all(torch.equal(a, b) for a, b in pairs)


@pytest.mark.parametrize("augment", ["differentiable", "adaptive"])
def test_six_steps_equal_three_plus_three(augment: str, tmp_path: Path) -> None:
    settings = replace(TINY, augment=augment)
    whole = play(tmp_path / "whole", settings=settings)
    with pytest.raises(Cancelled):
        play(tmp_path / "halves", StopAfter(3), settings)
    halves = play(tmp_path / "halves", settings=settings)
    assert same(whole.gan, halves.gan)
    assert halves.outcome.losses["judge"] == whole.outcome.losses["judge"][3:]
    lines = [line["step"] for line in read(tmp_path / "halves" / "figures.jsonl") if "images" in line]
    assert lines == [1, 2, 3, 4, 5, 6]
    assert [line["step"] for line in halves.figures["course"]] == [3, 6]


def test_six_steps_are_three_gone_on_with_for_three_more(tmp_path: Path) -> None:
    whole = play(tmp_path / "whole")
    play(tmp_path / "longer", schedule=replace(BRIEF, steps=3))
    assert same(whole.gan, play(tmp_path / "longer", schedule=replace(BRIEF, check_every=6, patience=9)).gan)


@pytest.mark.slow
def test_a_killed_run_goes_on_to_the_same_painter(tmp_path: Path) -> None:
    def start(folder: Path) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.ml.playing", str(folder), "40", "8"]
        return subprocess.Popen(command, env=os.environ | {"OMP_NUM_THREADS": "1"}, stderr=subprocess.DEVNULL)

    killed = start(tmp_path / "killed")
    for _wait in range(600):
        if len(checkpoints.steps(tmp_path / "killed")) >= 2:
            break
        time.sleep(0.05)
    killed.send_signal(signal.SIGKILL)
    assert killed.wait() == -signal.SIGKILL
    assert checkpoints.steps(tmp_path / "killed")[-1] < 40
    for name in ("killed", "whole"):
        assert start(tmp_path / name).wait(timeout=120) == 0
    one, other = (load_tensors(tmp_path / name / "gan" / "weights.safetensors") for name in ("killed", "whole"))
    assert all(torch.equal(one[key], other[key]) for key in one)


def test_it_goes_on_from_any_kept_state(tmp_path: Path) -> None:
    whole = play(tmp_path)
    assert checkpoints.steps(tmp_path) == [2, 4, 6]
    again = play(tmp_path, from_step=2)
    assert len(again.outcome.losses["painter"]) == 4
    assert same(whole.gan, again.gan)
    with pytest.raises(BadArtefact, match=r"No state of step 3 is kept. There are: 2, 4, 6"):
        play(tmp_path, from_step=3)


def test_old_states_are_pruned(tmp_path: Path) -> None:
    play(tmp_path, schedule=replace(BRIEF, save_every=1, kept=2))
    assert checkpoints.steps(tmp_path) == [5, 6]
    assert len(list(tmp_path.glob("*.safetensors"))) == 2


def test_what_a_stopped_training_has_reached_can_be_kept(tmp_path: Path) -> None:
    whole = play(tmp_path)
    gan = from_state(tmp_path, device="cpu")
    assert same(gan, whole.gan)
    assert gan.facts["steps"] == 6
    assert not same(from_state(tmp_path, 2, device="cpu"), whole.gan)
    with pytest.raises(BadArtefact, match="no state of step 5"):
        from_state(tmp_path, 5)
    shutil.copy(tmp_path / "gan_settings.json", tmp_path.parent / "gan_settings.json")
    with pytest.raises(BadArtefact, match="No state is kept"):
        from_state(tmp_path.parent)


def test_a_training_of_other_settings_is_not_gone_on_with(tmp_path: Path) -> None:
    play(tmp_path, schedule=replace(BRIEF, steps=2))
    with pytest.raises(BadArtefact, match="by other settings"):
        play(tmp_path, settings=replace(TINY, r1=3.0))
    with pytest.raises(BadArtefact, match="by other settings"):
        play(tmp_path, schedule=replace(BRIEF, batch=4))


def test_it_ends_by_the_clock_with_its_state_and_a_last_check(tmp_path: Path) -> None:
    trained = play(tmp_path, schedule=replace(BRIEF, steps=100_000, minutes=0.005, check_every=0))
    assert 1 <= trained.outcome.steps < 1000
    assert checkpoints.steps(tmp_path)[-1] == trained.outcome.steps
    assert trained.figures["course"][-1]["step"] == trained.outcome.steps


def test_the_same_noise_is_shown_at_each_check_and_the_distance_is_measured(tmp_path: Path) -> None:
    shown: dict[int, Pixels] = {}
    trained = play(
        tmp_path, backbone=untrained(COMPACT, device="cpu"), held_out=easy(20, seed=5), on_grid=shown.__setitem__
    )
    assert list(shown) == [3, 6]
    assert shown[3].shape == (64, 3, 16, 16)
    course = trained.figures["course"]
    assert all(line["KID"] > 0 and line["variety"] >= 0 for line in course)
    best = min(course, key=lambda line: line["KID"])
    assert trained.figures["best_step"] == best["step"]
    assert np.array_equal(trained.gan.paint(trained.gan.styles(range(64))), shown[int(best["step"])])
    told = json.loads((tmp_path / "checks.json").read_text())
    assert told["course"] == course


def test_collapse_is_said_while_it_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    heard = Listening()
    monkeypatch.setattr(
        Gan, "styles", lambda self, seeds, truncation=1.0: np.ones((len(seeds), self.layers, self.width), np.float32)
    )
    trained = play(reporter=heard)
    assert len(trained.warnings) == 1
    assert heard.lines == list(trained.warnings)
    assert trained.figures["warnings"] == heard.lines


def test_a_full_disk_is_told_before_it_begins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints.shutil, "disk_usage", lambda _path: shutil._ntuple_diskusage(10**9, 10**9, 1000))
    with pytest.raises(NoRoom, match=r"MB are needed and 0 MB are free"):
        play(tmp_path)
    assert checkpoints.steps(tmp_path) == []


def test_a_disk_that_fills_up_leaves_the_states_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    play(tmp_path, schedule=replace(BRIEF, steps=2))
    answers = iter([10**9])
    monkeypatch.setattr(
        checkpoints.shutil, "disk_usage", lambda _path: shutil._ntuple_diskusage(10**9, 0, next(answers, 1000))
    )
    with pytest.raises(NoRoom):
        play(tmp_path)
    assert checkpoints.steps(tmp_path) == [2]
    monkeypatch.undo()
    assert same(play(tmp_path).gan, play(tmp_path.parent / "whole").gan)


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory."),
        RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes."),
        MemoryError(),
    ],
)
def test_no_memory_is_told_with_what_to_make_smaller(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_args: object, **_more: object) -> None:
        raise error

    monkeypatch.setattr(training, "run", fails)
    with pytest.raises(TooLarge, match=r"batches of 8 pictures of 16 px. Halve the batch .*4 × 2.* or take 8 px"):
        play()


def test_other_errors_are_not_called_a_lack_of_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_args: object, **_more: object) -> None:
        raise RuntimeError("shapes differ")

    monkeypatch.setattr(training, "run", fails)
    with pytest.raises(RuntimeError, match="shapes differ"):
        play()


def test_a_processor_with_fast_bfloat16_uses_it_and_another_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = schedule_for(TINY, device="cpu")
    for has_it, kind in ((True, "bfloat16"), (False, "auto")):
        monkeypatch.setattr(training, "has_fast_bfloat16", lambda has_it=has_it: has_it)
        fitted = fitting(usual)
        assert fitted.precision == kind
        assert fitted.channels_last is has_it
    assert fitting(replace(usual, precision="float32")).precision == "float32"


@pytest.mark.slow
def test_two_processes_learn_one_painter(tmp_path: Path) -> None:
    start = ["-m", "torch.distributed.run", "--standalone", "--nproc_per_node=2"]
    command = [sys.executable, *start, "-m", "tests.ml.playing", str(tmp_path), "6", "4"]
    done = subprocess.run(
        command, capture_output=True, text=True, env=os.environ | {"OMP_NUM_THREADS": "1"}, timeout=240
    )
    assert done.returncode == 0, done.stderr
    assert read(tmp_path / "figures.jsonl")[-1]["step"] == 6
    assert [line["images"] for line in read(tmp_path / "figures.jsonl") if "images" in line][-1] == 48
    learnt = load_tensors(tmp_path / "gan" / "weights.safetensors")
    assert any(not torch.equal(value, learnt[name]) for name, value in painter(TINY, 1).state_dict().items())
