"""Which eye to look through: what is given, else VGG-19 where its weights are at hand, else our own."""

from __future__ import annotations

import io
from hashlib import sha256
from pathlib import Path

import torch

from ml.backbone.interface import Provenance
from ml.backbone.weights import download, filled
from ml.reporter import Reporter
from ml.styletransfer.feedforward import PACKAGED
from ml.styletransfer.seeing import Eye

VGG = "vgg19"


def find_eye(
    *,
    weights: Path | None = None,
    device: str = "auto",
    reporter: Reporter | None = None,
    may_download: bool = False,
) -> Eye:
    """The best eye at hand: a given weights file, or folder of a kept eye; VGG-19 from torchvision's cache; VGG-19
    downloaded, only where ``may_download`` says so (with a ``reporter``); our own small one.

    Raises ``ml.artefacts.BadArtefact`` for a bad file and ``ml.backbone.NoWeights`` for a download that fails.
    """
    if weights is not None:
        return (Eye.load if weights.is_dir() else Eye.of_file)(weights, device=device)
    if cached := in_cache():
        return Eye(VGG, cached, Provenance("file", "torchvision's cache"), device=device)
    if may_download and reporter is not None:
        return Eye(VGG, download(VGG, reporter), Provenance("download", "torchvision"), device=device)
    return Eye.load(PACKAGED, device=device)


def in_cache() -> torch.nn.Sequential | None:
    """VGG-19's trunk from the file that torchvision once downloaded; None where there is none, or not the published one.

    It is read by torch's reader of plain tensors, which runs no code, after its checksum was compared with the one in its name.
    """
    import torchvision

    name = torchvision.models.get_model_weights(VGG)["DEFAULT"].url.rsplit("/", 1)[-1]
    file = Path(torch.hub.get_dir()) / "checkpoints" / name
    if not file.is_file():
        return None
    data = file.read_bytes()
    if not sha256(data).hexdigest().startswith(name.rsplit("-", 1)[-1].split(".")[0]):
        return None
    return filled(VGG, torch.load(io.BytesIO(data), map_location="cpu", weights_only=True))
