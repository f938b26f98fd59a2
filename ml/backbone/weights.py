"""Where published weights come from: a given file, or torchvision's address, tried only briefly."""

from __future__ import annotations

import io
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import torch
from torch import Tensor

from ml.artefacts import BadArtefact, load_tensors
from ml.backbone.networks import RECIPES, trunk, trunk_state
from ml.reporter import Reporter

TIMEOUT_S = 4.0
MOST_SECONDS = 300.0
CHUNK_BYTES = 1 << 18


class NoWeights(RuntimeError):
    """Published weights could not be had; the message says why."""


def from_file(name: str, path: Path) -> torch.nn.Sequential:
    """The trunk ``name`` with the weights of a safetensors file; ``BadArtefact`` where they do not fit."""
    return filled(name, load_tensors(path))


def name_of_file(path: Path) -> str:
    """The backbone that a weights file's name begins with, as in ``squeezenet1_0-imagenet.safetensors``."""
    known = [name for name in RECIPES if path.name.startswith(name)]
    if not known:
        raise BadArtefact(f"Say which network the weights of {path.name} are for: {', '.join(RECIPES)}.")
    return max(known, key=len)


def filled(name: str, state: dict[str, Tensor]) -> torch.nn.Sequential:
    network = trunk(name)
    try:
        network.load_state_dict(trunk_state(name, state))
    except RuntimeError as error:
        raise BadArtefact(f"The weights are not those of {name}.") from error
    return network


def download(name: str, reporter: Reporter, *, timeout_s: float = TIMEOUT_S) -> torch.nn.Sequential:
    """The trunk ``name`` with torchvision's published weights. Raises ``NoWeights`` within seconds when offline.

    The file must have the checksum in its name. It is read by torch's reader of plain tensors, which runs no code,
    and is kept only as safetensors.
    """
    import torchvision

    url = torchvision.models.get_model_weights(name)["DEFAULT"].url
    try:
        with urllib.request.urlopen(url, timeout=timeout_s) as answer:  # noqa: S310  torchvision's own https address
            total = int(answer.headers.get("Content-Length") or 0) or None
            data = b"".join(received(answer, total, reporter))
    except (urllib.error.URLError, OSError, ValueError) as error:
        raise NoWeights(f"{name} could not be downloaded: {getattr(error, 'reason', error)}") from error
    if not sha256(data).hexdigest().startswith(url.rsplit("-", 1)[-1].split(".")[0]):
        raise NoWeights(f"{name} arrived damaged: its checksum differs from the published one.")
    return filled(name, torch.load(io.BytesIO(data), map_location="cpu", weights_only=True))


def received(answer: io.BufferedIOBase, total: int | None, reporter: Reporter) -> Iterator[bytes]:
    done, end = 0, time.monotonic() + MOST_SECONDS
    while chunk := answer.read(CHUNK_BYTES):
        done += len(chunk)
        reporter.progress(done, total, phase="download")
        if reporter.should_stop() or time.monotonic() > end:
            raise OSError("stopped before the end")
        yield chunk
