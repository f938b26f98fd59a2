"""Several processes learn what one would from all their pictures."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from ml.artefacts import load_tensors
from ml.training.figures import read


def launch(folder: Path, processes: int, batch: int) -> dict[str, torch.Tensor]:
    """Train in so many processes, as ``torchrun`` starts them; the last checkpoint's weights."""
    start = ["-m", "torch.distributed.run", "--standalone", f"--nproc_per_node={processes}"] if processes > 1 else []
    command = [sys.executable, *start, "-m", "tests.ml.lessons", str(folder), str(batch)]
    done = subprocess.run(
        command, capture_output=True, text=True, env=os.environ | {"OMP_NUM_THREADS": "1"}, timeout=240
    )
    assert done.returncode == 0, done.stderr
    state = load_tensors(folder / "step-00000006.safetensors")
    return {name: value for name, value in state.items() if name.startswith("model.model.")}


@pytest.mark.slow
def test_two_processes_equal_one_with_the_whole_batch(tmp_path: Path) -> None:
    one, two = launch(tmp_path / "one", 1, 8), launch(tmp_path / "two", 2, 4)
    assert one.keys() == two.keys()
    for name, value in one.items():
        assert torch.allclose(value, two[name], atol=1e-6), name
    assert read(tmp_path / "two" / "figures.jsonl")[-1]["images"] == 48
    state = load_tensors(tmp_path / "two" / "step-00000006.safetensors")
    assert {"random.cpu.0", "random.cpu.1"} <= state.keys()
